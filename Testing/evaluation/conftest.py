"""Digital thighs that are scanned quickly, as often as one likes: repositioned, and with new noise each time."""

import itertools
from collections.abc import Callable, Mapping

import numpy as np
import pytest

from MuscleSegLib.anatomy import scheme
from MuscleSegLib.biomarkers import Measurement
from MuscleSegLib.phantom import LABELED, digital_legs
from MuscleSegLib.volume import Geometry, Volume

NOISE_PERCENT = 4.0
PIXEL_MM, SLICE_MM = 1.8, 5.0
"""Of the labels and of the map."""

FINE_MM, FINE_SLICE_MM = 0.9, 2.5
"""Of the legs that are scanned: drawn once, since they are looked at many times."""

STEPS = (-0.25, 0.25)
"""Within a pixel of the map, in each direction: fat at a muscle's border is in it as it is in a scan."""

ACROSS_MM, DEEP_MM = 420.0, 200.0
NOT_SCANNED_MM = 60.0  # of the limb's length, so that a scan can lie higher or lower

BLOCK_GRID = Geometry((6, 20, 40), np.array([[-2.0, 0, 0, 40], [0, -2.0, 0, 20], [0, 0, 10.0, 0], [0, 0, 0, 1]]))

Scan = Callable[..., tuple[Volume, Volume]]


def _grid(pixel_mm: float, slice_mm: float, length_mm: float, moved_mm: tuple[float, float, float]) -> Geometry:
    shape = (int(length_mm // slice_mm), int(DEEP_MM // pixel_mm), int(ACROSS_MM // pixel_mm))
    affine = np.diag([pixel_mm, pixel_mm, slice_mm, 1.0])
    affine[:3, 3] = np.array([-ACROSS_MM, -DEEP_MM, -length_mm]) / 2 + np.diag(affine)[:3] / 2 + moved_mm
    return Geometry(shape, affine)


def _places(grid: Geometry, legs: Geometry, steps: tuple[float, float]) -> tuple[np.ndarray, ...]:
    """Return the legs' voxels, along k, j and i, nearest to a grid's points, which lie some steps beside its voxels."""
    steps_mm, other = np.diag(grid.affine), np.diag(legs.affine)
    start = grid.affine[:3, 3] - legs.affine[:3, 3]
    places = [
        np.rint((start[axis] + steps_mm[axis] * (np.arange(count) + step)) / other[axis]).astype(int)
        for axis, count, step in zip(range(3), grid.shape[::-1], (*steps, 0.0), strict=True)
    ]
    return np.ix_(*(np.clip(axis_places, 0, n - 1) for axis_places, n in zip(places[::-1], legs.shape, strict=True)))


@pytest.fixture(scope="session")
def quick_scan() -> Scan:
    """Return labels, and an FF map on the same grid, of digital thighs with 5 % of fat.

    A risen muscle has so many points more of fat everywhere in it.
    """
    legs = digital_legs("thigh", seed=4, fat_fraction=5)
    fine = _grid(FINE_MM, FINE_SLICE_MM, legs.length_mm, (0, 0, 0))
    i, j = np.meshgrid(np.arange(fine.shape[2]), np.arange(fine.shape[1]))
    x, y = fine.affine[0, 3] + FINE_MM * i, fine.affine[1, 3] + FINE_MM * j
    planes = [legs.plane(float(fine.affine[2, 3] + FINE_SLICE_MM * k), x, y) for k in range(fine.shape[0])]
    tissues, is_left = (np.stack([getattr(plane, name) for plane in planes]) for name in ("tissues", "is_left"))
    true = np.where(np.isin(tissues, LABELED), tissues + np.uint8(100) * is_left, 0).astype(np.uint8)
    fat = np.stack([100 * plane.fat for plane in planes])

    def scan(seed: int, *, risen: Mapping[int, float] = {}, high_mm: float = 0.0) -> tuple[Volume, Volume]:  # noqa: B006 - never changed
        rng = np.random.default_rng(seed)
        moved = (*rng.uniform(-2, 2, 2), high_mm + rng.uniform(-4, 4))
        grid = _grid(PIXEL_MM, SLICE_MM, legs.length_mm - NOT_SCANNED_MM, moved)
        more = np.zeros(256)
        more[list(risen)] = list(risen.values())
        map_array = rng.normal(0, NOISE_PERCENT, grid.shape)
        for steps in itertools.product(STEPS, STEPS):
            places = _places(grid, fine, steps)
            map_array += (fat[places] + more[true[places]]) / len(STEPS) ** 2
        return Volume(true[_places(grid, fine, (0, 0))], grid), Volume(map_array, grid)

    return scan


@pytest.fixture(scope="session")
def profiles_of(quick_scan: Scan):
    """Return the profiles of such a scan."""

    def profiles(seed: int, **scanned):
        labels, ff = quick_scan(seed, **scanned)
        return Measurement(labels, scheme("thigh"), maps={"ff": ff}).profiles()

    return profiles


@pytest.fixture
def both_legs():
    """Two unlike blocks in each leg; the subject's right is at low i, as the first column of the affine says."""
    array = np.zeros(BLOCK_GRID.shape, np.uint8)
    array[1:5, 2:9, 3:12], array[1:4, 11:17, 5:9] = 6, 4
    array[1:5, 2:9, 24:33], array[1:4, 11:17, 30:36] = 106, 104
    return Volume(array, BLOCK_GRID)
