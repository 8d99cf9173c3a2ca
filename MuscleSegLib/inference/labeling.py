"""Labeling: each leg shown to a network as a right leg, and its answers on a canonical image's grid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.anatomy import LEFT_OFFSET, Side
from MuscleSegLib.bundle import Bundle, LegInput, Metadata
from MuscleSegLib.inference.confidence import SCORES, SOFT_DICE, calibrated
from MuscleSegLib.inference.cost.processor import one_thread_a_core
from MuscleSegLib.inference.legs import Leg, Legs, find_legs
from MuscleSegLib.inference.loading import Device, load_runner
from MuscleSegLib.inference.predict import segment_leg
from MuscleSegLib.inference.quality import Quality
from MuscleSegLib.inference.runner import Runner
from MuscleSegLib.inference.scan import segment_scan
from MuscleSegLib.inference.stopwatch import Stopwatch
from MuscleSegLib.progress import Progress, part
from MuscleSegLib.volume import Volume

Labels = NDArray[np.uint8]


@dataclass(frozen=True)
class Answer:
    """What a network makes of an image.

    Attributes:
        labels: [k, j, i], on the canonical image's grid.
        sides: As in ``segment.Result``.
        confidence: By label value.
        quality: How well the muscles fit each slice; None where the network has no calibration.

    """

    labels: Labels
    sides: tuple[Side, ...]
    confidence: Mapping[int, float]
    quality: Quality | None


@dataclass(frozen=True)
class Labeling:
    """An answer, and how it came about.

    Attributes:
        answer: What the network makes of the image.
        legs: That were found.
        device: Where the network ran.
        precision: Of its features.
        notes: What went otherwise than usual.

    """

    answer: Answer
    legs: tuple[Leg, ...]
    device: str
    precision: str
    notes: tuple[str, ...]


def label_muscles(
    image: Volume, bundle: Bundle, *, device: Device, legs: Legs, progress: Progress, watch: Stopwatch
) -> Labeling:
    """Label the muscles, whatever the image shows.

    Args:
        image: Canonical, [k, j, i].
        bundle: The network.
        device: "auto" takes a GPU where there is one.
        legs: How many legs are in the field of view, if known.
        progress: Raises ``Cancelled`` to stop.
        watch: Told what finding the legs, loading and the network take.

    Raises:
        MuscleSegError: The image holds no leg, the network cannot be used, or there is no such device.

    """
    progress(0.0, "finding the legs")
    with watch.part("legs"):
        found = find_legs(image, legs)
    progress(0.05, f"loading the network {bundle.metadata.name}")
    with watch.part("load"):
        runner = load_runner(bundle, device)
    with watch.part("network"), one_thread_a_core():
        answer = _answer(runner, bundle.metadata, image, found, part(progress, 0.1, 1.0))
    return Labeling(answer, found, str(runner.device), runner.precision, tuple(runner.notes))


def _answer(runner: Runner, metadata: Metadata, image: Volume, found: Sequence[Leg], progress: Progress) -> Answer:
    if isinstance(metadata.input, LegInput):
        return _of_legs(runner, metadata.input, metadata, image, found, progress)
    labels = segment_scan(runner, metadata.input, metadata.labels, image, progress)
    return Answer(labels, _give_sides(labels, found), {}, None)


def _of_legs(
    runner: Runner, spec: LegInput, metadata: Metadata, image: Volume, found: Sequence[Leg], progress: Progress
) -> Answer:
    codes = np.array([0, *metadata.labels], np.uint8)
    calibration = metadata.confidence
    labels = np.zeros(image.array.shape, np.uint8)
    sides: list[Side] = []
    confidence: dict[int, float] = {}
    soft_dice = np.zeros((2, len(labels)))
    for number, leg in enumerate(found):
        stretch = part(progress, number / len(found), (number + 1) / len(found))
        own = segment_leg(runner, spec, codes, image, leg, stretch, scores=SCORES if calibration else {})
        sides.append(own.side)
        soft_dice += own.soft_dice
        offset = LEFT_OFFSET if leg.side is Side.LEFT else 0
        labels[own.labels > 0] = own.labels[own.labels > 0] + offset
        if calibration:
            promised = own.scores[SOFT_DICE]
            confidence |= {code + offset: calibrated(score, calibration) for code, score in promised.items()}
    return Answer(labels, tuple(sides), confidence, Quality(*soft_dice) if calibration else None)


def _give_sides(labels: Labels, found: Sequence[Leg]) -> tuple[Side, ...]:
    """Give the left leg's labels their side, where a network knows none, and return the sides."""
    if len(found) < 2:
        return ()
    if labels.max(initial=0) < LEFT_OFFSET:
        for leg in found:
            labels[leg.region & (labels > 0)] += np.uint8(LEFT_OFFSET if leg.side is Side.LEFT else 0)
    return tuple(leg.side for leg in found if leg.side)
