"""Sampling of the legs at points, and protons in voxels."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.phantom.tissue_values import CONTENTS, Pool
from MuscleSegLib.phantom.tissues import Tissue
from MuscleSegLib.volume import Geometry

POINTS = 2
"""Number of points along i and along j of a voxel. Four points resolve a share of a voxel to a quarter, which averages
out over the hundreds of voxels of a border."""

Floats = NDArray[np.float32]


class Plane(Protocol):
    """Tissue, fat and edema at the points of an axial plane, each array [row, column], as ``phantom.Plane``."""

    @property
    def tissues(self) -> NDArray[np.uint8]:
        """``Tissue`` codes."""

    @property
    def fat(self) -> Floats:
        """Proton-density fat fractions, 0 to 1."""

    @property
    def edema(self) -> Floats:
        """Share of edema in the water, 0 to 1."""

    @property
    def is_left(self) -> NDArray[np.bool_]:
        """Mask of the left leg."""


class Subject(Protocol):
    """Object that is scanned, as ``phantom.DigitalLegs``."""

    @property
    def region(self) -> str:
        """Name of its region of ``anatomy``."""

    @property
    def seed(self) -> int:
        """Seed of the legs, the fields and the noise."""

    @property
    def legs(self) -> tuple[object, ...]:
        """Number of legs: one or two."""

    @property
    def length_mm(self) -> float:
        """Length of the legs, whose middle is at z = 0."""

    def plane(self, z_mm: float, x_mm: Floats, y_mm: Floats) -> Plane:
        """Return tissue, fat and edema at [row, column] points of a plane, in RAS millimeters."""


def points_of(geometry: Geometry, *, points: int = POINTS) -> tuple[Floats, Floats]:
    """Return x and y in RAS millimeters, [row, column] each, of evenly spaced points in voxels of an axial slice."""
    _, rows, columns = geometry.shape
    y, x = (
        (((np.arange(size * points) + 0.5) / points - 0.5) * geometry.affine[axis, axis] + geometry.affine[axis, 3])
        for axis, size in ((1, rows), (0, columns))
    )
    grid_x, grid_y = np.meshgrid(x, y)
    return grid_x.astype(np.float32), grid_y.astype(np.float32)


def protons(plane: Plane) -> Floats:
    """Return the proton densities of a plane's voxels by pool, relative to pure water.

    Args:
        plane: [row, column] points, ``POINTS`` by ``POINTS`` a voxel.

    Returns:
        [pool, row, column] densities of voxels.
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
    """Return means over the points of each voxel: [rows * POINTS, columns * POINTS] becomes [rows, columns]."""
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
