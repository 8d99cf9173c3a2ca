"""The table that follows a person's corrections, on muscles of a few voxels that can be counted by hand."""

import numpy as np
import pytest

from MuscleSegLib.anatomy import scheme
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.review import CorrectedTable, review_first
from MuscleSegLib.volume import Geometry, Volume

SOLEUS, GASTROCNEMIUS, ANTERIOR = 6, 3, 1
VOXEL_CM3 = 1.0  # 10 mm in each direction
FAT_PERCENT = np.broadcast_to(np.arange(10.0)[None, None, :], (1, 4, 10))  # rises with the column


def on_grid(array):
    return Volume(np.asarray(array), Geometry(np.shape(array), np.diag([10.0, 10.0, 10.0, 1.0])))


def two_muscles():
    """Soleus in columns 0 to 3, gastrocnemius in columns 5 to 8, each four rows high."""
    array = np.zeros((1, 4, 10), np.uint8)
    array[..., 0:4], array[..., 5:9] = SOLEUS, GASTROCNEMIUS
    return array


@pytest.fixture
def a_table():
    labels = on_grid(two_muscles())
    return CorrectedTable(
        labels, scheme("calf"), automatic=labels, maps={"ff": on_grid(FAT_PERCENT)}, confidence={SOLEUS: 0.9}
    )


def row_of(table, value):
    return next(row for row in table.rows() if row.row.label == value)


def test_what_nobody_edited_has_no_change(a_table):
    assert a_table.is_corrected is False
    assert all(row.change is None for row in a_table.rows())


def test_an_edit_measures_its_muscle_alone_again(a_table):
    before = {row.row.label: row for row in a_table.rows()}
    edited = two_muscles()
    edited[..., 3] = 0

    assert a_table.update(on_grid(edited)) == (SOLEUS,)

    after = {row.row.label: row for row in a_table.rows()}
    assert [label for label in after if after[label] != before[label]] == [SOLEUS]


def test_a_corrected_muscle_stands_beside_the_automatic_one(a_table):
    edited = two_muscles()
    edited[..., 3] = 0  # of columns 0 to 3, whose mean fat fraction is 1.5, are left 0 to 2 with 1.0
    a_table.update(on_grid(edited))

    change = row_of(a_table, SOLEUS).change

    assert change.dsc == pytest.approx(2 * 12 / (12 + 16))
    assert change.ff_points == pytest.approx(-0.5)
    assert change.volume_cm3 == pytest.approx(-4 * VOXEL_CM3)
    assert a_table.is_corrected is True


def test_painting_over_a_neighbor_measures_both(a_table):
    edited = two_muscles()
    edited[..., 5] = SOLEUS

    assert a_table.update(on_grid(edited)) == (GASTROCNEMIUS, SOLEUS)


def test_restoring_the_automatic_muscle_leaves_no_change(a_table):
    edited = two_muscles()
    edited[..., 3] = 0
    a_table.update(on_grid(edited))

    a_table.update(on_grid(two_muscles()))

    assert row_of(a_table, SOLEUS).change is None
    assert a_table.is_corrected is False


def test_a_muscle_that_was_deleted_is_missing_and_overlaps_nothing(a_table):
    edited = two_muscles()
    edited[edited == SOLEUS] = 0
    a_table.update(on_grid(edited))

    row = row_of(a_table, SOLEUS)

    assert row.is_missing
    assert (row.change.dsc, row.change.volume_cm3) == (0, None)


def test_a_segmentation_that_was_corrected_earlier_is_compared_at_once():
    edited = two_muscles()
    edited[..., 3] = 0

    table = CorrectedTable(
        on_grid(edited), scheme("calf"), automatic=on_grid(two_muscles()), maps={"ff": on_grid(FAT_PERCENT)}
    )

    assert row_of(table, SOLEUS).change.ff_points == pytest.approx(-0.5)


def test_labels_that_no_network_made_are_neither_corrected_nor_not():
    assert CorrectedTable(on_grid(two_muscles()), scheme("calf")).is_corrected is None


def test_automatic_labels_of_another_grid_are_refused():
    elsewhere = Volume(two_muscles(), Geometry((1, 4, 10), np.diag([5.0, 5.0, 5.0, 1.0])))
    with pytest.raises(MuscleSegError, match="grid"):
        CorrectedTable(on_grid(two_muscles()), scheme("calf"), automatic=elsewhere)


def test_missing_muscles_come_first_to_be_reviewed_then_those_of_least_confidence():
    array = two_muscles()
    array[..., 9] = ANTERIOR
    confidence = {SOLEUS: 0.9, GASTROCNEMIUS: 0.7, ANTERIOR: 0.8}
    table = CorrectedTable(on_grid(array), scheme("calf"), confidence=confidence)

    order = [row.row.label for row in review_first(table.rows())]

    assert order == [2, 4, 5, GASTROCNEMIUS, ANTERIOR, SOLEUS]


def test_the_smallest_coverage_of_the_maps_is_shown():
    labels = on_grid(two_muscles())
    half = on_grid(np.ones((1, 4, 2), np.float32) * 40)  # columns 0 and 1 of the soleus's four
    table = CorrectedTable(labels, scheme("calf"), maps={"ff": on_grid(FAT_PERCENT), "mtr": half})

    assert row_of(table, SOLEUS).coverage_percent == pytest.approx(50)
