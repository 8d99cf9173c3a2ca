"""Mask of the body: voxels brighter than the air around it."""

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.legs.morphology import Mask, box_of, filled, large_pieces, opened
from MuscleSegLib.volume import Volume

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
    place = smooth[0].size - min(max(1, round(BRIGHT_MM2 / pixel_mm2)), smooth[0].size)
    levels = [_air_and_brightness(slice_, place) for slice_ in smooth]
    brightest = smooth.max()
    if min(bright for _, bright in levels) < EMPTY_SLICE * brightest:  # else no slice is empty beside less than that
        brightest = np.percentile(smooth, 99.9)
    body = np.zeros(image.array.shape, dtype=bool)
    for slice_, (air, bright), out in zip(smooth, levels, body, strict=True):
        if bright < EMPTY_SLICE * brightest:
            continue
        mask = slice_ > air + DARKEST_TISSUE * (bright - air)
        box = box_of(mask)
        if box is not None:
            mask = opened(filled(mask[box]), max(1, round(OPENING_MM / spacing[0])))
            out[box] = large_pieces(mask, share=EACH_PIECE, smallest=smallest)
    return body


def _air_and_brightness(smooth: NDArray[np.float32], place: int) -> tuple[np.float32, np.float32]:
    """Return a slice's percentile 10 and the pixel at a place in ascending order, of one partition of its pixels."""
    rank = 0.1 * (smooth.size - 1)
    below = int(rank)
    above = min(below + 1, smooth.size - 1)
    ordered = np.partition(smooth, sorted({below, above, place}), axis=None)
    return ordered[below] + np.float32(rank - below) * (ordered[above] - ordered[below]), ordered[place]
