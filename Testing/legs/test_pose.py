import numpy as np
import pytest
from scipy.stats import theilslopes

from MuscleSegLib.legs.pose import line_through


def test_the_line_is_that_of_scipy():
    rng = np.random.default_rng(0)
    k = np.array([0, 1, 3, 4, 7, 8, 9])
    values = 3.0 + 0.7 * k + rng.normal(0, 0.3, len(k))
    values[2] = 99.0

    expected = theilslopes(values, k)

    assert line_through(k, values, 12) == pytest.approx(expected.slope * np.arange(12) + expected.intercept)


def test_two_values_give_their_median_everywhere():
    assert line_through(np.array([0, 5]), np.array([1.0, 3.0]), 4).tolist() == [2.0] * 4
