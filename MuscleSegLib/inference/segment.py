"""Segmenting: find the legs, show each to the network as a right leg, put the labels back on the image's grid."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.anatomy import LEFT_OFFSET, Side
from MuscleSegLib.bundle import Bundle, LegInput, VolumeInput
from MuscleSegLib.inference.legs import Leg, Legs, find_legs
from MuscleSegLib.inference.loading import Device, load_runner
from MuscleSegLib.inference.predict import segment_leg
from MuscleSegLib.inference.processor import one_thread_a_core
from MuscleSegLib.inference.runner import Runner
from MuscleSegLib.inference.scan import segment_scan
from MuscleSegLib.progress import Progress, part, silent
from MuscleSegLib.volume import Volume, canonical, check_image, like

Labels = NDArray[np.uint8]


@dataclass(frozen=True)
class Result:
    """A segmentation.

    Attributes:
        labels: On exactly the image's grid, uint8.
        sides: Of the legs found: right and left, or the side that a single leg looks like, where the network tells.
            A single leg's labels carry no side.
        device: Where the network ran.
        precision: Of its features: "float32", "bfloat16" or "float16".
        notes: What went otherwise than usual: smaller parts for want of memory, another device or precision.

    """

    labels: Volume
    sides: tuple[Side, ...]
    device: str
    precision: str
    notes: tuple[str, ...]


def segment(
    image: Volume, bundle: Bundle, *, device: Device = "auto", legs: Legs = "auto", progress: Progress = silent
) -> Result:
    """Segment the muscles of one or two legs.

    Args:
        image: Any orientation; [k, j, i].
        bundle: The network.
        device: "auto" takes a GPU where there is one.
        legs: How many legs are in the field of view, if known.
        progress: Raises ``Cancelled`` to stop.

    Returns:
        The labels: muscle codes, and for two legs the left one's + 100.

    Raises:
        MuscleSegError: The image holds no leg or is unfit, the network cannot be used, or there is no such device.

    """
    check_image(image)
    turned = canonical(image)
    spec = bundle.metadata.input
    progress(0.0, "finding the legs")
    found = find_legs(turned, legs)
    progress(0.05, f"loading the network {bundle.metadata.name}")
    runner = load_runner(bundle, device)
    with one_thread_a_core():
        if isinstance(spec, VolumeInput):
            labels = segment_scan(runner, spec, bundle.metadata.labels, turned, part(progress, 0.1, 0.95))
            sides = _give_sides(labels, found)
        else:
            codes = np.array([0, *bundle.metadata.labels], np.uint8)
            labels, sides = _segment_legs(runner, spec, codes, turned, found, part(progress, 0.1, 0.95))
    progress(0.97, "putting the labels on the image's grid")
    made = f"MuscleSeg {bundle.metadata.region} {bundle.metadata.name} {bundle.metadata.version}"
    back = like(Volume(labels, turned.geometry), image.geometry)
    progress(1.0, "segmented")
    on_grid = Volume(back.array, image.geometry, description=f"{made} on {runner.device}")
    return Result(on_grid, sides, str(runner.device), runner.precision, tuple(runner.notes))


def _segment_legs(
    runner: Runner, spec: LegInput, codes: Labels, image: Volume, found: Sequence[Leg], progress: Progress
) -> tuple[Labels, tuple[Side, ...]]:
    """Return labels, [k, j, i], and the legs' sides."""
    labels = np.zeros(image.array.shape, np.uint8)
    sides = []
    for number, leg in enumerate(found):
        stretch = part(progress, number / len(found), (number + 1) / len(found))
        own, side = _segment_leg(partial(segment_leg, runner, spec, codes, image, leg), leg, stretch)
        sides.append(side)
        labels[own > 0] = own[own > 0] + (LEFT_OFFSET if leg.side is Side.LEFT else 0)
    return labels, tuple(sides)


def _give_sides(labels: Labels, found: Sequence[Leg]) -> tuple[Side, ...]:
    """Give the left leg's labels their side, where a network knows none, and return the sides."""
    if len(found) < 2:
        return ()
    if labels.max(initial=0) < LEFT_OFFSET:
        for leg in found:
            labels[leg.region & (labels > 0)] += np.uint8(LEFT_OFFSET if leg.side is Side.LEFT else 0)
    return tuple(leg.side for leg in found if leg.side)


def _segment_leg(look: Callable[..., tuple[Labels, float]], leg: Leg, progress: Progress) -> tuple[Labels, Side]:
    """Return one leg's codes, [k, j, i], and its side.

    The network knows right legs; the left one is mirrored. A single leg of unknown side is tried both ways, and the way
    of which the network is surer is taken.
    """
    if leg.side is not None:
        codes, _ = look(progress, mirrored=leg.side is Side.LEFT)
        return codes, leg.side
    as_right, right_certainty = look(part(progress, 0, 0.5), mirrored=False)
    as_left, left_certainty = look(part(progress, 0.5, 1), mirrored=True)
    return (as_right, Side.RIGHT) if right_certainty >= left_certainty else (as_left, Side.LEFT)
