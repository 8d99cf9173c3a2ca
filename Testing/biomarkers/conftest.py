"""Small label maps on small grids."""

import numpy as np
import pytest

from MuscleSegLib.volume import Geometry, Volume


@pytest.fixture
def on_grid():
    """Put an array on a grid: spacing i, j, k in mm, position of the first voxel's center in RAS mm."""

    def put(array, spacing=(1.0, 1.0, 1.0), origin=(0.0, 0.0, 0.0), path=None):
        affine = np.diag([*spacing, 1.0])
        affine[:3, 3] = origin
        return Volume(np.asarray(array), Geometry(np.shape(array), affine), path)

    return put


@pytest.fixture
def in_a_row(on_grid):
    """Put values one after the other along i, in voxels of 1 mm by default."""

    def put(values, spacing_mm=1.0, first_mm=0.0, dtype=np.uint8, path=None):
        return on_grid(np.array(values, dtype=dtype)[None, None], (spacing_mm, 1, 1), (first_mm, 0, 0), path)

    return put


@pytest.fixture
def a_thigh(on_grid):
    """Ten muscles of two legs as blocks of 3 x 4 voxels of 0.5 x 0.5 x 10 mm in two slices, and a map of noise."""
    codes = np.arange(1, 11, dtype=np.uint8)
    legs = np.concatenate([codes, codes + 100]).repeat(3)
    array = np.tile(legs, (2, 4, 1))
    noise = np.random.default_rng(0).normal(40, 15, size=array.shape)
    grid = {"spacing": (0.5, 0.5, 10.0), "origin": (-12.0, 5.0, -300.0)}
    return on_grid(array, **grid), on_grid(noise, **grid)


@pytest.fixture
def a_cone(on_grid):
    """Gracilis (3) in slices of 10 mm from -40 to 50 mm: squares of 2, 4, 6 and 4 pixels of 2 mm in slices 3 to 6."""
    array = np.zeros((10, 20, 20), dtype=np.uint8)
    for k, half in ((3, 1), (4, 2), (5, 3), (6, 2)):
        array[k, 10 - half : 10 + half, 10 - half : 10 + half] = 3
    return on_grid(array, (2, 2, 10), (0, 0, -40))
