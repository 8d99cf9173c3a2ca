"""Quality of a segmentation slice by slice: the soft Dice of all muscles together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.anatomy import Side
from MuscleSegLib.bundle import LegInput, fast_bundle
from MuscleSegLib.inference.confidence import SCORES, LegScores
from MuscleSegLib.inference.cost import one_thread_a_core
from MuscleSegLib.inference.loading import Device, load_runner
from MuscleSegLib.inference.predict import logits_of
from MuscleSegLib.inference.runner import Runner
from MuscleSegLib.inference.window import cut_window
from MuscleSegLib.legs import Leg
from MuscleSegLib.progress import Progress, silent
from MuscleSegLib.translatable import _
from MuscleSegLib.volume import Volume

Slices = NDArray[np.intp]


@dataclass(frozen=True)
class Quality:
    """Soft Dice of each slice: the overlap of probabilities and labels, as a fraction.

    Attributes:
        above: Numerators, of all legs and muscles, [k]; 0 for slices that were not predicted.
        below: Denominators, [k].
    """

    above: NDArray[np.float64]
    below: NDArray[np.float64]

    @property
    def by_slice(self) -> NDArray[np.float64]:
        """Soft Dice of each slice, [k]; 0 where the network predicts no muscle."""
        return np.asarray(self.above / np.maximum(self.below, 1.0))

    def of(self, slices: Slices | NDArray[np.bool_] | slice = slice(None)) -> float:
        """Return the soft Dice of some slices together."""
        return float(self.above[slices].sum() / max(self.below[slices].sum(), 1.0))

    def __add__(self, other: Quality) -> Quality:
        """Return the quality of two legs together."""
        return Quality(self.above + other.above, self.below + other.below)


def quality_of(
    image: Volume, region: str, slices: Slices, *, device: Device, legs: Sequence[Leg], progress: Progress = silent
) -> Quality:
    """Return the quality of some slices when segmented by the region's fast network.

    Args:
        image: Canonical image, [k, j, i].
        region: "thigh" or "calf".
        slices: Indices of the slices, [slice].
        device: "auto" takes a GPU where there is one.
        legs: Legs in the image.
        progress: Raises ``Canceled`` to stop.
    """
    bundle = fast_bundle(region)
    runner, spec = load_runner(bundle, device), bundle.metadata.input
    assert isinstance(spec, LegInput)  # noqa: S101 - the shipped networks segment single legs
    total = Quality(*np.zeros((2, len(image.array))))
    with one_thread_a_core():
        for leg in legs:
            sides = [leg.side] if leg.side else list(Side)
            qualities = [_quality_of_leg(runner, spec, image, leg, side, slices, progress) for side in sides]
            total += max(qualities, key=lambda quality: float(quality.above.sum()))
    return total


def _quality_of_leg(
    runner: Runner, spec: LegInput, image: Volume, leg: Leg, side: Side, slices: Slices, progress: Progress
) -> Quality:
    spacing_mm, count = image.geometry.spacing_mm[2], len(image.array)
    needed = {int(neighbor) for index in slices for neighbor in spec.context(int(index), count, spacing_mm)}
    window = cut_window(image, leg, spec, mirrored=side is Side.LEFT, indices=needed)
    quality, leg_scores = Quality(*np.zeros((2, count))), LegScores(SCORES)
    for index, logits in logits_of(
        runner, spec, window, spacing_mm, progress, _("looking at the scan"), slices.tolist()
    ):
        leg_scores.add(logits)
        quality.above[index], quality.below[index] = leg_scores.last
    return quality
