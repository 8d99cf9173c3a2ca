"""Dice similarity coefficients (DSC) of labels and a network's answer, summed over slices before they are divided."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Overlap:
    """Counts of pixels of each muscle of one leg, which add up over slices.

    Attributes:
        both: Pixels of a code in labels and answer, [code].
        labeled: Pixels of a code in the labels, [code].
        answered: Pixels of a code in the answer, [code].
        slices: Slices with a code in the labels, [code].
    """

    both: Counts
    labeled: Counts
    answered: Counts
    slices: Counts

    def __add__(self, other: "Overlap") -> "Overlap":
        """Return the counts of two sets of slices together."""
        pairs = zip(vars(self).values(), vars(other).values(), strict=True)
        return Overlap(*(first + second for first, second in pairs))

    def dsc(self, code: int) -> float | None:
        """Return the DSC of a muscle, None where the labels have none of it."""
        if not self.labeled[code]:
            return None
        return float(2 * self.both[code] / (self.labeled[code] + self.answered[code]))


@dataclass(frozen=True)
class MuscleScore:
    """DSC of a muscle before and after: its mean over ``n`` legs, which have it in ``slices`` slices."""

    code: int
    before: float
    after: float
    n: int
    slices: int


def overlap_of(labels: NDArray[np.uint8], answer: NDArray[np.uint8], codes: Sequence[int]) -> Overlap:
    """Count the pixels of labels and answer, [k, j, i] both; codes are whole numbers above 0."""
    size = max(codes) + 1
    same = labels[labels == answer]
    counts = (np.bincount(values.ravel(), minlength=size)[:size] for values in (same, labels, answer))
    by_slice = [np.bincount(slice_.ravel(), minlength=size)[:size] > 0 for slice_ in labels]
    return Overlap(*counts, np.sum(by_slice, axis=0, dtype=np.int64) if by_slice else np.zeros(size, np.int64))


def scores_of(
    before: Mapping[str, Overlap], after: Mapping[str, Overlap], codes: Iterable[int]
) -> tuple[MuscleScore, ...]:
    """Return the score of each muscle that is labeled in any leg.

    Args:
        before: Counts by leg, of the network before.
        after: Counts of the same legs, of the network after.
        codes: Muscles that mean the same in labels and answers.
    """
    rows = []
    for code in codes:
        legs = [leg for leg, overlap in before.items() if overlap.labeled[code]]
        if legs:
            slices = sum(int(before[leg].slices[code]) for leg in legs)
            means = (_mean_dsc(counts, legs, code) for counts in (before, after))
            rows.append(MuscleScore(code, *means, n=len(legs), slices=slices))
    return tuple(rows)


def _mean_dsc(counts: Mapping[str, Overlap], legs: Sequence[str], code: int) -> float:
    return float(np.mean([counts[leg].dsc(code) or 0.0 for leg in legs]))


def mean_of(rows: Sequence[MuscleScore]) -> tuple[float, float]:
    """Return the means over muscles before and after; 0 without rows, which is no rise."""
    if not rows:
        return 0.0, 0.0
    return float(np.mean([row.before for row in rows])), float(np.mean([row.after for row in rows]))
