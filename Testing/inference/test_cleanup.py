import numpy as np
import pytest

from MuscleSegLib.inference.cleanup import repaired

SPACING_MM = (1.5, 1.5, 15.0)


@pytest.fixture
def a_muscle():
    """A block of 4 x 10 x 10 voxels of label 3."""
    labels = np.zeros((6, 30, 30), np.uint8)
    labels[1:5, 5:15, 5:15] = 3
    return labels


def test_a_speck_far_from_its_muscle_goes(a_muscle):
    a_muscle[2, 25, 25] = 3

    assert repaired(a_muscle, SPACING_MM)[2, 25, 25] == 0


def test_a_muscle_in_two_real_pieces_keeps_both(a_muscle):
    a_muscle[1:5, 20:26, 20:26] = 3

    assert np.array_equal(repaired(a_muscle, SPACING_MM), a_muscle)


def test_a_hole_is_filled(a_muscle):
    a_muscle[2, 9, 9] = 0

    assert repaired(a_muscle, SPACING_MM)[2, 9, 9] == 3


def test_another_muscle_inside_stays(a_muscle):
    a_muscle[1:5, 8:11, 8:11] = 7

    assert np.array_equal(repaired(a_muscle, SPACING_MM), a_muscle)


def test_a_small_muscle_is_no_speck_of_a_large_one(a_muscle):
    a_muscle[2, 20:22, 20:22] = 5

    assert np.array_equal(repaired(a_muscle, SPACING_MM), a_muscle)
