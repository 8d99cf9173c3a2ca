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
    """Return the small holes of a mask, [slice, row, column], that touches the faces of its box.

    Holes are pieces of background that reach no edge of the box: counted once, and not grown from the edge.
    """
    from scipy import ndimage

    within_slices = np.zeros((3, 3, 3), bool)
    within_slices[1] = ndimage.generate_binary_structure(2, 1)
    pieces, number = ndimage.label(~muscle, within_slices)
    is_hole = np.ones(number + 1, bool)
    is_hole[0] = False  # the mask itself
    for edge in (pieces[:, 0], pieces[:, -1], pieces[:, :, 0], pieces[:, :, -1]):
        is_hole[edge] = False
    if not is_hole.any():
        return np.zeros_like(muscle)
    is_hole &= np.bincount(pieces.ravel()) * pixel_mm2 <= LARGEST_HOLE_MM2
    return np.asarray(is_hole[pieces])
