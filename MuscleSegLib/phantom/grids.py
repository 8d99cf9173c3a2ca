"""The grids of a scan session: anatomy and maps do not share one."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from MuscleSegLib.volume import Geometry

_LENGTH_MM = 300.0


@dataclass(frozen=True)
class ScanGrids:
    """Three axial grids with one field of view, stored LPS as scanners do.

    Attributes:
        anatomy: 20 slices every 15 mm.
        fat_fraction: 60 slices every 5 mm, for fat fraction and MTR.
        t2: 10 slices every 30 mm.

    """

    anatomy: Geometry
    fat_fraction: Geometry
    t2: Geometry


def scan_grids(*, legs: Literal[1, 2] = 2) -> ScanGrids:
    """Return the grids of a session with one or two legs in the field of view.

    One leg: the matrices and voxels of Hostin et al., J Magn Reson Imaging 2023;58:1826-1835, but for maps that cover
    the 300 mm of the anatomy. Two legs: pixels of the anatomy twice as large, and maps of about the same pixels in
    twice the matrix, so that both legs fit.
    """
    anatomy_mm, map_matrix, map_mm = (0.68, 128, 1.7) if legs == 1 else (1.35, 256, 1.6875)
    return ScanGrids(
        anatomy=_axial(320, anatomy_mm, slices=20),
        fat_fraction=_axial(map_matrix, map_mm, slices=60),
        t2=_axial(map_matrix, map_mm, slices=10),
    )


def _axial(matrix: int, pixel_mm: float, *, slices: int) -> Geometry:
    """Return a grid centered on the origin whose i runs to the left, j to posterior and k to superior."""
    steps = np.array([-pixel_mm, -pixel_mm, _LENGTH_MM / slices])
    affine = np.diag([*steps, 1.0])
    affine[:3, 3] = -steps * (np.array([matrix, matrix, slices]) - 1) / 2
    return Geometry((slices, matrix, matrix), affine)
