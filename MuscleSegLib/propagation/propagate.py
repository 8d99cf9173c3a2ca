"""Propagation: muscles drawn in a few slices are carried to the others, guided by the images and by a network."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.anatomy import Side, is_left
from MuscleSegLib.bundle import Bundle
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference.companions import on_grid_of, sum_of
from MuscleSegLib.inference.leg_slices import LegSlices, cut_legs, predict_legs
from MuscleSegLib.inference.loading import Device
from MuscleSegLib.legs import Leg, find_legs
from MuscleSegLib.progress import Progress, part, silent
from MuscleSegLib.propagation.leg_propagation import LegPropagation
from MuscleSegLib.propagation.proposals import ranked_slices
from MuscleSegLib.propagation.requests import Given, order_of_slices, require_one_grid, require_slices
from MuscleSegLib.translatable import _
from MuscleSegLib.volume import Volume, canonical, check_image, like

Labels = NDArray[np.uint8]

ALONE_REACH = 3
"""Number of slices that a single given slice is carried up and down."""


@dataclass(frozen=True)
class Propagation:
    """Labels after propagation.

    Attributes:
        labels: Label values on the grid of those that were given, [k, j, i] uint8.
        filled: Slices, along the file's third axis, in which muscles were drawn anew.
        next_slices: Slices along the same axis, the one first whose drawing would help most.
        notes: Sentences for the user.
    """

    labels: Volume
    filled: tuple[int, ...]
    next_slices: tuple[int, ...]
    notes: tuple[str, ...]


def propagate(
    labels: Volume,
    images: Sequence[Volume],
    given: Given,
    *,
    bundle: Bundle | None = None,
    beyond: int = 0,
    device: Device = "auto",
    progress: Progress = silent,
) -> Propagation:
    """Carry muscles from the slices in which they are given to the slices between these.

    Given slices stay as they are, and so do muscles that are not propagated: no voxel is taken from them.

    Args:
        labels: Label values, [k, j, i] uint8, with the left leg's + 100 where both legs are labeled.
        images: Image, [k, j, i], on the grid of the labels, and further images of the same scan on any grid.
        given: Slices in which each muscle is right. Without any, slices to draw are proposed and nothing else is done.
        bundle: Network whose probabilities help, for single legs; None for none.
        beyond: Number of slices below the lowest and above the highest given slice to fill as well. A single given
            slice is carried ``ALONE_REACH`` slices up and down at least.
        device: Device of the network; "auto" takes a GPU where there is one.
        progress: Raises ``Canceled`` to stop.

    Raises:
        MuscleSegError: Labels and images do not belong together, a slice is not there, a muscle is in none of its
            slices, no leg is found, or the network cannot be used.
    """
    first = images[0]
    if beyond < 0:
        raise MuscleSegError(_("Slices beyond the given ones cannot be {count}: give 0 or more."), count=beyond)
    require_one_grid(labels, first)
    for slices in given.values():
        require_slices(labels, list(slices))
    for image in images:
        check_image(image)
    order = order_of_slices(labels)
    upright = canonical(labels)
    array = upright.array
    scan = (canonical(first), *(on_grid_of(canonical(first), canonical(image)) for image in images[1:]))
    place = {int(number): index for index, number in enumerate(order)}
    places = {value: sorted({place[number] for number in slices}) for value, slices in given.items()}
    _require_drawn(labels, array, places, order)
    until_carried = 0.4 if bundle else 0.05  # share of the time for legs and network
    shown = _shown(scan, array, bundle, device, part(progress, 0.0, until_carried))
    result, doubts, notes = _carried(upright, shown, places, beyond, part(progress, until_carried, 1.0))
    on_file = like(Volume(result, scan[0].geometry), labels.geometry)
    changed = np.flatnonzero((result != array).any(axis=(1, 2)))
    union = {index for slices in places.values() for index in slices}
    ranked = ranked_slices(doubts, union)
    return Propagation(
        labels=replace(labels, array=on_file.array),
        filled=tuple(sorted(int(order[index]) for index in changed)),
        next_slices=tuple(int(order[index]) for index in ranked),
        notes=notes,
    )


def _require_drawn(labels: Volume, array: Labels, places: Mapping[int, Sequence[int]], order: NDArray[np.intp]) -> None:
    for value, slices in places.items():
        if not (array[slices] == value).any():
            message = _("Label {value} of {labels} is in none of its given slices ({slices}): draw it there first.")
            numbers = ", ".join(str(order[index]) for index in slices)
            raise MuscleSegError(message, value=value, labels=labels.name, slices=numbers)


def _shown(
    scan: Sequence[Volume], array: Labels, bundle: Bundle | None, device: Device, progress: Progress
) -> tuple[LegSlices, ...]:
    """Return the slices of each leg, with the network's probabilities where there is one."""
    progress(0.0, _("finding the legs"))
    values = np.unique(array)
    has_left = bool(is_left(values).any())
    legs = find_legs(sum_of(scan), 2 if has_left and not is_left(values[values > 0]).all() else "auto")
    if len(legs) == 1 and has_left:
        legs = (replace(legs[0], side=Side.LEFT),)
    if bundle is None:
        return cut_legs(scan, legs)
    return predict_legs(scan, legs, bundle, device=device, progress=part(progress, 0.1, 1.0))


def _carried(
    labels: Volume, shown: Sequence[LegSlices], places: Mapping[int, Sequence[int]], beyond: int, progress: Progress
) -> tuple[Labels, dict[int, float], tuple[str, ...]]:
    """Return the propagated labels, the doubt of each slice, and notes; all in canonical slices."""
    array = labels.array
    result, doubts = array.copy(), dict.fromkeys(range(len(array)), 0.0)
    notes: tuple[str, ...] = ()
    reach = {value: _reach(slices, beyond, len(array)) for value, slices in places.items()}
    if any(len(slices) == 1 and beyond < ALONE_REACH for slices in places.values()):
        note = _("A muscle that is given in one slice alone was carried {count} slices up and down, and no further.")
        notes = (note.format(count=ALONE_REACH),)
    has_sides = bool(is_left(array).any())
    for number, leg in enumerate(shown):
        territory = leg.leg.region if len(shown) > 1 and not has_sides else np.ones(array.shape, bool)
        leg_labels = _labels_of_leg(array, leg.leg, has_sides=has_sides)
        stretch = part(progress, number / len(shown), (number + 1) / len(shown))
        given = {value: slices for value, slices in places.items() if (leg_labels[slices] == value).any()}
        muscles = LegPropagation(leg, leg_labels, given, territory, labels.geometry.spacing_mm)
        for index, doubt in muscles.fill(result, reach, stretch).items():
            doubts[index] += doubt
    return result, doubts, notes


def _reach(slices: Sequence[int], beyond: int, count: int) -> range:
    more = max(beyond, ALONE_REACH) if len(slices) == 1 else beyond
    return range(max(0, slices[0] - more), min(count, slices[-1] + more + 1))


def _labels_of_leg(array: Labels, leg: Leg, *, has_sides: bool) -> Labels:
    """Return the labels of one leg: those of its side, or else those in its part of the image."""
    if has_sides and leg.side is not None:
        is_same_side = is_left(array) if leg.side is Side.LEFT else ~is_left(array)
        return np.where(is_same_side, array, 0).astype(np.uint8)
    return np.where(leg.region, array, 0).astype(np.uint8)
