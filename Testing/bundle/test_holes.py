import numpy as np
import pytest

from MuscleSegLib.bundle import without_holes

PIXEL_MM2 = 1.5**2


def ring(side: int) -> np.ndarray:
    """A muscle of two slices, the lower of which has a square hole."""
    labels = np.zeros((2, 40, 40), np.uint8)
    labels[:, 4:36, 4:36] = 8
    labels[0, 10 : 10 + side, 10 : 10 + side] = 0
    return labels


@pytest.mark.parametrize(("side", "is_filled"), [(1, True), (6, True), (7, False)])
def test_holes_of_100_mm2_or_less_become_the_muscle_s(side, is_filled):
    """36 pixels are 81 mm2, 49 are 110."""
    whole = without_holes(ring(side), PIXEL_MM2)

    assert bool((whole[0, 10 : 10 + side, 10 : 10 + side] == 8).all()) is is_filled
    assert np.array_equal(whole[1], ring(side)[1])


def test_what_opens_to_the_outside_within_its_slice_is_no_hole():
    labels = ring(3)
    labels[0, 12, 4:12] = 0

    assert np.array_equal(without_holes(labels, PIXEL_MM2), labels)


def test_another_muscle_in_a_hole_stays_and_what_was_given_is_not_changed():
    labels = ring(4)
    labels[0, 11, 11] = 3
    before = labels.copy()

    whole = without_holes(labels, PIXEL_MM2)

    assert whole[0, 11, 11] == 3
    assert (whole[0, 10:14, 10:14] == 8).sum() == 15
    assert np.array_equal(labels, before)
