import numpy as np
import pytest

from MuscleSegLib.biomarkers.weighted_statistics import weighted_statistics


def test_equal_weights_give_what_numpy_gives():
    values = np.random.default_rng(1).normal(size=101)
    statistics = weighted_statistics(values, np.full(101, 0.7))
    assert statistics.mean == pytest.approx(values.mean())
    assert statistics.sd == pytest.approx(values.std(ddof=1))
    assert (statistics.p05, statistics.median, statistics.p95) == pytest.approx(
        tuple(np.percentile(values, (5, 50, 95)))
    )
    assert statistics.voxels == 101


def test_weights_count_in_mean_and_spread():
    statistics = weighted_statistics(np.array([0.0, 10.0]), np.array([3.0, 1.0]))
    assert statistics.mean == 2.5
    # squares: 3 x 2.5^2 + 7.5^2 = 75; divisor 4 - (9 + 1) / 4 = 1.5
    assert statistics.sd == pytest.approx(np.sqrt(75 / 1.5))


def test_a_heavy_value_draws_the_median():
    # Middles of the weights 1, 9, 1 are at 0.5, 5.5 and 10.5: the median is the middle value. Of 1, 1 and 10 they are
    # at 0.5, 1.5 and 7; halfway from the first to the last is 3.75, which is 2.25 of 5.5 from the second to the third.
    assert weighted_statistics(np.array([1.0, 2.0, 9.0]), np.array([1.0, 9.0, 1.0])).median == pytest.approx(2.0)
    expected = 2.0 + (9.0 - 2.0) * 2.25 / 5.5
    assert weighted_statistics(np.array([1.0, 2.0, 9.0]), np.array([1.0, 1.0, 10.0])).median == pytest.approx(expected)


def test_one_value_has_no_spread_and_none_has_nothing():
    single, none = weighted_statistics(np.array([4.0]), np.array([0.6])), weighted_statistics(np.empty(0), np.empty(0))
    assert (single.mean, single.sd, single.median, single.p95, single.voxels) == (4.0, None, 4.0, 4.0, 1)
    assert (none.mean, none.sd, none.median, none.voxels) == (None, None, None, 0)
