"""Canvases of a leg: each slice resampled to the training pixels, centered on the leg."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.training.legs.leg_tissues import CANVAS, PIXEL_MM

SMALLEST_MUSCLE_MM2 = 400.0  # area of labeled muscle from which a slice is worth learning from


def leg_line(leg: NDArray[np.generic], spacing_mm: tuple[float, float, float]) -> NDArray[np.float64]:
    """Return the center (row, column) of each slice of a leg, [slice, 2], on a robust straight line up the leg.

    Args:
        leg: Mask or codes of the leg, [slice, row, column], with ``SMALLEST_MUSCLE_MM2`` in one slice at least.
        spacing_mm: Spacing of columns, rows and slices.
    """
    from scipy.stats import theilslopes

    middles = []
    for k, slice_ in enumerate(leg):
        rows, columns = np.nonzero(slice_)
        if len(rows) * spacing_mm[0] * spacing_mm[1] >= SMALLEST_MUSCLE_MM2:
            middles.append((k, (rows.min() + rows.max()) / 2, (columns.min() + columns.max()) / 2))
    k, *centers = np.asarray(middles).T
    if len(k) == 1:
        return np.repeat(np.asarray(centers).T, len(leg), axis=0)
    lines = [theilslopes(center, k) for center in centers]
    return np.stack([line.slope * np.arange(len(leg)) + line.intercept for line in lines], axis=1)


def on_canvas(
    array: NDArray[Any], centers: NDArray[np.float64], spacing_mm: tuple[float, float, float], *, fine: int = 1
) -> NDArray[Any]:
    """Resample each slice onto its canvas: codes by the nearest neighbor, images linearly.

    Args:
        array: Codes, a mask or an image, [slice, row, column].
        centers: Center (row, column) of each slice, [slice, 2].
        spacing_mm: Spacing of columns, rows and slices.
        fine: Factor by which the canvas has more pixels in each direction.

    Returns:
        [slice, fine * CANVAS, fine * CANVAS].
    """
    from scipy.ndimage import affine_transform, gaussian_filter

    size, pixel_mm = CANVAS * fine, PIXEL_MM / fine
    scale = np.array([pixel_mm / spacing_mm[1], pixel_mm / spacing_mm[0]])
    is_image = np.issubdtype(array.dtype, np.floating)
    if is_image:  # coarser pixels are averages, not samples, as in inference
        array = gaussian_filter(array, [0, *(0.4 * np.sqrt(np.maximum(scale**2 - 1, 0)))])
    source = array.astype(np.uint8) if array.dtype == bool else array
    canvases = []
    for slice_, center in zip(source, centers, strict=True):
        offset = center - scale * (size - 1) / 2
        canvases.append(affine_transform(slice_, scale, offset, (size, size), order=1 if is_image else 0))
    return np.stack(canvases)
