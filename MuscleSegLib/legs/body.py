"""Mask of the body: voxels brighter than the air around it."""

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.volume import Volume

Mask = NDArray[np.bool_]

SMALLEST_LEG_MM2 = 1500.0  # the cross-section of a thin child's knee
BRIGHT_MM2 = 1000.0
"""Area of the brightest tissue whose darkest pixel is a slice's brightness: above vessels', below a muscle's area."""
DARKEST_TISSUE = 0.10  # of a slice's brightness: fat on a water image has about this, air and ghosts less
EMPTY_SLICE = 0.03  # of the scan's brightest tissue: a darker slice shows noise alone
EACH_PIECE = 0.2  # of a slice's largest piece at least: a hand beside the thigh is smaller
SMOOTHING_MM = 2.5
OPENING_MM = 3.0


def find_body(image: Volume) -> Mask:
    """Return the mask of the body, without holes and specks.

    The threshold is each slice's own, since coils shade a scan's ends.

    Args:
        image: Canonical image, [k, j, i].

    Returns:
        Mask, [k, j, i].
    """
    from scipy import ndimage

    spacing = image.geometry.spacing_mm
    blur = [0, SMOOTHING_MM / spacing[1], SMOOTHING_MM / spacing[0]]
    smooth = ndimage.gaussian_filter(np.abs(image.array.astype(np.float32)), blur)
    pixel_mm2 = spacing[0] * spacing[1]
    smallest = SMALLEST_LEG_MM2 / 2 / pixel_mm2
    # an area, not a share of the slice: more air around the legs changes nothing
    place = -min(max(1, round(BRIGHT_MM2 / pixel_mm2)), smooth[0].size)
    brightest = np.percentile(smooth, 99.9)
    brightness = np.partition(smooth.reshape(len(smooth), -1), place, axis=1)[:, place]
    body = np.zeros(image.array.shape, dtype=bool)
    for k, slice_ in enumerate(smooth):
        air, bright = np.percentile(slice_, 10), brightness[k]
        if bright < EMPTY_SLICE * brightest:
            continue
        mask = ndimage.binary_fill_holes(slice_ > air + DARKEST_TISSUE * (bright - air))
        mask = ndimage.binary_opening(mask, iterations=max(1, round(OPENING_MM / spacing[0])))
        pieces, number = ndimage.label(mask)
        sizes = np.bincount(pieces.ravel(), minlength=number + 1)
        sizes[0] = 0
        body[k] = np.isin(pieces, np.flatnonzero(sizes > max(EACH_PIECE * sizes.max(), smallest)))
    return body
