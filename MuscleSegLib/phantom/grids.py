"""The grids of a scan session: anatomy and maps do not share one.

They are those of Hostin et al., J Magn Reson Imaging 2023;58:1826-1835, who scanned one thigh, but for a field of
view of 432 mm, which holds both: the anatomy in the same matrix of twice the pixels, the maps in twice the matrix of
about the same pixels, over all 300 mm of the anatomy. All are stored LPS, as scanners store axial slices.
"""

import numpy as np

from MuscleSegLib.phantom import table
from MuscleSegLib.volume import Geometry

FIELD_OF_VIEW_MM = 432.0
LENGTH_MM = table.LEVELS_MM[-1]


def _axial(matrix: int, slices: int) -> Geometry:
    """Return a grid centered on the origin whose i runs to the left, j to posterior and k to superior."""
    steps = np.array([-FIELD_OF_VIEW_MM / matrix, -FIELD_OF_VIEW_MM / matrix, LENGTH_MM / slices])
    affine = np.diag([*steps, 1.0])
    affine[:3, 3] = -steps * (np.array([matrix, matrix, slices]) - 1) / 2
    return Geometry((slices, matrix, matrix), affine)


ANATOMY_GRID = _axial(320, slices=20)
"""1.35 mm pixels, a slice every 15 mm."""

FF_MTR_GRID = _axial(256, slices=60)
"""1.69 mm pixels, a slice every 5 mm."""

T2_GRID = _axial(256, slices=10)
"""1.69 mm pixels, a slice every 30 mm."""
