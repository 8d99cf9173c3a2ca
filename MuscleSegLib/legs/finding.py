"""Number, masks, sides and directions of the legs in an image.

Works on volumes whose axes run to the subject's right, front and head (``volume.canonical``), so the left leg is at low
columns. The method needs no network and no contrast: the legs are brighter than the air around them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.anatomy import Side
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.legs.body import SMALLEST_LEG_MM2, find_body
from MuscleSegLib.legs.morphology import Mask, box_of, largest_piece
from MuscleSegLib.legs.pose import Across, across, line_through
from MuscleSegLib.translatable import _
from MuscleSegLib.volume import Volume

Legs = Literal["auto", 1, 2]
Profiles = Sequence[NDArray[np.intp]]

TWO_LEGS_WIDTH = 1.45  # width over height of two thighs side by side is about 2, of a single thigh about 1
GAP_REACH = 0.22  # share of the width, either way from the middle, that is searched for the gap between the legs
CLEAR_GAP = 0.35  # share of the leg's height that tissue in a clear gap has at most


@dataclass(frozen=True)
class Leg:
    """Leg in a canonical volume.

    Attributes:
        side: Side, or None where a single leg is in the field of view.
        mask: Mask of the leg with its skin, [k, j, i].
        region: Mask of all voxels on this leg's side, [k, j, i]; no voxel outside belongs to this leg.
        centers: Center (row, column) of each slice, [k, 2], in voxels, on a straight line up the leg.
        angle: Angle of the line from the left leg to the right one with the columns' axis, positive towards the front,
            in radians: legs are shown to the network as if they lay side by side.
    """

    side: Side | None
    mask: Mask
    region: Mask
    centers: NDArray[np.float64]
    angle: float


def find_legs(image: Volume, legs: Legs = "auto") -> tuple[Leg, ...]:
    """Find the legs.

    Args:
        image: Canonical image, [k, j, i].
        legs: Number of legs in the field of view, or "auto".

    Returns:
        A single leg without a side, or the right leg and then the left leg.

    Raises:
        MuscleSegError: The image holds no leg.
    """
    spacing = image.geometry.spacing_mm
    body = find_body(image)
    if body.sum(axis=(1, 2)).max(initial=0) * spacing[0] * spacing[1] < SMALLEST_LEG_MM2:
        raise MuscleSegError(_("No leg was found in {image}: is it a scan of the thigh or the calf?"), image=image.name)
    axis = across(body, spacing)
    profiles = [axis.profile(mask) for mask in body]
    count = _count(body, axis, profiles, spacing) if legs == "auto" else legs
    if count == 1:
        return (_leg(None, body, np.ones(body.shape, dtype=bool), 0.0, image),)
    left = _left_of_gap(axis, profiles)
    return _leg(Side.RIGHT, body, ~left, axis.angle, image), _leg(Side.LEFT, body, left, axis.angle, image)


def _count(body: Mask, axis: Across, profiles: Profiles, spacing_mm: tuple[float, float, float]) -> int:
    """Return 2 where most slices show two components side by side, or one that is too wide for a leg."""
    from scipy import ndimage

    votes = []
    for mask, profile in zip(body, profiles, strict=True):
        if np.count_nonzero(mask) * spacing_mm[0] * spacing_mm[1] < SMALLEST_LEG_MM2:
            continue
        _, pieces = ndimage.label(profile > 0)
        votes.append(pieces >= 2 or np.ptp(axis.width_mm[mask]) > TWO_LEGS_WIDTH * np.ptp(axis.height_mm[mask]))
    return 2 if np.mean(votes) >= 0.5 else 1


def _left_of_gap(axis: Across, profiles: Profiles) -> Mask:
    """Return the mask of the voxels left of the gap between the legs, [k, j, i].

    The gap is the minimum of a slice's profile near its middle. Where the thighs touch or the pelvis joins them the
    minimum is weak, and the gap lies on a line through the slices with a clear gap.
    """
    gaps = np.full(len(profiles), np.nan)
    is_clear = np.zeros(len(profiles), dtype=bool)
    for k, profile in enumerate(profiles):
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
    gaps = np.where(is_clear, gaps, line_through(np.flatnonzero(used), gaps[used], len(profiles)))
    return np.asarray(axis.bins[None] < np.ceil(gaps + 0.5).astype(np.int32)[:, None, None])


def _leg(side: Side | None, body: Mask, region: Mask, angle: float, image: Volume) -> Leg:
    """Return a leg: its largest component in each slice, and a straight line through the components' centers."""
    pixel_mm2 = image.geometry.spacing_mm[0] * image.geometry.spacing_mm[1]
    mask = np.zeros_like(body)
    middles = []
    for k, (whole, side_mask) in enumerate(zip(body, region, strict=True)):
        part = whole & side_mask
        box = box_of(part)
        if box is None:
            continue
        piece = largest_piece(part[box])
        mask[k][box] = piece
        if np.count_nonzero(piece) * pixel_mm2 >= SMALLEST_LEG_MM2:
            rows, columns = box_of(mask[k]) or box
            middles.append((k, (rows.start + rows.stop - 1) / 2, (columns.start + columns.stop - 1) / 2))
    if not middles:
        message = _(
            "The {side} leg was not found in {image}: choose how many legs it shows (--legs on the command line)."
        )
        raise MuscleSegError(message, side=side.word if side else _("only"), image=image.name)
    k, *values = np.asarray(middles, dtype=float).T
    centers = np.stack([line_through(k, value, len(body)) for value in values], axis=1)
    return Leg(side, mask, region, centers, angle)
