"""Two groups of muscles, with much and with little fat, as in Table 2 of Hostin et al.

J Magn Reson Imaging 2023;58:1826-1835 (10.1002/jmri.28708).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from MuscleSegLib.evaluation.agreement import Agreement
from MuscleSegLib.evaluation.spread import Spread

MUCH_FAT_PERCENT = 20.0

NORMAL_FROM_P = 0.05
"""A group counts as normal unless Shapiro and Wilk's test says otherwise at this level."""

FEWEST = 3
"""Values that Shapiro and Wilk's test needs."""


@dataclass(frozen=True)
class Comparison:
    """A quantity in two groups.

    Attributes:
        first: Of one group.
        second: Of the other.
        test: Which one was right: Student's t-test where both groups are normal, otherwise Wilcoxon's rank-sum test;
            None where a group has fewer than three values.
        p: Two-sided. Muscles of one person are taken for independent, as in the paper, so that it is a lower bound.

    """

    first: Spread
    second: Spread
    test: Literal["t", "rank-sum"] | None
    p: float | None


def split_by_fat(rows: Sequence[Agreement]) -> tuple[list[Agreement], list[Agreement]]:
    """Return the muscles that hold at most 20 % of fat in the reference, and those that hold more.

    A muscle whose fat fraction the reference does not know is in neither, nor is one that was not found.
    """
    known = [(row, row.ff_true_percent) for row in rows if row.volume_cm3 is not None]
    low = [row for row, fat in known if fat is not None and fat <= MUCH_FAT_PERCENT]
    high = [row for row, fat in known if fat is not None and fat > MUCH_FAT_PERCENT]
    return low, high


def compare(first: Iterable[float | None], second: Iterable[float | None]) -> Comparison:
    """Compare the known values of two groups: Shapiro and Wilk's test for normality, and then the test that fits."""
    from scipy import stats

    one, other = ([value for value in group if value is not None] for group in (first, second))
    spreads = Spread.of(one), Spread.of(other)
    if min(len(one), len(other)) < FEWEST:
        return Comparison(*spreads, None, None)
    if _is_normal(one) and _is_normal(other):
        return Comparison(*spreads, "t", float(stats.ttest_ind(one, other).pvalue))
    return Comparison(*spreads, "rank-sum", float(stats.mannwhitneyu(one, other).pvalue))


def _is_normal(values: Sequence[float]) -> bool:
    from scipy import stats

    if min(values) == max(values):
        return False
    return float(stats.shapiro(values).pvalue) >= NORMAL_FROM_P
