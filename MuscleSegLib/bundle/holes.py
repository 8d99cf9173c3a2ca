"""Holes in muscles, filled by inference and counted by the calibration of muscles' sizes alike."""

import numpy as np
from numpy.typing import NDArray

LARGEST_HOLE_MM2 = 100.0  # area of a vessel or of fat in a muscle; the shafts of femur and tibia are larger


def without_holes(labels: NDArray[np.uint8], pixel_mm2: float) -> NDArray[np.uint8]:
    """Fill small holes that a label encloses in a slice.

    Args:
        labels: Labels, [slice, row, column]; holes are pixels of 0.
        pixel_mm2: Area of a pixel.

    Returns:
        Labels, [slice, row, column].
    """
    from scipy import ndimage

    out = labels.copy()
    for code, box in enumerate(ndimage.find_objects(labels), start=1):
        if box is not None:
            out[box][_small_holes(labels[box] == code, pixel_mm2) & (labels[box] == 0)] = code
    return out


def _small_holes(muscle: NDArray[np.bool_], pixel_mm2: float) -> NDArray[np.bool_]:
    from scipy import ndimage

    out = np.zeros_like(muscle)
    for k, slice_ in enumerate(muscle):
        holes = ndimage.binary_fill_holes(slice_) & ~slice_
        if holes.any():
            pieces, _ = ndimage.label(holes)
            sizes = np.bincount(pieces.ravel())
            sizes[0] = 0
            out[k] = np.isin(pieces, np.flatnonzero((sizes > 0) & (sizes * pixel_mm2 <= LARGEST_HOLE_MM2)))
    return out
