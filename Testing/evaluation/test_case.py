"""One case, from two label maps to its rows, and sides that are exchanged."""

from dataclasses import replace

import numpy as np
import pytest

from MuscleSegLib.anatomy import scheme
from MuscleSegLib.evaluation import OfCase, compare_case, summary, swap_of
from MuscleSegLib.volume import Geometry, Volume

GRID = Geometry((6, 20, 40), np.array([[-2.0, 0, 0, 40], [0, -2.0, 0, 20], [0, 0, 10.0, 0], [0, 0, 0, 1]]))
CALF = scheme("calf")
HERE = OfCase("P1", "a rater", "calf")


@pytest.fixture
def both_legs():
    """Two unlike blocks in each leg; the subject's right is at low i, as the first column of the affine says."""
    array = np.zeros(GRID.shape, np.uint8)
    array[1:5, 2:9, 3:12], array[1:4, 11:17, 5:9] = 6, 4
    array[1:5, 2:9, 24:33], array[1:4, 11:17, 30:36] = 106, 104
    return Volume(array, GRID)


def fat_map():
    """Fat fraction in percent: the slice's number times ten."""
    return Volume(np.broadcast_to(10.0 * np.arange(6)[:, None, None], GRID.shape).copy(), GRID)


def test_a_case_has_overlap_distances_and_errors_of_each_muscle(both_legs):
    shorter = replace(both_legs, array=both_legs.array.copy())
    shorter.array[4][shorter.array[4] == 6] = 0  # its highest slice, of 40 % fat

    found = compare_case(shorter, both_legs, CALF, of=HERE, maps={"ff": fat_map()}, units={"ff": "percent"})

    row = next(row for row in found.rows if row.label == 6)
    assert (row.case, row.method, row.side, row.muscle) == ("P1", "a rater", "right", "soleus")
    assert row.dsc == pytest.approx(2 * 3 / (3 + 4))
    assert row.hd_mm == pytest.approx(10)
    assert row.volume_error_percent == pytest.approx(-25)
    assert row.ff_error_percent == pytest.approx((10 + 20 + 30) / 3 - (10 + 20 + 30 + 40) / 4)
    assert found.notes == ()


def test_an_empty_prediction_is_absent_everywhere_and_has_no_errors(both_legs):
    empty = replace(both_legs, array=np.zeros_like(both_legs.array))

    found = compare_case(empty, both_legs, CALF, of=HERE, maps={"ff": fat_map()})

    known = [row for row in found.rows if row.volume_true_cm3 is not None]
    assert [(row.side, row.dsc, row.hd_mm, row.ff_error_percent) for row in known] == [
        ("right", 0, None, None),
        ("right", 0, None, None),
        ("left", 0, None, None),
        ("left", 0, None, None),
    ]
    total = summary(found.rows)
    assert (total.absence_percent, total.dsc.mean, total.muscles) == (100, None, 4)


def test_an_empty_reference_is_excluded_and_counted(both_legs):
    empty = replace(both_legs, array=np.zeros_like(both_legs.array))

    found = compare_case(both_legs, empty, CALF, of=HERE)

    assert found.is_excluded
    total = summary(found.rows)
    assert (total.muscles, total.without_reference, total.dsc.mean, total.absence_percent) == (0, 4, None, None)


def test_legs_with_each_other_s_labels_are_told(both_legs):
    array = both_legs.array
    other = np.where(array > 100, array - 100, np.where(array > 0, array + 100, 0)).astype(np.uint8)

    found = compare_case(replace(both_legs, array=other), both_legs, CALF, of=HERE)

    assert "labels of the right and the left leg are exchanged (mean DSC 0.00, put right 1.00)" in found.notes[0]


@pytest.mark.parametrize("is_renamed", [False, True])
def test_a_mirror_image_is_told_whether_or_not_its_labels_changed_sides(both_legs, is_renamed):
    array = both_legs.array
    if is_renamed:
        array = np.where(array > 100, array - 100, np.where(array > 0, array + 100, 0)).astype(np.uint8)

    found = swap_of(replace(both_legs, array=array[:, :, ::-1]), both_legs)

    assert (found.kind, found.dsc_without) == ("mirrored", 1)


def test_a_single_leg_that_is_called_a_left_one_is_told(both_legs):
    one = replace(both_legs, array=np.where(both_legs.array < 100, both_legs.array, 0))
    left = replace(one, array=np.where(one.array > 0, one.array + 100, 0).astype(np.uint8))

    assert swap_of(left, one).kind == "swapped"


def test_a_bad_result_with_its_sides_right_is_not_suspected(both_legs):
    moved = replace(both_legs, array=np.roll(both_legs.array, 4, axis=2))

    assert 0 < summary(compare_case(moved, both_legs, CALF, of=HERE).rows).dsc.mean < 0.7
    assert swap_of(moved, both_legs) is None


def test_a_whole_leg_that_was_not_found_is_no_swap(both_legs):
    one = replace(both_legs, array=np.where(both_legs.array < 100, both_legs.array, 0))

    assert swap_of(one, both_legs) is None
