"""Muscle labels on a canonical image's grid, leg by leg, each shown to the network as a right leg."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.anatomy import Side, is_left, side_value
from MuscleSegLib.bundle import Bundle, LegInput, Metadata
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference.companions import sum_of
from MuscleSegLib.inference.confidence import SCORES, SOFT_DICE, calibrated
from MuscleSegLib.inference.cost.processor import one_thread_a_core
from MuscleSegLib.inference.loading import Device, load_runner
from MuscleSegLib.inference.predict import segment_leg
from MuscleSegLib.inference.quality import Quality
from MuscleSegLib.inference.runner import Runner
from MuscleSegLib.inference.stopwatch import Stopwatch
from MuscleSegLib.inference.whole_scan import segment_scan
from MuscleSegLib.legs import Leg, Legs, find_legs
from MuscleSegLib.progress import Progress, part
from MuscleSegLib.translatable import _
from MuscleSegLib.volume import Volume

Labels = NDArray[np.uint8]


@dataclass(frozen=True)
class Prediction:
    """Labels of an image, with their confidence.

    Attributes:
        labels: Label values, [k, j, i], on the canonical image's grid.
        sides: Sides of the legs: right and left, or the side that a single leg looks like, where the network tells.
        confidence: Expected Dice similarity coefficient (DSC), 0 to 1, by label value.
        quality: Soft Dice of each slice; None where the network has no calibration.
    """

    labels: Labels
    sides: tuple[Side, ...]
    confidence: Mapping[int, float]
    quality: Quality | None


@dataclass(frozen=True)
class Labeling:
    """A prediction, with the circumstances of its computation.

    Attributes:
        prediction: Labels and confidence.
        legs: Legs in the image.
        device: Device that the network ran on.
        precision: Number format of its features.
        notes: Sentences on exceptions, such as smaller tiles for want of memory.
    """

    prediction: Prediction
    legs: tuple[Leg, ...]
    device: str
    precision: str
    notes: tuple[str, ...]


def label_muscles(
    images: Sequence[Volume], bundle: Bundle, *, device: Device, legs: Legs, progress: Progress, watch: Stopwatch
) -> Labeling:
    """Label the muscles of a scan, whichever region it shows.

    Args:
        images: Canonical images of one scan on one grid, [k, j, i] each, whose probabilities are averaged.
        bundle: The network.
        device: "auto" takes a GPU where there is one.
        legs: Number of legs in the field of view, or "auto".
        progress: Raises ``Canceled`` to stop.
        watch: Stopwatch of the parts "legs", "load" and "network".

    Raises:
        MuscleSegError: The image holds no leg, the network cannot be used or takes a single image, or there is no such
            device.
    """
    progress(0.0, _("finding the legs"))
    with watch.part("legs"):
        legs_in_image = find_legs(sum_of(images), legs)
    progress(0.05, _("loading the network {name}").format(name=bundle.metadata.name))
    with watch.part("load"):
        runner = load_runner(bundle, device)
    with watch.part("network"), one_thread_a_core():
        prediction = _predict(runner, bundle.metadata, images, legs_in_image, part(progress, 0.1, 1.0))
    return Labeling(prediction, legs_in_image, str(runner.device), runner.precision, tuple(runner.notes))


def _predict(
    runner: Runner, metadata: Metadata, images: Sequence[Volume], legs: Sequence[Leg], progress: Progress
) -> Prediction:
    if isinstance(metadata.input, LegInput):
        return _predict_legs(runner, metadata.input, metadata, images, legs, progress)
    if len(images) > 1:
        message = _("The network {name} takes a single image: give one, or choose another network.")
        raise MuscleSegError(message, name=metadata.name)
    labels = segment_scan(runner, metadata.input, metadata.labels, images[0], progress)
    return Prediction(labels, _add_sides(labels, legs), {}, None)


def _predict_legs(
    runner: Runner,
    spec: LegInput,
    metadata: Metadata,
    images: Sequence[Volume],
    legs: Sequence[Leg],
    progress: Progress,
) -> Prediction:
    codes = np.array([0, *metadata.labels], np.uint8)
    calibration = metadata.confidence
    labels = np.zeros(images[0].array.shape, np.uint8)
    sides: list[Side] = []
    confidence: dict[int, float] = {}
    soft_dice = np.zeros((2, len(labels)))
    for number, leg in enumerate(legs):
        stretch = part(progress, number / len(legs), (number + 1) / len(legs))
        segmented = segment_leg(runner, spec, codes, images, leg, stretch, scores=SCORES if calibration else {})
        sides.append(segmented.side)
        soft_dice += segmented.soft_dice
        is_muscle = segmented.labels > 0
        labels[is_muscle] = side_value(segmented.labels[is_muscle], leg.side)
        if calibration:
            leg_scores = segmented.scores[SOFT_DICE]
            confidence |= {
                side_value(code, leg.side): calibrated(score, calibration) for code, score in leg_scores.items()
            }
    return Prediction(labels, tuple(sides), confidence, Quality(*soft_dice) if calibration else None)


def _add_sides(labels: Labels, legs: Sequence[Leg]) -> tuple[Side, ...]:
    """Add the left leg's offset to labels, [k, j, i], of a network without sides, and return the sides."""
    if len(legs) < 2:
        return ()
    if not is_left(labels).any():
        for leg in legs:
            is_muscle = leg.region & (labels > 0)
            labels[is_muscle] = side_value(labels[is_muscle], leg.side)
    return tuple(leg.side for leg in legs if leg.side)
