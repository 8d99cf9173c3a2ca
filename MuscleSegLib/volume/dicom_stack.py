"""Stacks of slices: sorting, and checks that they are one volume."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _, joined
from MuscleSegLib.volume.dicom_copies import without_copies
from MuscleSegLib.volume.dicom_slices import TRAITS, Slice
from MuscleSegLib.volume.geometry import Geometry
from MuscleSegLib.volume.itk import ras_from_lps
from MuscleSegLib.volume.remarks import remark

SAME_POSITION_MM = 0.01
"""Largest distance of slices at one position: scanners write positions to at least a hundredth of a millimeter, and no
slices of a scan are so thin."""

SPACING_TOLERANCE = 0.05
"""Relative tolerance of the distance between slices: rounding of positions to 0.1 mm by old exporters
on slices of 2 mm, and far below the whole slice that a gap is."""

DIRECTION_TOLERANCE = 1e-3
"""Tolerance of direction cosines in a stack: truncated decimals of exporters, 0.06 degrees."""

PIXEL_TOLERANCE = 1e-3
"""Relative tolerance of pixel spacings in a stack: a third of a millimeter over a leg."""

OFFSET_TOLERANCE_MM = 0.5
"""Largest in-plane offset of a slice from the line of the others: less than a pixel of a thigh scan."""

SCALE_TOLERANCE = 1e-5
"""Relative tolerance of equal scales: rounding of decimal strings and single-precision numbers."""

_SHOWN = 6


def stacked(slices: Sequence[Slice], *, name: str) -> list[Slice]:
    """Sort slices along their normal and check that they make one volume without gaps.

    Args:
        slices: Images of one series, in any order.
        name: Name of the series in messages.

    Returns:
        The slices in the direction of the normal (row direction x column direction), without copies.

    Raises:
        MuscleSegError: Slices differ in orientation, size or pixel spacing, share positions without being copies, are
            missing or unevenly spaced, lie askew, or their positions contradict their spacing.
    """
    first = slices[0]
    for other in slices:
        _require_alike(first, other, name)
    normal = _normal(first)
    order = sorted(slices, key=lambda image: (float(normal @ image.position), str(image.path), image.frame))
    heights = np.array([float(normal @ image.position) for image in order])
    _require_straight(order, heights, normal, name)
    order = _one_at_a_position(order, heights, name)
    heights = np.array([float(normal @ image.position) for image in order])
    _require_even(order, heights, name)
    _require_spacing(order, heights, name)
    for doubt in dict.fromkeys(image.doubt for image in order if image.doubt):
        remark(_("{name} {doubt}"), name=name, doubt=doubt)
    return order


def geometry_of_stack(stack: Sequence[Slice]) -> Geometry:
    """Return the grid of sorted slices; the distance between slices is that of their positions.

    Raises:
        MuscleSegError: A single slice has no thickness.
    """
    first, last = stack[0], stack[-1]
    normal = _normal(first)
    if len(stack) > 1:
        thickness = float(normal @ np.subtract(last.position, first.position)) / (len(stack) - 1)
    elif first.distance_mm is not None or first.thickness_mm is not None:
        thickness = first.distance_mm or first.thickness_mm or 0.0
    else:
        message = _("{path} is a single slice that does not say how thick it is: give the whole series.")
        raise MuscleSegError(message, path=first.path)
    affine = np.eye(4)
    affine[:3, 0] = np.array(first.orientation[:3]) * first.pixel_spacing[1]
    affine[:3, 1] = np.array(first.orientation[3:]) * first.pixel_spacing[0]
    affine[:3, 2] = normal * thickness
    affine[:3, 3] = first.position
    return Geometry((len(stack), *first.size), ras_from_lps(affine))


def thickness_of_stack(stack: Sequence[Slice]) -> float | None:
    """Return the common thickness of all slices in mm, None if unknown or different."""
    thicknesses = {image.thickness_mm for image in stack}
    return thicknesses.pop() if len(thicknesses) == 1 else None


def on_one_scale(stack: Sequence[Slice]) -> tuple[list[Slice], float | None]:
    """Return slices on one scale, and the divisor for comparison with other images.

    Returns:
        The slices unchanged and their scale, None unless all have one (``dicom_private``). With different scales,
        slices with slope and intercept to comparable values, and 1.
    """
    scales = [image.slope * image.scale_slope for image in stack if image.scale_slope is not None]
    if not scales or len(scales) < len(stack) or any(image.limits for image in stack):  # values in a unit compare
        return list(stack), None
    if np.ptp(scales) <= SCALE_TOLERANCE * max(np.abs(scales)):
        return list(stack), scales[0]
    pairs = zip(stack, scales, strict=True)
    return [replace(image, slope=image.slope / scale, intercept=image.intercept / scale) for image, scale in pairs], 1.0


def unit_of_stack(stack: Sequence[Slice]) -> str:
    """Return the common unit of all slices, "" if unknown or different."""
    units = {image.unit for image in stack}
    return units.pop() if len(units) == 1 else ""


def _normal(image: Slice) -> NDArray[np.float64]:
    normal = np.cross(image.orientation[:3], image.orientation[3:])
    return np.asarray(normal / max(float(np.linalg.norm(normal)), np.finfo(np.float64).tiny), dtype=np.float64)


def _require_alike(first: Slice, other: Slice, name: str) -> None:
    if not np.allclose(first.orientation, other.orientation, rtol=0.0, atol=DIRECTION_TOLERANCE):
        difference = _("slices in different directions, as localizers have")
    elif first.size != other.size:
        difference = _("slices of different sizes, {size} and {other_size} pixels")
        difference = difference.format(size=first.size, other_size=other.size)
    elif not np.allclose(first.pixel_spacing, other.pixel_spacing, rtol=PIXEL_TOLERANCE, atol=0.0):
        difference = _("slices of different pixel spacing, {spacing} and {other_spacing} mm")
        difference = difference.format(spacing=first.pixel_spacing, other_spacing=other.pixel_spacing)
    else:
        return
    message = _("{name} has {difference} ({file} and {other}): give a folder with the slices of one stack.")
    raise MuscleSegError(message, name=name, difference=difference, file=first.path.name, other=other.path.name)


def _one_at_a_position(order: Sequence[Slice], heights: NDArray[np.float64], name: str) -> list[Slice]:
    starts = np.flatnonzero(np.diff(heights, prepend=-np.inf) > SAME_POSITION_MM)
    counts = np.diff(starts, append=len(order))
    if counts.max() == 1:
        return list(order)
    groups = [order[start : start + count] for start, count in zip(starts.tolist(), counts.tolist(), strict=True)]
    most = int(np.argmax(counts))
    group = groups[most]
    differing = _differing_trait(group)
    if not differing:
        return without_copies(groups, name=name)
    where = _("position {mm} mm").format(mm=f"{heights[starts[most]]:.1f}")
    if counts.min() == counts.max():
        where = _("every position")
    message = _(
        "{name} has {count} images at {where} (such as {files}), which differ in {differing}: put the images of one "
        "kind into a folder and give that."
    )
    if differing.startswith(TRAITS["ImageType"]):
        message = _(
            "{name} has {count} images at {where} (such as {files}), which differ in {differing}: choose with "
            "--image-type and a word of it, or put the images of one kind into a folder and give that."
        )
    files = ", ".join(sorted({image.path.name for image in group})[:_SHOWN])
    raise MuscleSegError(message, name=name, count=len(group), where=where, files=files, differing=differing)


def _differing_trait(group: Sequence[Slice]) -> str:
    for keyword, meaning in TRAITS.items():
        values = {image.traits.get(keyword, "none") for image in group}
        if len(values) > 1:
            return joined(": ", (meaning, ", ".join(sorted(values, key=_by_number))))
    return ""


def _by_number(text: str) -> tuple[float, str]:
    try:
        return float(text), text
    except ValueError:
        return np.inf, text


def _require_even(order: Sequence[Slice], heights: NDArray[np.float64], name: str) -> None:
    if len(order) < 3:
        return
    distances = np.diff(heights)
    # The lower median is a distance that occurs, where the mean of two would be none.
    usual = float(np.sort(distances)[(len(distances) - 1) // 2])
    steps = np.rint(distances / usual)
    if np.any((steps < 1) | (np.abs(distances - steps * usual) > SPACING_TOLERANCE * usual * np.maximum(steps, 1))):
        message = _(
            "{name} has unevenly spaced slices (from {smallest} to {largest} mm apart): export the whole series "
            "again, or give the slices of one stack."
        )
        raise MuscleSegError(message, name=name, smallest=f"{distances.min():.2f}", largest=f"{distances.max():.2f}")
    gaps = np.flatnonzero(steps > 1)
    if len(gaps):
        missing = int((steps[gaps] - 1).sum())
        place = _("{count} between {place} and {next_place}")
        at = [f"{height:.1f} mm ({image.path.name})" for height, image in zip(heights, order, strict=True)]
        places = [
            place.format(count=int(steps[gap]) - 1, place=at[gap], next_place=at[gap + 1]) for gap in gaps[:_SHOWN]
        ]
        message = _("{name} lacks {count} slices: {places}. Export the whole series again.")
        if missing == 1:
            message = _("{name} lacks {count} slice: {places}. Export the whole series again.")
        raise MuscleSegError(message, name=name, count=missing, places=joined("; ", places))


def _require_straight(
    order: Sequence[Slice], heights: NDArray[np.float64], normal: NDArray[np.float64], name: str
) -> None:
    offsets = np.array([image.position for image in order]) - order[0].position
    beside = offsets - np.outer(heights - heights[0], normal)
    if np.linalg.norm(beside, axis=1).max() > OFFSET_TOLERANCE_MM:
        message = _(
            "{name} has slices that do not lie straight above each other (a tilted stack): export it again without "
            "tilt."
        )
        raise MuscleSegError(message, name=name)


def _require_spacing(order: Sequence[Slice], heights: NDArray[np.float64], name: str) -> None:
    """Check that positions agree with SpacingBetweenSlices.

    Some exporters write the gap between slices there, which is smaller than a slice (PS3.3, C.7.6.3.1.8 defines the
    distance between their centers).
    """
    distances = [image.distance_mm for image in order if image.distance_mm is not None]
    distance = float(np.median(distances)) if distances else None
    if distance is None or len(order) < 2:
        return
    actual = float(heights[-1] - heights[0]) / (len(order) - 1)
    thickness = order[0].thickness_mm or 0.0
    is_gap = distance < thickness and abs(actual - thickness - distance) <= SPACING_TOLERANCE * actual
    if is_gap or abs(actual - distance) <= SPACING_TOLERANCE * distance:
        return
    steps = round(actual / distance)
    is_whole = steps > 1 and abs(actual - steps * distance) <= SPACING_TOLERANCE * actual
    advice = _("one of them is wrong, so export the series again")
    if is_whole and steps == 2:
        advice = _("every second slice is missing, so export the whole series again")
    elif is_whole:
        advice = _("{missing} of {count} slices are missing, so export the whole series again")
        advice = advice.format(missing=steps - 1, count=steps)
    message = _(
        "{name} has slices {actual} mm apart by their positions, and SpacingBetweenSlices is {distance} mm: {advice}."
    )
    raise MuscleSegError(message, name=name, actual=f"{actual:.2f}", distance=f"{distance:g}", advice=advice)
