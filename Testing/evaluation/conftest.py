"""Digital thighs that are scanned quickly, as often as one likes: repositioned, and with new noise each time."""

from collections.abc import Callable, Mapping

import numpy as np
import pytest

from MuscleSegLib.anatomy import scheme
from MuscleSegLib.biomarkers import Measurement
from MuscleSegLib.phantom import LABELED, digital_legs
from MuscleSegLib.volume import Geometry, Volume

NOISE_PERCENT = 4.0
POINTS = 2
"""In a voxel of the map, in each direction: fat at a muscle's border is in it as it is in a scan."""

Scan = Callable[..., tuple[Volume, Volume]]


def _grid(pixel_mm: float, slice_mm: float, length_mm: float, moved_mm: tuple[float, float, float]) -> Geometry:
    shape = (int(length_mm // slice_mm), int(200 // pixel_mm), int(420 // pixel_mm))
    affine = np.diag([pixel_mm, pixel_mm, slice_mm, 1.0])
    affine[:3, 3] = np.array([-210, -100, -length_mm / 2 + slice_mm / 2]) + moved_mm
    return Geometry(shape, affine)


@pytest.fixture(scope="session")
def quick_scan() -> Scan:
    """Return labels, and an FF map on a grid of its own, of digital thighs with 5 % of fat.

    A risen muscle has so many points more of fat everywhere in it.
    """
    legs = digital_legs("thigh", seed=4, fat_fraction=5)

    def look(grid: Geometry, k: int, offset: tuple[float, float]):
        i, j = np.meshgrid(np.arange(grid.shape[2]) + offset[0], np.arange(grid.shape[1]) + offset[1])
        x, y, z = np.moveaxis(grid.world_from_index(np.stack([i, j, np.full_like(i, k)], axis=-1)), -1, 0)
        plane = legs.plane(float(z[0, 0]), x, y)
        codes = np.where(np.isin(plane.tissues, LABELED), plane.tissues + np.uint8(100) * plane.is_left, 0)
        return plane.fat, codes

    def scan(seed: int, *, risen: Mapping[int, float] = {}, high_mm: float = 0.0) -> tuple[Volume, Volume]:  # noqa: B006 - never changed
        rng = np.random.default_rng(seed)
        moved = (*rng.uniform(-2, 2, 2), high_mm + rng.uniform(-4, 4))
        labels = _grid(2.5, 10.0, legs.length_mm - 60, moved)
        ff = _grid(3.0, 10.0, legs.length_mm - 60, moved)
        codes = np.stack([look(labels, k, (0, 0))[1] for k in range(labels.shape[0])])
        fat = np.zeros(ff.shape)
        steps = (np.arange(POINTS) + 0.5) / POINTS - 0.5
        for k in range(ff.shape[0]):
            for offset in ((a, b) for a in steps for b in steps):
                own, where = look(ff, k, offset)
                more = sum(points * (where == value) for value, points in risen.items())
                fat[k] += (100 * own + more) / POINTS**2
        return Volume(codes, labels), Volume(fat + rng.normal(0, NOISE_PERCENT, ff.shape), ff)

    return scan


@pytest.fixture(scope="session")
def profiles_of(quick_scan: Scan):
    """Return the profiles of such a scan."""

    def profiles(seed: int, **scanned):
        labels, ff = quick_scan(seed, **scanned)
        return Measurement(labels, scheme("thigh"), maps={"ff": ff}).profiles()

    return profiles
