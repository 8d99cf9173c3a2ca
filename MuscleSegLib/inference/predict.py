"""One leg: what a network is shown of it, and the labels that its answers are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from MuscleSegLib.bundle import LegInput, interleaved, limb_places
from MuscleSegLib.inference.cleanup import repaired
from MuscleSegLib.inference.legs import Leg
from MuscleSegLib.inference.runner import Runner
from MuscleSegLib.inference.window import Window, cut_window, paste
from MuscleSegLib.progress import Progress, part
from MuscleSegLib.volume import Volume

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from torch import Tensor

AT_ONCE = 8  # slices whose logits are held together: a scan may have hundreds


def segment_leg(
    runner: Runner,
    spec: LegInput,
    codes: NDArray[np.uint8],
    image: Volume,
    leg: Leg,
    progress: Progress,
    *,
    mirrored: bool,
) -> tuple[NDArray[np.uint8], float]:
    """Segment one leg.

    Args:
        runner: The network.
        spec: What it is shown.
        codes: The muscle code of each of its channels, 0 for the background.
        image: Canonical, [k, j, i].
        leg: Where to look.
        progress: Raises ``Cancelled`` to stop.
        mirrored: Whether to look at its mirror image: the network knows right legs.

    Returns:
        Muscle codes, [k, j, i], and, for a leg of unknown side, how sure the network is of them: the more muscle it
        finds and the higher its probability, the more. 0 for a leg whose side is known.

    """
    window = cut_window(image, leg, spec, mirrored=mirrored)
    message = f"segmenting the {leg.side or 'single'} leg"
    labels = np.zeros(image.array.shape, np.uint8)
    certainty = 0.0
    for index, logits in _logits(runner, spec, window, image.geometry.spacing_mm[2], progress, message):
        if leg.side is None:
            certainty += _certainty(logits)
        rows, columns, there = paste(logits, window, index, image.array.shape[1:])
        labels[index, rows, columns] = codes[there.argmax(dim=0).numpy()]
    labels[~leg.region] = 0
    return repaired(labels, image.geometry.spacing_mm), certainty


def channels_of(window: Window, spec: LegInput, spacing_mm: float, which: range) -> NDArray[np.float32]:
    """Return what a two-dimensional network is shown of some slices, [slice, channel, row, column]."""
    slices = len(window.images)
    shown = np.empty((len(which), spec.channels, *window.images.shape[1:]), np.float32)
    for own, index in zip(shown, which, strict=True):
        own[: len(spec.context_mm)] = window.images[spec.context(index, slices, spacing_mm)]
        if spec.has_place:
            own[-1] = limb_places(slices)[index]
    return shown


def _logits(
    runner: Runner, spec: LegInput, window: Window, spacing_mm: float, progress: Progress, message: str
) -> Iterator[tuple[int, Tensor]]:
    """Yield each slice's index and logits, [class, row, column]."""
    import torch

    slices = len(window.images)
    if spec.slice_mm is None:
        for first in range(0, slices, AT_ONCE):
            shown = torch.from_numpy(channels_of(window, spec, spacing_mm, range(first, min(first + AT_ONCE, slices))))
            stretch = part(progress, first / slices, (first + len(shown)) / slices)
            yield from enumerate(runner(shown, stretch, message), first)
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
