import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813 - everybody's name for it

from MuscleSegLib.anatomy import scheme
from MuscleSegLib.biomarkers import Measurement
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.evaluation.metrics import dice
from MuscleSegLib.evaluation.study import agreement
from MuscleSegLib.volume import Geometry, Volume

GRID = Geometry((4, 10, 12), np.diag([2.0, 2.0, 5.0, 1.0]))


@pytest.fixture
def two_raters():
    """Random labels 1 to 3 on one grid, and the same with a third of the voxels drawn again."""
    rng = np.random.default_rng(0)
    first = rng.integers(0, 4, GRID.shape).astype(np.uint8)
    second = np.where(rng.random(GRID.shape) < 0.33, rng.integers(0, 4, GRID.shape), first).astype(np.uint8)
    return Volume(first, GRID), Volume(second, GRID)


def test_dice_is_that_of_simpleitk(two_raters):
    labels, reference = two_raters
    measures = sitk.LabelOverlapMeasuresImageFilter()
    measures.Execute(sitk.GetImageFromArray(reference.array), sitk.GetImageFromArray(labels.array))

    overlap = dice(labels, reference)

    assert overlap == pytest.approx({value: measures.GetDiceCoefficient(value) for value in (1, 2, 3)})


def test_a_muscle_that_was_not_found_has_a_dice_of_zero(two_raters):
    labels, reference = two_raters
    labels.array[labels.array == 2] = 0

    assert dice(labels, reference)[2] == 0


def test_a_muscle_that_the_reference_does_not_have_has_no_dice(two_raters):
    labels, reference = two_raters
    reference.array[reference.array == 2] = 0

    assert set(dice(labels, reference)) == {1, 3}


def test_two_grids_are_refused(two_raters):
    labels, reference = two_raters
    moved = Volume(reference.array, Geometry(GRID.shape, np.diag([2.0, 2.0, 6.0, 1.0])))

    with pytest.raises(MuscleSegError, match="same grid"):
        dice(labels, moved)


def test_errors_are_measured_less_true_and_missing_where_either_is(two_raters):
    labels, _ = two_raters
    rows = Measurement(labels, scheme("calf"), confidence={1: 0.8}).rows()
    volume = float((labels.array == 1).sum() * 20 / 1000)
    truth = [{"label": 1, "volume_cm3": 0.5, "ff_mean_percent": 7.0, "mtr_mean_percent": None, "t2_mean_ms": 40.0}]

    first, second, *_ = agreement(rows, truth, {1: 0.9})

    assert first.volume_error_cm3 == pytest.approx(volume - 0.5)
    assert (first.dsc, first.confidence, second.confidence) == (0.9, 0.8, None)
    assert (first.ff_true_percent, first.ff_error_percent) == (7.0, None)
    assert second.volume_cm3 is not None
    assert (second.dsc, second.volume_true_cm3, second.volume_error_cm3) == (None, None, None)


def test_a_muscle_of_the_truth_without_a_row_is_there_without_values(two_raters):
    labels, _ = two_raters
    truth = [{"label": 106, "side": "left", "muscle": "soleus", "volume_cm3": 300.0}]
    truth += [{"label": 105, "side": "left", "muscle": "lateral compartment", "volume_cm3": None}]

    *rows, last = agreement(Measurement(labels, scheme("calf")).rows(), truth, {106: 0.0})

    assert {row.label for row in rows} == {1, 2, 3, 4, 5, 6}
    assert (last.side, last.muscle, last.label, last.dsc) == ("left", "soleus", 106, 0.0)
    assert (last.volume_cm3, last.volume_true_cm3, last.volume_error_cm3) == (None, 300.0, None)
