"""From points of the legs to protons in voxels."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.phantom.tissue_values import CONTENTS, Pool
from MuscleSegLib.phantom.tissues import Tissue
from MuscleSegLib.volume import Geometry

POINTS = 2
"""Points along i and along j of a voxel. Four points know a share of a voxel to a quarter; over the hundreds of voxels
of a border that averages out."""

Floats = NDArray[np.float32]


class Plane(Protocol):
    """What lies at the points of an axial plane, each array [row, column]; ``phantom.Plane`` is one."""

    @property
    def tissues(self) -> NDArray[np.uint8]:
        """``Tissue`` codes."""

    @property
    def fat(self) -> Floats:
        """Proton-density fat fractions, 0 to 1."""

    @property
    def edema(self) -> Floats:
        """Share of the water that is that of edema, 0 to 1."""

    @property
    def is_left(self) -> NDArray[np.bool_]:
        """Whether the point is in the left leg."""


class Subject(Protocol):
    """What is scanned; ``phantom.DigitalLegs`` is one."""

    @property
    def region(self) -> str:
        """Name of a region of ``anatomy``."""

    @property
    def seed(self) -> int:
        """What the legs were made from; the fields and the noise are as well."""

    @property
    def legs(self) -> tuple[object, ...]:
        """One or two."""

    @property
    def length_mm(self) -> float:
        """Of the legs, whose middle is at z = 0."""

    def plane(self, z_mm: float, x_mm: Floats, y_mm: Floats) -> Plane:
        """Return what lies at points of a plane; RAS millimeters, [row, column] each."""


def points_of(geometry: Geometry, *, points: int = POINTS) -> tuple[Floats, Floats]:
    """Return x and y in RAS millimeters, [row, column], of points that lie evenly in the voxels of any axial slice."""
    _, rows, columns = geometry.shape
    y, x = (
        (((np.arange(size * points) + 0.5) / points - 0.5) * geometry.affine[axis, axis] + geometry.affine[axis, 3])
        for axis, size in ((1, rows), (0, columns))
    )
    grid_x, grid_y = np.meshgrid(x, y)
    return grid_x.astype(np.float32), grid_y.astype(np.float32)


def protons(plane: Plane) -> Floats:
    """Return how many protons of each pool the voxels of a plane hold, relative to pure water.

    Args:
        plane: [row, column] points, ``POINTS`` by ``POINTS`` a voxel.

    Returns:
        [pool, row, column] of voxels.

    """
    density = _DENSITIES[plane.tissues]
    fat = density * plane.fat
    water = density - fat
    edema = water * plane.edema
    water -= edema
    rows, columns = (size // POINTS for size in plane.tissues.shape)
    voxels = np.zeros((len(Pool), rows, columns), np.float32)
    voxels[Pool.FAT], voxels[Pool.EDEMA_WATER] = averaged(fat), averaged(edema)
    pools = _WATERS[plane.tissues]
    for pool in np.flatnonzero(np.bincount(pools.ravel(), minlength=len(Pool))):
        voxels[pool] += averaged(np.where(pools == pool, water, np.float32(0)))
    return voxels


def averaged(values: Floats) -> Floats:
    """Average over the points of each voxel: [rows * POINTS, columns * POINTS] becomes [rows, columns]."""
    along = values[:, 0::POINTS].copy()
    for point in range(1, POINTS):
        along += values[:, point::POINTS]
    total = along[0::POINTS].copy()
    for point in range(1, POINTS):
        total += along[point::POINTS]
    total /= POINTS**2
    return total


_DENSITIES = np.array([CONTENTS[tissue].protons for tissue in Tissue], dtype=np.float32)
_WATERS = np.array([CONTENTS[tissue].water for tissue in Tissue], dtype=np.uint8)
