"""Sides that are exchanged, and mirror images."""

from dataclasses import replace

import numpy as np
import pytest

from MuscleSegLib.evaluation.metrics import dice, swap_of


@pytest.mark.parametrize("is_renamed", [False, True])
def test_a_mirror_image_is_told_whether_or_not_its_labels_changed_sides(both_legs, is_renamed):
    array = both_legs.array
    if is_renamed:
        array = np.where(array > 100, array - 100, np.where(array > 0, array + 100, 0)).astype(np.uint8)

    swap = swap_of(replace(both_legs, array=array[:, :, ::-1]), both_legs)

    assert (swap.kind, swap.dsc_without) == ("mirrored", 1)


def test_a_single_leg_that_is_called_a_left_one_is_told(both_legs):
    right_leg = replace(both_legs, array=np.where(both_legs.array < 100, both_legs.array, 0))
    left = replace(right_leg, array=np.where(right_leg.array > 0, right_leg.array + 100, 0).astype(np.uint8))

    assert swap_of(left, right_leg).kind == "swapped"


def test_a_bad_result_with_its_sides_right_is_not_suspected(both_legs):
    moved = replace(both_legs, array=np.roll(both_legs.array, 4, axis=2))

    assert 0 < np.mean(list(dice(moved, both_legs).values())) < 0.7
    assert swap_of(moved, both_legs) is None


def test_a_whole_leg_that_was_not_found_is_no_swap(both_legs):
    right_leg = replace(both_legs, array=np.where(both_legs.array < 100, both_legs.array, 0))

    assert swap_of(right_leg, both_legs) is None
