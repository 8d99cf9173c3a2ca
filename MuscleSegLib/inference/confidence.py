"""Confidence in each muscle, from the network's own probabilities, without a second pass.

If each pixel is muscle as often as its probability says, the Dice similarity coefficient (DSC) to be expected is about
the **soft Dice** of the probabilities and the labels made of them (Borges et al., Soft Dice Confidence, arXiv
2402.10665). Networks are overconfident: the DSC that belongs to a soft Dice is measured for each network and stored
with it (``bundle.Calibration``; ``Testing/benchmarks/confidence.py`` fits it and compares it with other scores).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.bundle import Calibration
from MuscleSegLib.inference.pasting import most_likely
from MuscleSegLib.volume import voxel_counts

if TYPE_CHECKING:
    from torch import Tensor

Score = Callable[["Tensor", "Tensor", "Tensor"], tuple["Tensor", "Tensor"]]
"""Numerators and denominators, [class], of one slice, from the probabilities, [class, row, column], and each pixel's
highest probability and its class, [row, column]. They are summed over slices before they are divided."""


def soft_dice(probability: Tensor, highest: Tensor, predicted: Tensor) -> tuple[Tensor, Tensor]:
    """Return numerators and denominators of the soft Dice, [class], of one slice.

    Args:
        probability: Probability of each class, [class, row, column].
        highest: Highest probability of each pixel, [row, column].
        predicted: Class with the highest probability, [row, column].
    """
    classes = len(probability)
    return 2 * sums_by_class(highest, predicted, classes), probability.sum(dim=(1, 2)) + areas(predicted, classes)


def sums_by_class(values: Tensor, predicted: Tensor, classes: int) -> Tensor:
    """Return the sum of values, [row, column], over the pixels of each class of ``predicted``, [class]."""
    sums: Tensor = predicted.flatten().bincount(values.flatten(), minlength=classes)
    return sums


def areas(predicted: Tensor, classes: int) -> Tensor:
    """Return the number of pixels of each class of ``predicted``, [row, column], as [class]."""
    counts: Tensor = predicted.flatten().bincount(minlength=classes)
    return counts


SOFT_DICE = "soft Dice"

SCORES: Mapping[str, Score] = MappingProxyType({SOFT_DICE: soft_dice})
"""Scores that confidence is calibrated from, by name."""


class LegScores:
    """Scores of one leg, summed over its slices.

    Args:
        scores: Scores to compute, by name.

    Attributes:
        last: Numerator and denominator of the soft Dice of the last added slice, its muscles together.
    """

    def __init__(self, scores: Mapping[str, Score]) -> None:
        self._scores = scores
        self._sums: dict[str, tuple[Tensor, Tensor]] = {}
        self.last = (0.0, 0.0)

    def add(self, logits: Tensor) -> None:
        """Add a slice's logits, [class, row, column]."""
        import torch

        if not self._scores:
            return
        probability = torch.softmax(logits, dim=0)
        highest, predicted = map(torch.from_numpy, most_likely(probability.numpy()))
        for name, score in self._scores.items():
            above, below = score(probability, highest, predicted)
            before = self._sums.get(name, (0, 0))
            self._sums[name] = (before[0] + above, before[1] + below)
            if name == SOFT_DICE:
                self.last = (float(above[1:].sum()), float(below[1:].sum()))

    def result(self, codes: NDArray[np.uint8], labels: NDArray[np.uint8]) -> dict[str, dict[int, float]]:
        """Return each score of each predicted muscle, by name and muscle code.

        Args:
            codes: Muscle code of each class, [class]; 0 for the background.
            labels: Muscle codes after cleanup, of any shape.
        """
        present = voxel_counts(labels).keys()
        ratios = {name: (above / below).tolist() for name, (above, below) in self._sums.items()}
        return {
            name: {int(code): score for code, score in zip(codes, scores, strict=True) if int(code) in present}
            for name, scores in ratios.items()
        }


def calibrated(score: float, calibration: Calibration) -> float:
    """Return the DSC that belongs to a soft Dice; beyond the calibration curve's ends, that of the end."""
    return float(np.interp(score, calibration.soft_dice, calibration.dsc))
