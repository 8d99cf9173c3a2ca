"""How sure a network is of each muscle, from the probabilities that it gives while it segments.

Every score is a ratio of two sums over a leg's pixels, from 0 to 1, so that slices are added up as they come and the
network runs once. None of them is an overlap: what a score says about the Dice similarity coefficient (DSC) is measured
for each network and stored with it (``bundle.Calibration``).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.bundle import Calibration
from MuscleSegLib.errors import MuscleSegError

if TYPE_CHECKING:
    from torch import Tensor

RIM = 2  # pixels around a muscle in which the network may be unsure whether there is more of it

Sums = Callable[["Tensor", "Tensor", "Tensor"], tuple["Tensor", "Tensor"]]
"""Numerator and denominator, [class], from the probabilities, [class, row, column], and the highest one of each pixel
and its class, [row, column]."""


def _expected_dsc(probability: Tensor, highest: Tensor, best: Tensor) -> tuple[Tensor, Tensor]:
    """Return the sums of the DSC that is to be expected if each pixel is muscle as often as its probability says."""
    inside = _by_class(highest, best, len(probability))
    return 2 * inside, probability.sum(dim=(1, 2)) + best.flatten().bincount(minlength=len(probability))


def _mean_probability(probability: Tensor, highest: Tensor, best: Tensor) -> tuple[Tensor, Tensor]:
    inside = _by_class(highest, best, len(probability))
    return inside, best.flatten().bincount(minlength=len(probability)).to(inside)


def _low_entropy(probability: Tensor, highest: Tensor, best: Tensor) -> tuple[Tensor, Tensor]:
    """Return the sums of 1 - entropy in a muscle, the entropy being 1 where all classes are as probable."""
    certain = _by_class(1 - _entropy(probability), best, len(probability))
    return certain, best.flatten().bincount(minlength=len(probability)).to(certain)


def _low_entropy_with_rim(probability: Tensor, highest: Tensor, best: Tensor) -> tuple[Tensor, Tensor]:
    """Return the same for a muscle and a rim around it."""
    from torch.nn import functional

    found = functional.one_hot(best, len(probability)).permute(2, 0, 1).float()
    wide = functional.max_pool2d(found, 2 * RIM + 1, stride=1, padding=RIM)
    return (wide * (1 - _entropy(probability))).sum(dim=(1, 2)), wide.sum(dim=(1, 2))


def _entropy(probability: Tensor) -> Tensor:
    entropy: Tensor = -(probability * probability.clamp_min(1e-12).log()).sum(dim=0) / np.log(len(probability))
    return entropy


def _by_class(values: Tensor, best: Tensor, classes: int) -> Tensor:
    sums: Tensor = best.flatten().bincount(values.flatten(), minlength=classes)
    return sums


SCORES: Mapping[str, Sums] = MappingProxyType(
    {
        "expected-dsc": _expected_dsc,
        "mean-probability": _mean_probability,
        "low-entropy": _low_entropy,
        "low-entropy-with-rim": _low_entropy_with_rim,
    }
)
"""What a network's confidence can be calibrated from, by the name that its bundle gives."""


class Tally:
    """Scores of one leg, to which slices are added.

    Args:
        names: Of ``SCORES``.

    Raises:
        MuscleSegError: There is no such score.

    """

    def __init__(self, names: Collection[str]) -> None:
        unknown = sorted(set(names) - set(SCORES))
        if unknown:
            message = f"This version of MuscleSeg knows no confidence score {unknown[0]!r}: install the newest version."
            raise MuscleSegError(message)
        self._sums: dict[str, tuple[Tensor, Tensor] | None] = dict.fromkeys(names)

    def add(self, logits: Tensor) -> None:
        """Add a slice's logits, [class, row, column]."""
        import torch

        if not self._sums:
            return
        probability = torch.softmax(logits, dim=0)
        highest, best = probability.max(dim=0)
        for name, sums in self._sums.items():
            above, below = SCORES[name](probability, highest, best)
            self._sums[name] = (above, below) if sums is None else (sums[0] + above, sums[1] + below)

    def scores(self, codes: NDArray[np.uint8], labels: NDArray[np.uint8]) -> dict[str, dict[int, float]]:
        """Return each score of each muscle that was found.

        Args:
            codes: The muscle code of each class, 0 for the background.
            labels: Muscle codes, of any shape, after whatever was dropped from the network's.

        Returns:
            By name and muscle code.

        """
        present = set(np.unique(labels).tolist()) - {0}
        found = {}
        for name, sums in self._sums.items():
            ratios = [] if sums is None else [float(above / below) for above, below in zip(*sums, strict=True)]
            found[name] = {int(code): ratio for code, ratio in zip(codes, ratios, strict=False) if code in present}
        return found


def calibrated(score: float, calibration: Calibration) -> float:
    """Return the DSC that a score stands for; beyond the curve's ends, that of the end."""
    return float(np.interp(score, calibration.raw, calibration.dsc))
