"""Where the legs are: one or two, how they lie, and which is the left one.

Works on volumes whose axes run to the subject's right, front and head (``volume.canonical``), so the left leg is at low
columns. It needs no network and no contrast: only that the legs are brighter than the air around them.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.anatomy import Side
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference.body import SMALLEST_LEG_MM2, Mask, find_body
from MuscleSegLib.inference.pose import Across, across, line_through
from MuscleSegLib.volume import Volume

Legs = Literal["auto", 1, 2]

TWO_LEGS_WIDTH = 1.45  # width over height of two thighs side by side is about 2, of one about 1
GAP_REACH = 0.22  # of the width, either way from the middle, is where the gap between the legs is looked for
CLEAR_GAP = 0.35  # of the leg's height at most is what a gap holds, where it is one


@dataclass(frozen=True)
class Leg:
    """One leg in a canonical volume.

    Attributes:
        side: Or None, where one leg is in the field of view.
        mask: The leg with its skin, [k, j, i].
        region: All voxels on this leg's side, [k, j, i]; nothing outside is this leg's.
        centers: (row, column) of each slice, [k, 2], in voxels, on a line up the leg.
        angle: By how much the line from the left leg to the right one is turned from the columns' axis towards the
            front, in radians: legs are shown to the network as if they lay side by side.

    """

    side: Side | None
    mask: Mask
    region: Mask
    centers: NDArray[np.float64]
    angle: float


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
    body = find_body(image)
    if body.sum(axis=(1, 2)).max(initial=0) * spacing[0] * spacing[1] < SMALLEST_LEG_MM2:
        message = f"No leg was found in {image.name}: is it a scan of the thigh or the calf?"
        raise MuscleSegError(message)
    axis = across(body, spacing)
    count = _count(body, axis, spacing) if legs == "auto" else legs
    if count == 1:
        return (_leg(None, body, np.ones(body.shape, dtype=bool), 0.0, image),)
    left = _left_of_gap(body, axis)
    return _leg(Side.RIGHT, body, ~left, axis.angle, image), _leg(Side.LEFT, body, left, axis.angle, image)


def _count(body: Mask, axis: Across, spacing_mm: tuple[float, float, float]) -> int:
    """Return 2 where most slices show two pieces side by side, or one that is too wide for a leg."""
    from scipy import ndimage

    votes = []
    for mask in body:
        if mask.sum() * spacing_mm[0] * spacing_mm[1] < SMALLEST_LEG_MM2:
            continue
        _, pieces = ndimage.label(axis.profile(mask) > 0)
        votes.append(pieces >= 2 or np.ptp(axis.width_mm[mask]) > TWO_LEGS_WIDTH * np.ptp(axis.height_mm[mask]))
    return 2 if np.mean(votes) >= 0.5 else 1


def _left_of_gap(body: Mask, axis: Across) -> Mask:
    """Return the voxels left of the gap between the legs.

    The gap is where a slice's profile is lowest, near its middle. Where the thighs touch or the pelvis joins them that
    is a weak hint, so those slices go by a line through the slices that have a clear gap.
    """
    gaps = np.full(len(body), np.nan)
    is_clear = np.zeros(len(body), dtype=bool)
    for k, mask in enumerate(body):
        profile = axis.profile(mask)
        filled = np.flatnonzero(profile)
        if len(filled) < 3:
            continue
        reach = max(1, round(GAP_REACH * (filled[-1] - filled[0])))
        middle = (filled[0] + filled[-1]) // 2
        near = profile[middle - reach : middle + reach + 1]
        lowest = np.flatnonzero(near <= near.min() + 0.02 * profile.max())
        gaps[k] = middle - reach + lowest.mean()
        is_clear[k] = near.min() < CLEAR_GAP * profile.max()
    used = is_clear if is_clear.any() else np.isfinite(gaps)
    gaps = np.where(is_clear, gaps, line_through(np.flatnonzero(used), gaps[used], len(body)))
    return np.asarray(axis.bins[None] < gaps[:, None, None] + 0.5)


def _leg(side: Side | None, body: Mask, region: Mask, angle: float, image: Volume) -> Leg:
    """Measure a leg: its largest piece in each slice, and a straight line through the middles of those pieces."""
    from scipy import ndimage

    pixel_mm2 = image.geometry.spacing_mm[0] * image.geometry.spacing_mm[1]
    mask = np.zeros_like(body)
    middles = []
    for k in range(len(body)):
        pieces, number = ndimage.label(body[k] & region[k])
        if number == 0:
            continue
        sizes = np.bincount(pieces.ravel())
        mask[k] = pieces == 1 + int(sizes[1:].argmax())
        if mask[k].sum() * pixel_mm2 >= SMALLEST_LEG_MM2:
            rows, columns = np.nonzero(mask[k])
            middles.append((k, (rows.min() + rows.max()) / 2, (columns.min() + columns.max()) / 2))
    if not middles:
        message = f"The {side or 'only'} leg was not found in {image.name}: choose how many legs it shows "
        message += "(--legs on the command line)."
        raise MuscleSegError(message)
    k, *values = np.asarray(middles, dtype=float).T
    centers = np.stack([line_through(k, value, len(body)) for value in values], axis=1)
    return Leg(side, mask, region, centers, angle)
