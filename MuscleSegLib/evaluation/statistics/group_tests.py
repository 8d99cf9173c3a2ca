"""Tests of two groups of values, chosen by normality as for Table 2 of Hostin et al.

J Magn Reson Imaging 2023;58:1826-1835 (10.1002/jmri.28708): muscles with little and with much fat (G20-, G20+).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from MuscleSegLib.evaluation.statistics.estimates import Spread

NORMAL_FROM_P = 0.05
"""P of Shapiro and Wilk's test from which on a group counts as normal."""

FEWEST = 3
"""Number of values that Shapiro and Wilk's test needs."""

MOST_FOR_NORMALITY = 5000
"""Number of values up to which its P is accurate (Royston, Appl Stat 1995;44:547-551); of more, evenly chosen values
are tested."""

Test = Literal["t", "rank-sum", "paired t", "signed-rank"]


@dataclass(frozen=True)
class Comparison:
    """A quantity in two groups.

    Attributes:
        first: Spread of the first group.
        second: Spread of the second group.
        test: The test. Of two groups, Student's t-test where both are normal, otherwise Wilcoxon's rank-sum
            test. Of pairs, Student's paired t-test where the differences are normal, otherwise Wilcoxon's signed-rank
            test. None where a group has fewer than three values, or no pair differs.
        p: Two-sided. Muscles of one person are taken for independent, as in the paper, so that it is a lower bound.
    """

    first: Spread
    second: Spread
    test: Test | None
    p: float | None


def compare(first: Iterable[float | None], second: Iterable[float | None]) -> Comparison:
    """Compare the present values of two groups: Shapiro and Wilk's test for normality, and then the test that fits."""
    from scipy import stats

    group_a, group_b = ([value for value in group if value is not None] for group in (first, second))
    spreads = Spread.of(group_a), Spread.of(group_b)
    if min(len(group_a), len(group_b)) < FEWEST:
        return Comparison(*spreads, None, None)
    if is_normal(group_a) and is_normal(group_b):
        return Comparison(*spreads, "t", float(stats.ttest_ind(group_a, group_b).pvalue))
    return Comparison(*spreads, "rank-sum", float(stats.mannwhitneyu(group_a, group_b).pvalue))


def compare_pairs(first: Sequence[float | None], second: Sequence[float | None]) -> Comparison:
    """Compare two values of the same muscles, where neither is missing."""
    from scipy import stats

    pairs = [(a, b) for a, b in zip(first, second, strict=True) if a is not None and b is not None]
    values_a, values_b = [a for a, _ in pairs], [b for _, b in pairs]
    spreads = Spread.of(values_a), Spread.of(values_b)
    differences = [a - b for a, b in pairs]
    if len(pairs) < FEWEST or not any(differences):
        return Comparison(*spreads, None, None)
    if is_normal(differences):
        return Comparison(*spreads, "paired t", float(stats.ttest_rel(values_a, values_b).pvalue))
    return Comparison(*spreads, "signed-rank", float(stats.wilcoxon(values_a, values_b).pvalue))


def is_normal(values: Sequence[float]) -> bool:
    """Return whether values count as normal by Shapiro and Wilk's test."""
    from scipy import stats

    if min(values) == max(values):
        return False
    tested = sorted(values)[:: -(-len(values) // MOST_FOR_NORMALITY)]
    return float(stats.shapiro(tested).pvalue) >= NORMAL_FROM_P
