"""A case, from two label maps to its rows."""

from dataclasses import replace

import numpy as np
import pytest

from MuscleSegLib.anatomy import scheme
from MuscleSegLib.evaluation.study import CaseIdentity, compare_case, summary
from MuscleSegLib.volume import Volume

CALF = scheme("calf")
HERE = CaseIdentity("P1", "a rater", "calf")


def fat_map(labels):
    """Fat fraction in percent: the slice's number times ten."""
    return Volume(np.broadcast_to(10.0 * np.arange(6)[:, None, None], labels.array.shape).copy(), labels.geometry)


def test_a_case_has_overlap_distances_and_errors_of_each_muscle(both_legs):
    shorter = replace(both_legs, array=both_legs.array.copy())
    shorter.array[4][shorter.array[4] == 6] = 0  # its highest slice, of 40 % fat

    case = compare_case(
        shorter, both_legs, CALF, identity=HERE, maps={"ff": fat_map(both_legs)}, units={"ff": "percent"}
    )

    row = next(row for row in case.rows if row.label == 6)
    assert (row.case, row.method, row.side, row.muscle) == ("P1", "a rater", "right", "soleus")
    assert row.dsc == pytest.approx(2 * 3 / (3 + 4))
    assert row.hd_mm == pytest.approx(10)
    assert row.volume_error_percent == pytest.approx(-25)
    assert row.ff_error_percent == pytest.approx((10 + 20 + 30) / 3 - (10 + 20 + 30 + 40) / 4)
    assert case.notes == ()


def test_an_empty_prediction_is_absent_everywhere_and_has_no_errors(both_legs):
    empty = replace(both_legs, array=np.zeros_like(both_legs.array))

    case = compare_case(empty, both_legs, CALF, identity=HERE, maps={"ff": fat_map(both_legs)})

    in_reference = [row for row in case.rows if row.volume_true_cm3 is not None]
    assert [(row.side, row.dsc, row.hd_mm, row.ff_error_percent) for row in in_reference] == [
        ("right", 0, None, None),
        ("right", 0, None, None),
        ("left", 0, None, None),
        ("left", 0, None, None),
    ]
    total = summary(case.rows)
    assert (total.absence_percent, total.dsc.mean, total.muscles) == (100, None, 4)


def test_an_empty_reference_is_excluded_and_counted(both_legs):
    empty = replace(both_legs, array=np.zeros_like(both_legs.array))

    case = compare_case(both_legs, empty, CALF, identity=HERE)

    assert case.is_excluded
    total = summary(case.rows)
    assert (total.muscles, total.without_reference, total.dsc.mean, total.absence_percent) == (0, 4, None, None)


def test_legs_with_each_other_s_labels_are_told(both_legs):
    array = both_legs.array
    other = np.where(array > 100, array - 100, np.where(array > 0, array + 100, 0)).astype(np.uint8)

    case = compare_case(replace(both_legs, array=other), both_legs, CALF, identity=HERE)

    assert "labels of the right and the left leg are exchanged (mean DSC 0.00, put right 1.00)" in case.notes[0]
