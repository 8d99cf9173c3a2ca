"""Numbers are worked out by hand."""

import math

import pytest

from MuscleSegLib.evaluation.statistics import Spread
from MuscleSegLib.evaluation.study import Agreement, absence_percent, outlier_percent, summary


def a_muscle(*, volume=10.0, volume_true=10.0, dsc=0.9, ff=None, ff_true=None):
    """One row; a volume of None is a muscle that is not there."""
    empty = dict.fromkeys(Agreement.__dataclass_fields__)
    errors = {
        f"{name}_error_{unit}": None if measured is None or true is None else measured - true
        for name, unit, measured, true in (("volume", "cm3", volume, volume_true), ("ff", "percent", ff, ff_true))
    }
    values = {"volume_cm3": volume, "volume_true_cm3": volume_true, "ff_percent": ff, "ff_true_percent": ff_true}
    return Agreement(**{**empty, "muscle": "soleus", "label": 6, "dsc": dsc, **values, **errors})


def test_the_standard_deviation_is_the_sample_s():
    # Mean (2 + 4 + 9) / 3 = 5; squares 9 + 1 + 16 = 26 over n - 1 = 2.
    assert Spread.of([2, None, 4, 9]) == Spread(5, pytest.approx(math.sqrt(13)))


def test_what_is_not_known_is_none():
    assert Spread.of([]) == Spread(None, None)
    assert Spread.of([3.0, None]) == Spread(3.0, None)


def test_an_outlier_lies_below_the_first_quartile_by_more_than_one_and_a_half_interquartile_ranges():
    # Sorted, the quartiles of nine values are the third and the seventh: 0.90 and 0.94. 0.90 - 1.5 * 0.04 = 0.84.
    values = [0.93, 0.83, 0.90, 0.94, 0.95, 0.92, 0.91, 0.85, None, 0.96]

    assert outlier_percent(values) == pytest.approx(100 / 9)


def test_a_high_value_is_no_outlier():
    assert outlier_percent([0.1, 0.1, 0.1, 0.1, 0.1, 0.9]) == 0


def test_no_values_have_no_outlier_rate():
    assert outlier_percent([None]) is None


def test_the_absence_rate_is_of_the_muscles_that_the_reference_has():
    rows = [a_muscle(), a_muscle(), a_muscle(), a_muscle(volume=None, dsc=0.0)]
    rows += [a_muscle(volume_true=None, dsc=None), a_muscle(volume=None, volume_true=None, dsc=None)]

    assert absence_percent(rows) == 25


def test_a_reference_without_muscles_has_no_absence_rate():
    assert absence_percent([a_muscle(volume_true=None)]) is None


def test_a_muscle_that_was_not_found_counts_as_absent_and_in_no_mean():
    rows = [a_muscle(dsc=0.8, volume=12.0, ff=8.0, ff_true=9.0), a_muscle(dsc=0.9, volume=9.0, ff=5.0, ff_true=3.0)]
    rows += [a_muscle(volume=None, dsc=0.0, ff_true=70.0)]

    total = summary(rows)

    assert total.dsc == Spread(pytest.approx(0.85), pytest.approx(0.05 * math.sqrt(2)))
    assert total.ff_error_percent == Spread(pytest.approx(0.5), pytest.approx(1.5 * math.sqrt(2)))
    assert total.volume_error_cm3 == Spread(pytest.approx(0.5), pytest.approx(1.5 * math.sqrt(2)))
    assert total.t2_error_ms == Spread(None, None)
    assert total.absence_percent == pytest.approx(100 / 3)
    assert total.outlier_percent == 0


def test_a_muscle_that_only_the_network_sees_counts_nowhere():
    assert summary([a_muscle(volume_true=None, dsc=None)]).volume_error_cm3.mean is None
