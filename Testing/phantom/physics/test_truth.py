import numpy as np
import pytest

from MuscleSegLib.anatomy import THIGH
from MuscleSegLib.phantom import Plane, Tissue
from MuscleSegLib.phantom.physics.mt_gradient_echo import MagnetizationTransfer
from MuscleSegLib.phantom.physics.multi_spin_echo import MultiSpinEcho
from MuscleSegLib.phantom.physics.truth import Tally, truth_rows


def tally_of(*slices):
    tally = Tally()
    for planes in slices:
        tally.add(planes if isinstance(planes, tuple) else (planes,))
    return tally


def rows_of(*planes, in_t2=None, point_mm3=250.0, two_legs=True):
    seen = tally_of(*planes)
    tallies = {"ff": seen, "mtr": seen, "t2": seen if in_t2 is None else tally_of(*in_t2)}
    labels = THIGH.labels(two_legs=two_legs)
    rows = truth_rows(labels, tallies, MagnetizationTransfer(36, 10, 3.5), MultiSpinEcho(2500, 8.7, 16), point_mm3)
    return {row["label"]: row for row in rows}


def plane(tissues, fat, *, edema=0.0, is_left=False):
    """A row of voxels, each of them of one tissue and of one fat fraction."""
    return points(*(np.repeat(np.repeat([values], 2, axis=0), 2, axis=1) for values in (tissues, fat)), edema, is_left)


def points(tissues, fat, edema=0.0, is_left=False):
    codes = np.asarray(tissues, np.uint8)
    return Plane(
        codes,
        np.asarray(fat, np.float32),
        np.full(codes.shape, edema, np.float32),
        np.full(codes.shape, is_left, np.bool_),
    )


def test_a_muscle_is_as_large_as_its_points():  # voxels of 1 cm3
    rows = rows_of(plane([1, 1, 4, Tissue.SKIN], [0, 0, 0, 0]), plane([1, 4, 4, 4], [0, 0, 0, 0], is_left=True))
    assert {label: rows[label]["volume_cm3"] for label in (1, 4, 101, 104)} == {1: 2, 4: 1, 101: 1, 104: 3}


def test_mean_sd_and_median_are_those_of_the_voxels():
    row = rows_of(plane([4, 4, 4, 4, 4], [0.1, 0.1, 0.2, 0.5, 0.6]))[4]
    assert row["ff_mean_percent"] == pytest.approx(30)
    assert row["ff_median_percent"] == pytest.approx(20)
    assert row["ff_sd_percent"] == pytest.approx(np.std([10, 10, 20, 50, 60]))


def test_a_voxel_counts_as_much_as_a_muscle_fills_of_it():
    # a full voxel at 10 %, and one at 50 % of which the muscle fills a half in one of two planes: a weight of 1/4
    tissues, fat = np.full((2, 4), 4), np.array([[0.1, 0.1, 0.5, 0.5]] * 2)
    half = np.where(np.arange(4) == 3, Tissue.SKIN, tissues)
    without = np.where(np.arange(4) >= 2, Tissue.SKIN, tissues)
    row = rows_of((points(half, fat), points(without, fat)))[4]
    assert row["ff_mean_percent"] == pytest.approx((10 + 50 / 4) / 1.25, abs=0.05)


def test_what_is_beside_a_muscle_in_its_voxel_is_no_part_of_its_truth():
    tissues = [[4, Tissue.INTERMUSCULAR_FAT], [4, 5]]
    rows = rows_of(points(tissues, [[0.2, 0.95], [0.2, 0.6]]))
    assert rows[4]["ff_mean_percent"] == pytest.approx(20)
    assert rows[5]["ff_mean_percent"] == pytest.approx(60)


def test_fat_and_water_of_a_muscle_mix_within_a_voxel():
    # T2 does not rise with fat in a line: half the voxels without fat and half at 60 % are no voxels at 30 %
    mixed = rows_of(points([[4, 4], [4, 4]], [[0.0, 0.6], [0.6, 0.0]]))[4]
    even = rows_of(plane([4], [0.3]))[4]
    apart = rows_of(plane([4, 4], [0.0, 0.6]))[4]
    assert mixed["t2_mean_ms"] == pytest.approx(even["t2_mean_ms"])
    assert mixed["ff_sd_percent"] == pytest.approx(0, abs=1e-6)
    assert apart["t2_mean_ms"] != pytest.approx(even["t2_mean_ms"], abs=1)


def test_muscle_without_fat_has_its_water_s_values():
    row = rows_of(plane([4], [0.0]))[4]
    assert row["mtr_mean_percent"] == pytest.approx(54)
    assert row["t2_mean_ms"] == pytest.approx(35.3)


def test_edema_raises_t2_and_lowers_mtr():
    row = rows_of(plane([4], [0.0], edema=1.0))[4]
    assert row["t2_mean_ms"] == pytest.approx(65)
    assert row["mtr_mean_percent"] == pytest.approx(30)


def test_what_lies_between_the_slices_of_t2_is_no_part_of_its_truth():
    without_fat, with_fat = plane([4], [0.0]), plane([4], [0.6])
    row = rows_of(without_fat, with_fat, in_t2=[without_fat])[4]
    assert row["t2_mean_ms"] == pytest.approx(35.3)
    assert row["ff_mean_percent"] == pytest.approx(30)
    assert row["volume_cm3"] == 2


def test_a_muscle_that_t2_does_not_see_has_no_t2():
    row = rows_of(plane([4], [0.3]), in_t2=[plane([1], [0.3])])[4]
    assert row["t2_mean_ms"] is None
    assert row["ff_mean_percent"] == pytest.approx(30)


def test_a_muscle_that_is_not_there_has_an_empty_row():
    row = rows_of(plane([4], [0.0]))[5]
    assert row["muscle"] == "sartorius"
    assert {row[key] for key in row if "_" in key} == {None}


def test_one_leg_has_no_side():
    rows = rows_of(plane([4], [0.0]), two_legs=False)
    assert len(rows) == 10
    assert rows[4]["side"] is None
