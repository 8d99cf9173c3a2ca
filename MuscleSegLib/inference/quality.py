"""How well a network's muscles fit what it was shown, slice by slice: its soft Dice, all muscles together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.anatomy import Side
from MuscleSegLib.bundle import LegInput, find_bundle
from MuscleSegLib.inference.confidence import SCORES, Tally
from MuscleSegLib.inference.cost.processor import one_thread_a_core
from MuscleSegLib.inference.legs import Leg
from MuscleSegLib.inference.loading import Device, load_runner
from MuscleSegLib.inference.predict import logits_of
from MuscleSegLib.inference.runner import Runner
from MuscleSegLib.inference.window import cut_window
from MuscleSegLib.progress import Progress, silent
from MuscleSegLib.volume import Volume

Slices = NDArray[np.intp]


@dataclass(frozen=True)
class Quality:
    """The soft Dice of each slice as a fraction, [k]: pixels that the answer and the probabilities share, of both.

    Attributes:
        above: The numerators, of all legs and muscles; 0 for a slice that was not looked at.
        below: The denominators.

    """

    above: NDArray[np.float64]
    below: NDArray[np.float64]

    @property
    def by_slice(self) -> NDArray[np.float64]:
        """The soft Dice of each slice, [k]; 0 where the network finds nothing."""
        return np.asarray(self.above / np.maximum(self.below, 1.0))

    def of(self, slices: Slices | NDArray[np.bool_] | slice = slice(None)) -> float:
        """Return the soft Dice of some slices together."""
        return float(self.above[slices].sum() / max(self.below[slices].sum(), 1.0))

    def __add__(self, other: Quality) -> Quality:
        """Return that of two legs."""
        return Quality(self.above + other.above, self.below + other.below)


def quality_of(
    image: Volume, region: str, slices: Slices, *, device: Device, legs: Sequence[Leg], progress: Progress = silent
) -> Quality:
    """Return how well the default network of a region fits some slices.

    Args:
        image: Canonical, [k, j, i].
        region: "thigh" or "calf".
        slices: Which ones.
        device: Where to compute.
        legs: As they were found in the image.
        progress: Raises ``Cancelled`` to stop.

    """
    bundle = find_bundle(region)
    runner, spec = load_runner(bundle, device), bundle.metadata.input
    assert isinstance(spec, LegInput)  # noqa: S101 - the shipped networks look at single legs
    total = Quality(*np.zeros((2, len(image.array))))
    with one_thread_a_core():
        for leg in legs:
            sides = [leg.side] if leg.side else list(Side)
            looks = [_of_leg(runner, spec, image, leg, side, slices, progress) for side in sides]
            total += max(looks, key=lambda look: float(look.above.sum()))
    return total


def _of_leg(
    runner: Runner, spec: LegInput, image: Volume, leg: Leg, side: Side, slices: Slices, progress: Progress
) -> Quality:
    spacing_mm, count = image.geometry.spacing_mm[2], len(image.array)
    seen = {int(own) for index in slices for own in spec.context(int(index), count, spacing_mm)}
    window = cut_window(image, leg, spec, mirrored=side is Side.LEFT, which=seen)
    quality, tally = Quality(*np.zeros((2, count))), Tally(SCORES)
    for index, logits in logits_of(runner, spec, window, spacing_mm, progress, "looking at the scan", slices.tolist()):
        tally.add(logits)
        quality.above[index], quality.below[index] = tally.last
    return quality
