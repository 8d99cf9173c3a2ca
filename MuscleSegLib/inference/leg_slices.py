"""Slices of each leg in the network's frame, and what a network thinks of them, for work that goes on from there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from MuscleSegLib.anatomy import Side
from MuscleSegLib.bundle import Bundle, LegInput
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference.cost.processor import one_thread_a_core
from MuscleSegLib.inference.loading import Device, load_runner
from MuscleSegLib.inference.predict import joined_logits, logits_of_images
from MuscleSegLib.inference.window import Window, cut_window
from MuscleSegLib.legs import Leg
from MuscleSegLib.progress import Progress, part
from MuscleSegLib.translatable import _
from MuscleSegLib.volume import Volume

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from MuscleSegLib.inference.runner import Runner

WITHOUT_NETWORK = LegInput(pixel_mm=1.5, bright_quantile=0.98)
"""Frame where no network prescribes one: that of the shipped networks."""


@dataclass(frozen=True)
class LegSlices:
    """Slices of one leg, shown as a right leg in square pixels.

    Attributes:
        leg: The leg in the images.
        windows: Window of each image of the scan; they lie alike.
        codes: Muscle codes that the network knows, in the order of its classes; none without a network.
        probabilities: Probability of the background and of each code, [k, class, row, column] float32; None without a
            network.
    """

    leg: Leg
    windows: tuple[Window, ...]
    codes: tuple[int, ...] = ()
    probabilities: NDArray[np.float32] | None = None


def cut_legs(images: Sequence[Volume], legs: Sequence[Leg]) -> tuple[LegSlices, ...]:
    """Return the slices of legs without a network.

    Args:
        images: Canonical images of one scan on one grid, [k, j, i] each.
        legs: Legs in them; one of unknown side is shown as a right leg.
    """
    return tuple(LegSlices(leg, _windows(images, leg, WITHOUT_NETWORK, leg.side)) for leg in legs)


def predict_legs(
    images: Sequence[Volume], legs: Sequence[Leg], bundle: Bundle, *, device: Device, progress: Progress
) -> tuple[LegSlices, ...]:
    """Return the slices of legs with a network's probabilities, averaged over the images.

    A leg of unknown side is shown as either, and counts as the one of which the network is more certain.

    Args:
        images: Canonical images of one scan on one grid, [k, j, i] each.
        legs: Legs in them.
        bundle: The network.
        device: "auto" takes a GPU where there is one.
        progress: Raises ``Canceled`` to stop.

    Raises:
        MuscleSegError: The network was not made for single legs, or cannot be used.
    """
    spec, name = bundle.metadata.input, bundle.metadata.name
    if bundle.metadata.is_fine:
        message = _("The network {name} splits the muscles of the default network: choose that one to help.")
        raise MuscleSegError(message, name=name)
    if not isinstance(spec, LegInput):
        message = _("The network {name} comes from elsewhere and cannot help here: choose one of MuscleSeg's own.")
        raise MuscleSegError(message, name=name)
    progress(0.0, _("loading the network {name}").format(name=name))
    runner = load_runner(bundle, device)
    views = [(leg, side) for leg in legs for side in ([leg.side] if leg.side else Side)]
    shown: list[LegSlices] = []
    with one_thread_a_core():
        for number, (leg, side) in enumerate(views):
            stretch = part(progress, number / len(views), (number + 1) / len(views))
            predicted = _predicted(runner, spec, images, leg, side, stretch)
            shown.append(replace(predicted, codes=tuple(bundle.metadata.labels)))
    if len(views) == len(legs):
        return tuple(shown)
    return (max(shown, key=_certainty),)


def _windows(images: Sequence[Volume], leg: Leg, spec: LegInput, side: Side | None) -> tuple[Window, ...]:
    return tuple(cut_window(image, leg, spec, mirrored=side is Side.LEFT) for image in images)


def _predicted(
    runner: Runner, spec: LegInput, images: Sequence[Volume], leg: Leg, side: Side, progress: Progress
) -> LegSlices:
    import torch

    windows, spacing_mm = _windows(images, leg, spec, side), images[0].geometry.spacing_mm[2]
    message = _("asking the network")
    by_slice = dict(logits_of_images(runner, spec, windows, spacing_mm, progress, message))
    probabilities = [torch.softmax(joined_logits(by_slice[k]), dim=0).numpy() for k in sorted(by_slice)]
    return LegSlices(leg, windows, probabilities=np.stack(probabilities))


def _certainty(shown: LegSlices) -> float:
    """Return the sum of the squared probabilities of all muscle pixels."""
    assert shown.probabilities is not None
    muscle = shown.probabilities[:, 1:].max(axis=1)
    return float((muscle**2)[muscle > shown.probabilities[:, 0]].sum())
