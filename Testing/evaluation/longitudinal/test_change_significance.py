"""Changes of one muscle, and of many at once; quantiles are those of printed tables."""

import math

import numpy as np
import pytest

from MuscleSegLib.evaluation.longitudinal.change_significance import holm_adjusted, p_of_change


@pytest.mark.parametrize(("freedom", "quantile"), [(2, 4.303), (6, 2.447), (20, 2.086), (math.inf, 1.960)])
def test_fewer_repeats_ask_for_a_larger_change(freedom, quantile):
    sem = 0.3
    assert p_of_change(quantile * math.sqrt(2) * sem, sem, freedom) == pytest.approx(0.05, abs=1e-4)


def test_where_repeats_do_not_differ_every_change_is_one():
    assert (p_of_change(1e-6, 0.0, 3), p_of_change(0.0, 0.0, 3)) == (0, 1)


def test_holm_multiplies_the_least_by_all_and_the_next_by_one_fewer():
    # 0.01 * 4, 0.02 * 3, then 0.022 * 2 = 0.044, which may not be less than what is before it, and 0.9
    adjusted = holm_adjusted({"c": 0.022, "a": 0.01, "d": 0.9, "b": 0.02})
    assert adjusted == pytest.approx({"a": 0.04, "b": 0.06, "c": 0.06, "d": 0.9})


def test_no_adjusted_p_is_above_one():
    assert holm_adjusted({1: 0.6, 2: 0.7}) == {1: 1, 2: 1}
    assert holm_adjusted({}) == {}


def test_of_twenty_unchanged_muscles_none_is_marked_in_nineteen_of_twenty_people():
    """The SEM of each muscle is estimated with 6 degrees of freedom, as from four scans of both legs."""
    rng = np.random.default_rng(0)
    people, muscles, freedom = 1000, 20, 6
    errors = np.sqrt(rng.chisquare(freedom, (people, muscles)) / freedom)
    sizes = np.abs(rng.normal(0, math.sqrt(2), (people, muscles)))

    marked = sum(
        min(
            holm_adjusted(
                {n: p_of_change(*change, freedom) for n, change in enumerate(zip(person_sizes, sem, strict=True))}
            ).values()
        )
        < 0.05
        for person_sizes, sem in zip(sizes, errors, strict=True)
    )
    plain = (sizes > 1.96 * math.sqrt(2) * errors).any(axis=1).sum()

    assert marked / people == pytest.approx(0.05, abs=0.02)
    assert plain / people > 0.8  # by the smallest detectable change alone
