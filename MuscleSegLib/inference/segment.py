"""Segmenting: find the legs, show each to the network as a right leg, put the labels back on the image's grid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.anatomy import LEFT_OFFSET, Side
from MuscleSegLib.bundle import Bundle, LegInput, Metadata
from MuscleSegLib.inference.confidence import SCORES, SOFT_DICE, calibrated
from MuscleSegLib.inference.legs import Leg, Legs, find_legs
from MuscleSegLib.inference.loading import Device, load_runner
from MuscleSegLib.inference.predict import segment_leg
from MuscleSegLib.inference.processor import one_thread_a_core
from MuscleSegLib.inference.runner import Runner
from MuscleSegLib.inference.scan import segment_scan
from MuscleSegLib.inference.stopwatch import Stopwatch
from MuscleSegLib.progress import Progress, part, silent
from MuscleSegLib.volume import LabelOrigin, Volume, canonical, check_image, like

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
        confidence: An estimate of the Dice similarity coefficient of each muscle found, 0 to 1, by label value. One
            that was not found has none: there is nothing to be sure of. Empty for a network without a calibration.
        notes: What went otherwise than usual: smaller parts for want of memory, another device or precision.
        seconds: That the parts took: "legs" (finding them), "load" and "network", with cutting out and putting back.

    """

    labels: Volume
    sides: tuple[Side, ...]
    device: str
    precision: str
    confidence: Mapping[int, float]
    notes: tuple[str, ...]
    seconds: Mapping[str, float]


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
    turned, watch = canonical(image), Stopwatch()
    progress(0.0, "finding the legs")
    with watch.part("legs"):
        found = find_legs(turned, legs)
    progress(0.05, f"loading the network {bundle.metadata.name}")
    with watch.part("load"):
        runner = load_runner(bundle, device)
    with watch.part("network"), one_thread_a_core():
        labels, sides, confidence = _find_labels(runner, bundle.metadata, turned, found, part(progress, 0.1, 0.95))
    progress(0.97, "putting the labels on the image's grid")
    network = f"{bundle.metadata.name} {bundle.metadata.version}"
    made = LabelOrigin(bundle.metadata.region, network, str(runner.device))
    back = like(Volume(labels, turned.geometry), image.geometry)
    progress(1.0, "segmented")
    on_grid = Volume(back.array, image.geometry, description=str(made))
    notes = tuple(runner.notes)
    return Result(on_grid, sides, str(runner.device), runner.precision, confidence, notes, watch.seconds)


def _find_labels(
    runner: Runner, metadata: Metadata, image: Volume, found: Sequence[Leg], progress: Progress
) -> tuple[Labels, tuple[Side, ...], Mapping[int, float]]:
    """Return labels, [k, j, i], the legs' sides, and the confidence by label."""
    if isinstance(metadata.input, LegInput):
        return _segment_legs(runner, metadata.input, metadata, image, found, progress)
    labels = segment_scan(runner, metadata.input, metadata.labels, image, progress)
    return labels, _give_sides(labels, found), {}


def _segment_legs(
    runner: Runner, spec: LegInput, metadata: Metadata, image: Volume, found: Sequence[Leg], progress: Progress
) -> tuple[Labels, tuple[Side, ...], dict[int, float]]:
    """Return labels, [k, j, i], the legs' sides, and the confidence by label."""
    codes = np.array([0, *metadata.labels], np.uint8)
    calibration = metadata.confidence
    labels = np.zeros(image.array.shape, np.uint8)
    sides: list[Side] = []
    confidence: dict[int, float] = {}
    for number, leg in enumerate(found):
        stretch = part(progress, number / len(found), (number + 1) / len(found))
        own = segment_leg(runner, spec, codes, image, leg, stretch, scores=SCORES if calibration else {})
        sides.append(own.side)
        offset = LEFT_OFFSET if leg.side is Side.LEFT else 0
        labels[own.labels > 0] = own.labels[own.labels > 0] + offset
        if calibration:
            promised = own.scores[SOFT_DICE]
            confidence |= {code + offset: calibrated(score, calibration) for code, score in promised.items()}
    return labels, tuple(sides), confidence


def _give_sides(labels: Labels, found: Sequence[Leg]) -> tuple[Side, ...]:
    """Give the left leg's labels their side, where a network knows none, and return the sides."""
    if len(found) < 2:
        return ()
    if labels.max(initial=0) < LEFT_OFFSET:
        for leg in found:
            labels[leg.region & (labels > 0)] += np.uint8(LEFT_OFFSET if leg.side is Side.LEFT else 0)
    return tuple(leg.side for leg in found if leg.side)
