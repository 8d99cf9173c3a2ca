"""One digital thigh and its scans, made once: tests only read them."""

from types import SimpleNamespace

import numpy as np
import pytest

from MuscleSegLib.anatomy import THIGH
from MuscleSegLib.phantom import ANATOMY_GRID, digital_thigh
from MuscleSegLib.volume import Geometry


@pytest.fixture(scope="session")
def thigh():
    return digital_thigh(seed=1)


@pytest.fixture(scope="session")
def labels(thigh):
    return thigh.labels(ANATOMY_GRID)


@pytest.fixture(scope="session")
def coarse():
    """Four slices of 4 mm pixels: enough to ask whether two scans are the same."""
    affine = np.diag([-4.0, -4.0, 80.0, 1.0])
    affine[:3, 3] = [214.0, 214.0, -120.0]
    return Geometry((4, 108, 108), affine)


@pytest.fixture(scope="session")
def every_centimeter():
    """A grid of both legs whose slices are far apart and whose pixels are fine, so that muscles have insides."""
    affine = np.diag([-1.6875, -1.6875, 10.0, 1.0])
    affine[:3, 3] = [215.0, 215.0, -145.0]
    return Geometry((30, 256, 256), affine)


@pytest.fixture(scope="session")
def code():
    """The muscles' codes by their names: ``code["gracilis"]``."""
    return {muscle.name: muscle.code for muscle in THIGH.muscles}


@pytest.fixture(scope="session")
def middle(thigh):
    """The right leg half-way up on 1 mm pixels: codes, anatomy, and where the middle of each code lies in mm."""
    affine = np.diag([-1.0, -1.0, 5.0, 1.0])
    affine[:3, 3] = [220.0, 150.0, 0.0]
    geometry = Geometry((1, 300, 221), affine)
    codes = thigh.labels(geometry).array[0]

    def center(value):
        rows, columns = np.nonzero(codes == value)
        x, y, _ = geometry.world_from_index((columns.mean(), rows.mean(), 0))
        return SimpleNamespace(lateral=x, anterior=y)

    return SimpleNamespace(codes=codes, anatomy=thigh.anatomy(geometry).array[0], center=center)
