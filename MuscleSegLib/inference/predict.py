"""Segmentation of one leg: input channels, logits, labels and scores."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from MuscleSegLib.anatomy import Side
from MuscleSegLib.bundle import LegInput, interleaved, limb_places
from MuscleSegLib.inference.cleanup import clean_labels
from MuscleSegLib.inference.confidence import LegScores
from MuscleSegLib.inference.pasting import paste_classes
from MuscleSegLib.inference.runner import Runner
from MuscleSegLib.inference.window import Window, cut_window
from MuscleSegLib.legs import Leg
from MuscleSegLib.progress import Progress, part, silent
from MuscleSegLib.translatable import _
from MuscleSegLib.volume import Volume

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray
    from torch import Tensor

    from MuscleSegLib.inference.confidence import Score

AT_ONCE = 8  # slices whose logits are in memory together: a scan may have hundreds


@dataclass(frozen=True)
class LegSegmentation:
    """Segmentation of one leg.

    Attributes:
        labels: Muscle codes, [k, j, i].
        side: Side of the leg, or the side that a single leg looks like.
        scores: Scores by name and muscle code.
        certainty: Sum of the squared probabilities of all muscle pixels, for a leg of unknown side; 0 for a leg whose
            side is known.
        soft_dice: Numerator and denominator of each slice's soft Dice, its muscles together, [2, k]; 0 without scores.
    """

    labels: NDArray[np.uint8]
    side: Side
    scores: Mapping[str, Mapping[int, float]]
    certainty: float
    soft_dice: NDArray[np.float64]


def segment_leg(
    runner: Runner,
    spec: LegInput,
    codes: NDArray[np.uint8],
    images: Sequence[Volume],
    leg: Leg,
    progress: Progress,
    *,
    scores: Mapping[str, Score],
) -> LegSegmentation:
    """Segment one leg.

    Networks are trained on right legs; the left leg is mirrored. A single leg of unknown side is segmented as either,
    and the segmentation of higher certainty is returned.

    Args:
        runner: The network.
        spec: Description of its input.
        codes: Muscle code of each output channel, [class]; 0 for the background.
        images: Canonical images of one scan on one grid, [k, j, i] each, whose probabilities are averaged.
        leg: The leg's mask and direction.
        progress: Raises ``Canceled`` to stop.
        scores: Scores to compute from the probabilities, by name.
    """
    predict = partial(predict_one_side, runner, spec, codes, images, leg, scores)
    if leg.side is not None:
        return predict(leg.side, progress)
    as_right = predict(Side.RIGHT, part(progress, 0, 0.5))
    as_left = predict(Side.LEFT, part(progress, 0.5, 1))
    return as_right if as_right.certainty >= as_left.certainty else as_left


def predict_one_side(
    runner: Runner,
    spec: LegInput,
    codes: NDArray[np.uint8],
    images: Sequence[Volume],
    leg: Leg,
    scores: Mapping[str, Score],
    side: Side,
    progress: Progress,
) -> LegSegmentation:
    """Segment a leg as a left or a right leg; arguments as those of ``segment_leg``."""
    image = images[0]
    windows = [cut_window(shown, leg, spec, mirrored=side is Side.LEFT) for shown in images]
    message = _("segmenting the {side} leg").format(side=leg.side.word) if leg.side else _("segmenting the single leg")
    labels = np.zeros(image.array.shape, np.uint8)
    certainty, leg_scores = 0.0, LegScores(scores)
    soft_dice = np.zeros((2, len(image.array)))
    for index, by_image in logits_of_images(runner, spec, windows, image.geometry.spacing_mm[2], progress, message):
        logits = joined_logits(by_image)
        if leg.side is None:
            certainty += _certainty(logits)
        for single in by_image:  # a mean of probabilities is softer than those that confidence is calibrated for
            leg_scores.add(single)
            soft_dice[:, index] += leg_scores.last
        rows, columns, classes = paste_classes(logits, windows[0], index, image.array.shape[1:])
        labels[index, rows, columns] = codes[classes]
    labels *= leg.region
    labels = clean_labels(labels, image.geometry.spacing_mm)
    return LegSegmentation(labels, side, leg_scores.result(codes, labels), certainty, soft_dice)


def channels_of(window: Window, spec: LegInput, spacing_mm: float, indices: Sequence[int]) -> NDArray[np.float32]:
    """Return the input of a two-dimensional network for some slices, [slice, channel, row, column].

    Args:
        window: Window around one leg.
        spec: Description of the input.
        spacing_mm: Spacing of the slices.
        indices: Indices of the slices.
    """
    slices = len(window.images)
    inputs = np.empty((len(indices), spec.channels, *window.images.shape[1:]), np.float32)
    for channels, index in zip(inputs, indices, strict=True):
        channels[: len(spec.context_mm)] = window.images[spec.context(index, slices, spacing_mm)]
        if spec.has_place:
            channels[-1] = limb_places(slices)[index]
    return inputs


def logits_of(
    runner: Runner,
    spec: LegInput,
    window: Window,
    spacing_mm: float,
    progress: Progress,
    message: str,
    indices: Sequence[int] | None = None,
) -> Iterator[tuple[int, Tensor]]:
    """Yield each slice's index and logits, [class, row, column].

    Args:
        runner: The network.
        spec: Description of its input.
        window: Window around one leg.
        spacing_mm: Spacing of the slices.
        progress: Raises ``Canceled`` to stop.
        message: Message for ``progress``.
        indices: Indices of the slices to predict, all where None; a three-dimensional network predicts all.
    """
    import torch

    slices = len(window.images)
    if spec.slice_mm is None:
        chosen = range(slices) if indices is None else indices
        for first in range(0, len(chosen), AT_ONCE):
            some = chosen[first : first + AT_ONCE]
            inputs = torch.from_numpy(channels_of(window, spec, spacing_mm, some))
            stretch = part(progress, first / len(chosen), (first + len(some)) / len(chosen))
            yield from zip(some, runner(inputs, stretch, message), strict=True)
        return
    volumes = interleaved(slices, spec.slice_mm, spacing_mm)
    for number, slices_of_volume in enumerate(volumes):
        stretch = part(progress, number / len(volumes), (number + 1) / len(volumes))
        volume = torch.from_numpy(np.ascontiguousarray(window.images[slices_of_volume]))[None, None]
        yield from zip(range(slices)[slices_of_volume], runner(volume, stretch, message)[0].unbind(dim=1), strict=True)


def logits_of_images(
    runner: Runner, spec: LegInput, windows: Sequence[Window], spacing_mm: float, progress: Progress, message: str
) -> Iterator[tuple[int, tuple[Tensor, ...]]]:
    """Yield each slice's index and its logits in each image, [class, row, column] each.

    Args:
        runner: The network.
        spec: Description of its input.
        windows: Windows around one leg, one of each image.
        spacing_mm: Spacing of the slices.
        progress: Raises ``Canceled`` to stop.
        message: Message for ``progress``.
    """
    first = logits_of(runner, spec, windows[0], spacing_mm, progress, message)
    # the images take turns, so that the first one's progress is that of all
    rest = (logits_of(runner, spec, window, spacing_mm, silent, message) for window in windows[1:])
    for slices in zip(first, *rest, strict=True):
        yield slices[0][0], tuple(logits for _, logits in slices)


def joined_logits(logits: Sequence[Tensor]) -> Tensor:
    """Return the logarithms of the mean of probabilities, from the logits of each image, [class, row, column] each.

    Logits of a single image are returned as they are.
    """
    import torch

    if len(logits) == 1:
        return logits[0]
    probabilities = torch.stack([torch.log_softmax(single, dim=0) for single in logits])
    return probabilities.logsumexp(dim=0) - float(np.log(len(logits)))


def _certainty(logits: Tensor) -> float:
    import torch

    muscle = torch.softmax(logits, dim=0)[1:].amax(dim=0)
    return float((muscle**2)[logits.argmax(dim=0) > 0].sum())
