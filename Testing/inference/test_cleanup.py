import numpy as np
import pytest

from MuscleSegLib.inference.cleanup import clean_labels

SPACING_MM = (1.5, 1.5, 15.0)


@pytest.fixture
def a_muscle():
    """A block of 4 x 10 x 10 voxels of label 3."""
    labels = np.zeros((6, 30, 30), np.uint8)
    labels[1:5, 5:15, 5:15] = 3
    return labels


def test_a_speck_far_from_its_muscle_goes(a_muscle):
    a_muscle[2, 25, 25] = 3

    assert clean_labels(a_muscle, SPACING_MM)[2, 25, 25] == 0


def test_a_muscle_in_two_real_pieces_keeps_both(a_muscle):
    a_muscle[1:5, 20:26, 20:26] = 3

    assert np.array_equal(clean_labels(a_muscle, SPACING_MM), a_muscle)


def test_a_hole_is_filled(a_muscle):
    a_muscle[2, 9, 9] = 0

    assert clean_labels(a_muscle, SPACING_MM)[2, 9, 9] == 3


def test_another_muscle_inside_stays(a_muscle):
    a_muscle[1:5, 8:11, 8:11] = 7

    assert np.array_equal(clean_labels(a_muscle, SPACING_MM), a_muscle)


def test_a_small_muscle_is_no_speck_of_a_large_one(a_muscle):
    a_muscle[2, 20:22, 20:22] = 5

    assert np.array_equal(clean_labels(a_muscle, SPACING_MM), a_muscle)


def test_an_island_in_another_muscle_becomes_that_muscle(a_muscle):
    a_muscle[1:5, 18:28, 18:28] = 7
    a_muscle[2, 22:24, 22:24] = 3

    assert (clean_labels(a_muscle, SPACING_MM)[2, 22:24, 22:24] == 7).all()


def test_a_bone_that_a_muscle_wraps_is_no_hole():
    labels = np.zeros((2, 60, 60), np.uint8)
    labels[:, 5:55, 5:55] = 8
    labels[:, 20:40, 20:40] = 0  # 30 x 30 mm

    assert np.array_equal(clean_labels(labels, SPACING_MM), labels)


def test_a_thin_muscle_that_runs_obliquely_through_thick_slices_stays_whole():
    """As sartorius: 6 mm to the side from slice to slice, where it is 4.5 mm wide."""
    labels = np.zeros((20, 60, 120), np.uint8)
    for k in range(20):
        labels[k, 20:23, 10 + 4 * k : 13 + 4 * k] = 5
    labels[0, 20:30, 10:40] = 5  # a belly, of which every other slice is less than a twentieth

    assert np.array_equal(clean_labels(labels, SPACING_MM), labels)


def test_a_muscle_that_touches_itself_only_diagonally_stays_whole():
    labels = np.zeros((6, 40, 40), np.uint8)
    labels[0, 0:20, 0:20] = 5
    for k in range(1, 6):
        labels[k, 19 + k, 19 + k] = 5

    assert np.array_equal(clean_labels(labels, (1.5, 1.5, 1.5)), labels)


def test_two_legs_with_the_same_labels_are_both_kept(a_muscle):
    both = np.concatenate([a_muscle, a_muscle[:, :, ::-1]], axis=2)
    both[2, 0, 0] = 3

    cleaned = clean_labels(both, SPACING_MM)

    both[2, 0, 0] = 0
    assert np.array_equal(cleaned, both)


def test_a_muscle_that_the_field_of_view_cuts_in_two_keeps_both(a_muscle):
    a_muscle[:] = 0
    a_muscle[0:3, 0:6, 0:6] = 5
    a_muscle[5, 0:6, 24:30] = 5

    assert np.array_equal(clean_labels(a_muscle, SPACING_MM), a_muscle)
