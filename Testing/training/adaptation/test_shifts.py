"""The shift at which labels agree best with an answer."""

import numpy as np
import pytest

from MuscleSegLib.training.adaptation.shifts import best_shift

SPACING = (2.0, 1.0, 5.0)  # of columns, rows, slices


@pytest.fixture
def answer():
    """Two muscles of 12 mm, in slices 3 to 8 of 12."""
    array = np.zeros((12, 60, 40), np.uint8)
    array[3:9, 20:32, 10:16] = 1
    array[3:9, 32:44, 20:26] = 2
    return array


@pytest.mark.parametrize(
    ("shift", "expected_mm"),
    [((0, 0, 0), 0.0), ((0, 6, 0), 6.0), ((0, 0, -4), 8.0), ((0, 8, 3), 10.0), ((2, 0, 0), 10.0)],
)
def test_a_shift_is_found_along_each_axis(answer, shift, expected_mm):
    labels = np.roll(answer, shift, axis=(0, 1, 2))
    shift_back = best_shift([(labels, answer, np.ones(12, bool))], [1, 2], SPACING, largest_mm=15.0)
    assert shift_back.distance_mm == pytest.approx(expected_mm, abs=1.0)
    assert (shift_back.gain > 0.1) == (expected_mm > 0)


def test_slices_that_do_not_count_have_no_say(answer):
    labels = np.roll(answer, 6, axis=1)
    labels[5] = answer[5]
    shift_back = best_shift([(labels, answer, np.arange(12) == 5)], [1, 2], SPACING, largest_mm=15.0)
    assert shift_back.distance_mm == 0.0
