"""Where the legs are: one or two, and which is the left one.

Works on volumes whose axes run to the subject's right, front and head (``volume.canonical``), so a low column is the
subject's left. It needs no network and no contrast: only that the legs are brighter than the air around them.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.anatomy import Side
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import Volume

Legs = Literal["auto", 1, 2]

DARKEST_TISSUE = 0.10  # of a slice's bright tissue: fat on a water image has about this, air and ghosts less
EMPTY_SLICE = 0.03  # of the scan's brightest tissue: a slice that is darker shows noise alone
SMOOTHING_MM = 2.5
SMALLEST_LEG_MM2 = 1500.0  # the cross-section of a thin child's knee
TWO_LEGS_WIDTH = 1.45  # width over height of two thighs side by side is about 2, of one about 1
EACH_LEG = 0.2  # of the foreground at least, for a second piece to be a leg and not a hand
GAP_REACH = 0.22  # of the width, either way from the middle, is where the gap between the legs is looked for

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Leg:
    """One leg in a canonical volume.

    Attributes:
        side: Or None, where one leg is in the field of view.
        mask: The leg with its skin, [k, j, i].
        region: All voxels on this leg's side, [k, j, i]; nothing outside is this leg's.
        centers: (row, column) of each slice, [k, 2], in voxels, on a line up the leg.

    """

    side: Side | None
    mask: Mask
    region: Mask
    centers: NDArray[np.float64]


def find_legs(image: Volume, legs: Legs = "auto") -> tuple[Leg, ...]:
    """Find the legs.

    Args:
        image: Canonical, [k, j, i].
        legs: How many there are, if known.

    Returns:
        One leg without a side, or the right one and then the left one.

    Raises:
        MuscleSegError: There is none.

    """
    spacing = image.geometry.spacing_mm
    body = _foreground(image)
    area_mm2 = body.sum(axis=(1, 2)) * spacing[0] * spacing[1]
    if area_mm2.max(initial=0) < SMALLEST_LEG_MM2:
        message = f"No leg was found in {image.path or 'the image'}: is it a scan of the thigh or the calf?"
        raise MuscleSegError(message)
    count = _count(body, spacing) if legs == "auto" else legs
    if count == 1:
        everywhere = np.ones(body.shape, dtype=bool)
        return (_leg(None, body, everywhere, spacing),)
    left = _left_of_gap(body)
    return _leg(Side.RIGHT, body, ~left, spacing), _leg(Side.LEFT, body, left, spacing)


def _foreground(image: Volume) -> Mask:
    """Return what is brighter than air, without holes and specks; slice by slice, since coils shade a scan's ends."""
    from scipy import ndimage

    spacing = image.geometry.spacing_mm
    blur = [0, SMOOTHING_MM / spacing[1], SMOOTHING_MM / spacing[0]]
    smooth = ndimage.gaussian_filter(np.abs(image.array.astype(np.float32)), blur)
    brightest = np.percentile(smooth, 99.9)
    smallest = SMALLEST_LEG_MM2 / 2 / (spacing[0] * spacing[1])
    body = np.zeros(image.array.shape, dtype=bool)
    for k, slice_ in enumerate(smooth):
        air, bright = np.percentile(slice_, [10, 98])
        if bright < EMPTY_SLICE * brightest:
            continue
        mask = ndimage.binary_fill_holes(slice_ > air + DARKEST_TISSUE * (bright - air))
        mask = ndimage.binary_opening(mask, iterations=max(1, round(3 / spacing[0])))
        pieces, number = ndimage.label(mask)
        sizes = np.bincount(pieces.ravel(), minlength=number + 1)
        sizes[0] = 0
        body[k] = np.isin(pieces, np.flatnonzero(sizes > max(EACH_LEG * sizes.max(), smallest)))
    return body


def _count(body: Mask, spacing_mm: tuple[float, float, float]) -> int:
    """Return 2 where most slices show two pieces side by side, or one that is too wide for a leg."""
    from scipy import ndimage

    votes = []
    for mask in body:
        if mask.sum() * spacing_mm[0] * spacing_mm[1] < SMALLEST_LEG_MM2:
            continue
        rows, columns = np.nonzero(mask)
        width, height = np.ptp(columns) * spacing_mm[0], np.ptp(rows) * spacing_mm[1]
        pieces, number = ndimage.label(mask.any(axis=0))
        votes.append(number >= 2 or width > TWO_LEGS_WIDTH * height)
    return 2 if np.mean(votes) >= 0.5 else 1


def _left_of_gap(body: Mask) -> Mask:
    """Return the voxels left of the gap between the legs.

    The gap is where a slice's columns hold least, near the middle. Where the thighs touch or the pelvis joins them that
    is a weak hint, so those slices go by a line through the slices that have a clear gap.
    """
    from scipy.stats import theilslopes

    slices, _, columns = body.shape
    heights = body.sum(axis=1)  # [slice, column]
    gaps = np.full(slices, np.nan)
    is_clear = np.zeros(slices, dtype=bool)
    for k, height in enumerate(heights):
        filled = np.flatnonzero(height)
        if len(filled) < 3:
            continue
        first, last = filled[0], filled[-1]
        reach = max(1, round(GAP_REACH * (last - first)))
        middle = (first + last) // 2
        near = height[middle - reach : middle + reach + 1]
        lowest = np.flatnonzero(near <= near.min() + 0.02 * height.max())
        gaps[k] = middle - reach + lowest.mean()
        is_clear[k] = near.min() < 0.35 * height.max()
    used = is_clear if is_clear.sum() >= 3 else np.isfinite(gaps)
    index = np.arange(slices)
    if used.sum() >= 3:
        line = theilslopes(gaps[used], index[used])
        fitted = line.slope * index + line.intercept
    else:
        fitted = np.full(slices, np.nanmedian(gaps))
    gaps = np.where(is_clear, gaps, fitted)
    return np.broadcast_to((np.arange(columns)[None, :] < gaps[:, None] + 0.5)[:, None, :], body.shape)


def _leg(side: Side | None, body: Mask, region: Mask, spacing_mm: tuple[float, float, float]) -> Leg:
    """Measure a leg: its largest piece in each slice, and a straight line through the middles of those pieces."""
    from scipy import ndimage
    from scipy.stats import theilslopes

    mask = np.zeros_like(body)
    middles = []
    for k in range(len(body)):
        pieces, number = ndimage.label(body[k] & region[k])
        if number == 0:
            continue
        sizes = np.bincount(pieces.ravel())
        mask[k] = pieces == 1 + int(sizes[1:].argmax())
        if mask[k].sum() * spacing_mm[0] * spacing_mm[1] >= SMALLEST_LEG_MM2:
            rows, columns = np.nonzero(mask[k])
            middles.append((k, (rows.min() + rows.max()) / 2, (columns.min() + columns.max()) / 2))
    if not middles:
        message = f"The {side or 'only'} leg could not be found: give the number of legs in the image with --legs."
        raise MuscleSegError(message)
    k, *values = np.asarray(middles, dtype=float).T
    index = np.arange(len(body))
    centers = []
    for value in values:
        if len(k) >= 3:
            line = theilslopes(value, k)
            centers.append(line.slope * index + line.intercept)
        else:
            centers.append(np.full(len(body), value.mean()))
    return Leg(side, mask, region, np.stack(centers, axis=1))
