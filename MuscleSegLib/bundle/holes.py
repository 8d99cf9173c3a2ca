"""Holes in muscles: what becomes of them is part of a network's answer, and so of how large it draws muscles."""

import numpy as np
from numpy.typing import NDArray

LARGEST_HOLE_MM2 = 100.0  # what a muscle encloses: a vessel or fat; the shafts of femur and tibia are larger


def without_holes(labels: NDArray[np.uint8], pixel_mm2: float) -> NDArray[np.uint8]:
    """Return labels, [slice, row, column], where what one of them encloses in a slice is its own, if it is small.

    Args:
        labels: Of any muscles; 0 is what is filled.
        pixel_mm2: Of one pixel.

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
