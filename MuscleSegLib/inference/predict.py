"""One leg: what a network is shown of it, and the labels that its answers are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from MuscleSegLib.anatomy import Side
from MuscleSegLib.bundle import LegInput, interleaved, limb_places
from MuscleSegLib.inference.cleanup import repaired
from MuscleSegLib.inference.confidence import Tally
from MuscleSegLib.inference.legs import Leg
from MuscleSegLib.inference.runner import Runner
from MuscleSegLib.inference.window import Window, cut_window, paste
from MuscleSegLib.progress import Progress, part
from MuscleSegLib.volume import Volume

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray
    from torch import Tensor

    from MuscleSegLib.inference.confidence import Score

AT_ONCE = 8  # slices whose logits are held together: a scan may have hundreds


@dataclass(frozen=True)
class Found:
    """What was found in one leg.

    Attributes:
        labels: Muscle codes, [k, j, i].
        side: The leg's, or the one that it looks like.
        scores: By name and muscle code.
        certainty: For a leg of unknown side, how sure the network is: the more muscle it finds and the higher its
            probability, the more. 0 for a leg whose side is known.
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
    image: Volume,
    leg: Leg,
    progress: Progress,
    *,
    scores: Mapping[str, Score],
) -> Found:
    """Segment one leg.

    The network knows right legs; the left one is mirrored. A single leg of unknown side is tried both ways, and the way
    of which the network is surer is taken.

    Args:
        runner: The network.
        spec: What it is shown.
        codes: The muscle code of each of its channels, 0 for the background.
        image: Canonical, [k, j, i].
        leg: Where to look.
        progress: Raises ``Cancelled`` to stop.
        scores: Of the network's probabilities, by name.

    """
    look = partial(_look, runner, spec, codes, image, leg, scores)
    if leg.side is not None:
        return look(leg.side, progress)
    as_right = look(Side.RIGHT, part(progress, 0, 0.5))
    as_left = look(Side.LEFT, part(progress, 0.5, 1))
    return as_right if as_right.certainty >= as_left.certainty else as_left


def _look(
    runner: Runner,
    spec: LegInput,
    codes: NDArray[np.uint8],
    image: Volume,
    leg: Leg,
    scores: Mapping[str, Score],
    side: Side,
    progress: Progress,
) -> Found:
    """Segment a leg as one of this side."""
    window = cut_window(image, leg, spec, mirrored=side is Side.LEFT)
    message = f"segmenting the {leg.side or 'single'} leg"
    labels = np.zeros(image.array.shape, np.uint8)
    certainty, tally = 0.0, Tally(scores)
    soft_dice = np.zeros((2, len(image.array)))
    for index, logits in logits_of(runner, spec, window, image.geometry.spacing_mm[2], progress, message):
        if leg.side is None:
            certainty += _certainty(logits)
        tally.add(logits)
        soft_dice[:, index] = tally.last
        rows, columns, there = paste(logits, window, index, image.array.shape[1:])
        best = there.max(dim=0).indices  # argmax takes four times as long
        labels[index, rows, columns] = codes[best.numpy()]
    labels[~leg.region] = 0
    labels = repaired(labels, image.geometry.spacing_mm)
    return Found(labels, side, tally.result(codes, labels), certainty, soft_dice)


def channels_of(window: Window, spec: LegInput, spacing_mm: float, which: Sequence[int]) -> NDArray[np.float32]:
    """Return what a two-dimensional network is shown of some slices, [slice, channel, row, column]."""
    slices = len(window.images)
    shown = np.empty((len(which), spec.channels, *window.images.shape[1:]), np.float32)
    for own, index in zip(shown, which, strict=True):
        own[: len(spec.context_mm)] = window.images[spec.context(index, slices, spacing_mm)]
        if spec.has_place:
            own[-1] = limb_places(slices)[index]
    return shown


def logits_of(
    runner: Runner,
    spec: LegInput,
    window: Window,
    spacing_mm: float,
    progress: Progress,
    message: str,
    which: Sequence[int] | None = None,
) -> Iterator[tuple[int, Tensor]]:
    """Yield each slice's index and logits, [class, row, column].

    Args:
        runner: The network.
        spec: What it is shown.
        window: Of one leg.
        spacing_mm: Between slices.
        progress: Raises ``Cancelled`` to stop.
        message: For ``progress``.
        which: Slices that are asked for; a network that is shown volumes answers for all.

    """
    import torch

    slices = len(window.images)
    if spec.slice_mm is None:
        wanted = range(slices) if which is None else which
        for first in range(0, len(wanted), AT_ONCE):
            some = wanted[first : first + AT_ONCE]
            shown = torch.from_numpy(channels_of(window, spec, spacing_mm, some))
            stretch = part(progress, first / len(wanted), (first + len(some)) / len(wanted))
            yield from zip(some, runner(shown, stretch, message), strict=True)
        return
    volumes = interleaved(slices, spec.slice_mm, spacing_mm)
    for number, own in enumerate(volumes):
        stretch = part(progress, number / len(volumes), (number + 1) / len(volumes))
        volume = torch.from_numpy(np.ascontiguousarray(window.images[own]))[None, None]
        yield from zip(range(slices)[own], runner(volume, stretch, message)[0].unbind(dim=1), strict=True)


def _certainty(logits: Tensor) -> float:
    import torch

    muscle = torch.softmax(logits, dim=0)[1:].amax(dim=0)
    return float((muscle**2)[logits.argmax(dim=0) > 0].sum())
