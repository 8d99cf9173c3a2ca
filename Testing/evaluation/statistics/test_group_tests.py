"""P values are counted by hand, or are in the tables of the t distribution."""

import math
from dataclasses import replace

import pytest

from MuscleSegLib.evaluation.statistics import Spread, compare
from MuscleSegLib.evaluation.study import Agreement, split_by_fat

A_MUSCLE = Agreement(
    **{**dict.fromkeys(Agreement.__dataclass_fields__), "muscle": "soleus", "label": 6, "volume_cm3": 10.0}
)


def muscles(*fat_percent):
    return [replace(A_MUSCLE, ff_true_percent=fat) for fat in fat_percent]


def test_muscles_are_split_at_a_fat_fraction_of_20_percent_in_the_reference():
    low, high = split_by_fat(muscles(3.0, 20.0, 20.1, 64.0))

    assert [row.ff_true_percent for row in low] == [3.0, 20.0]
    assert [row.ff_true_percent for row in high] == [20.1, 64.0]


def test_a_muscle_without_a_fat_fraction_or_that_was_not_found_is_in_neither_group():
    assert split_by_fat([*muscles(None), replace(A_MUSCLE, volume_cm3=None, ff_true_percent=50.0)]) == ([], [])


def test_groups_that_are_not_normal_are_compared_by_their_ranks():
    # All of the first below all of the second: 2 of the 252 ways to choose 5 ranks of 10 are as extreme.
    comparison = compare([1, 2, 3, 4, 100], [200, 201, 202, None, 203, 400])

    assert comparison.test == "rank-sum"
    assert comparison.p == pytest.approx(2 / 252)
    assert comparison.first.mean == 22


def test_normal_groups_are_compared_by_the_t_test():
    # Means 3 and 6, variances 2.5, so that t = -3 / sqrt(2.5 * (1/5 + 1/5)) = -3 with 8 degrees of freedom, for which
    # the two-sided P is 0.0171.
    comparison = compare([1, 2, 3, 4, 5], [4, 5, 6, 7, 8])

    assert comparison.test == "t"
    assert comparison.p == pytest.approx(0.01707, abs=5e-6)
    assert comparison.second == Spread(6, pytest.approx(math.sqrt(2.5)))


def test_groups_of_one_value_each_are_no_normal_ones():
    # Ranks 2 in one group of three and 5 in the other. U is 0, its mean 4.5; with ties of three, three its variance is
    # 9 / 12 * (7 - (24 + 24) / (6 * 5)) = 4.05; corrected for continuity z = -4 / sqrt(4.05), P = erfc(|z| / sqrt(2)).
    comparison = compare([1, 1, 1], [2, 2, 2])

    assert comparison.test == "rank-sum"
    assert comparison.p == pytest.approx(math.erfc(4 / math.sqrt(4.05) / math.sqrt(2)))


def test_two_values_are_too_few_for_a_test():
    comparison = compare([1.0, 2.0], [5.0, 6.0, 7.0, 8.0])

    assert (comparison.test, comparison.p) == (None, None)
    assert comparison.second.mean == 6.5
