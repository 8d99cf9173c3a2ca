"""Joining of what is known of a slice."""

import numpy as np
import pytest

from MuscleSegLib.propagation.joining import expected_errors


def test_a_pixel_that_is_a_muscle_with_60_percent_is_expected_to_be_wrong_by_24_percent_of_a_pixel():
    probability = np.zeros((3, 2, 2))
    probability[0] = 1
    probability[:, 0, 0] = 0.4, 0.6, 0.0  # 0.6 * 0.4
    probability[:, 1, 1] = 0.0, 0.5, 0.5  # 0.5 * 0.5, twice

    assert expected_errors(probability) == pytest.approx(0.24 + 0.5)


def test_where_all_is_sure_nothing_is_expected_to_be_wrong():
    assert expected_errors(np.eye(3)[:, :, None]) == 0
