"""How sure a network is of each muscle, from the probabilities that it gives while it segments: no second pass.

If each pixel is muscle as often as its probability says, the Dice similarity coefficient (DSC) to be expected is about
the **soft Dice** of the probabilities and the answer made of them (Borges et al., Soft Dice Confidence, arXiv
2402.10665). Networks promise too much: what a soft Dice of theirs was worth is measured for each network and stored
with it (``bundle.Calibration``; ``Testing/benchmarks/confidence.py`` fits it and compares it with other scores).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.bundle import Calibration

if TYPE_CHECKING:
    from torch import Tensor

Score = Callable[["Tensor", "Tensor", "Tensor"], tuple["Tensor", "Tensor"]]
"""Numerators and denominators, [class], of one slice, from the probabilities, [class, row, column], and the highest one
of each pixel and its class, [row, column]. They are summed over slices before they are divided."""


def soft_dice(probability: Tensor, highest: Tensor, answer: Tensor) -> tuple[Tensor, Tensor]:
    """Return numerators and denominators of the Dice similarity coefficient of probabilities and answer."""
    classes = len(probability)
    return 2 * sums_by_class(highest, answer, classes), probability.sum(dim=(1, 2)) + areas(answer, classes)


def sums_by_class(values: Tensor, answer: Tensor, classes: int) -> Tensor:
    """Return the sum of values over the pixels of each class, [class]."""
    sums: Tensor = answer.flatten().bincount(values.flatten(), minlength=classes)
    return sums


def areas(answer: Tensor, classes: int) -> Tensor:
    """Return the number of pixels of each class, [class]."""
    counts: Tensor = answer.flatten().bincount(minlength=classes)
    return counts


SOFT_DICE = "soft Dice"

SCORES: Mapping[str, Score] = MappingProxyType({SOFT_DICE: soft_dice})
"""What confidence is calibrated from."""


class Tally:
    """Scores of one leg, to which slices are added.

    Args:
        scores: By name.

    Attributes:
        last: Numerator and denominator of the soft Dice of the slice that was added last, its muscles together.

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
        highest, answer = probability.max(dim=0)  # argmax takes four times as long
        for name, score in self._scores.items():
            above, below = score(probability, highest, answer)
            before = self._sums.get(name, (0, 0))
            self._sums[name] = (before[0] + above, before[1] + below)
            if name == SOFT_DICE:
                self.last = (float(above[1:].sum()), float(below[1:].sum()))

    def result(self, codes: NDArray[np.uint8], labels: NDArray[np.uint8]) -> dict[str, dict[int, float]]:
        """Return each score of each muscle that was found, by name and muscle code.

        Args:
            codes: The muscle code of each class, 0 for the background.
            labels: Muscle codes, of any shape, after whatever was dropped from the network's.

        """
        present = set(np.unique(labels).tolist()) - {0}
        ratios = {name: (above / below).tolist() for name, (above, below) in self._sums.items()}
        return {
            name: {int(code): one for code, one in zip(codes, of_classes, strict=True) if int(code) in present}
            for name, of_classes in ratios.items()
        }


def calibrated(score: float, calibration: Calibration) -> float:
    """Return the DSC that a soft Dice stands for; beyond the curve's ends, that of the end."""
    return float(np.interp(score, calibration.soft_dice, calibration.dsc))
