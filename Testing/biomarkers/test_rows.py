import dataclasses
import logging
import statistics

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813 - everybody's name for it

from MuscleSegLib.anatomy import scheme
from MuscleSegLib.biomarkers import Measurement, Row
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import Geometry, Volume

THIGH = scheme("thigh")
# The last one is the warnings, in words.
VALUES = [field.name for field in dataclasses.fields(Row)][5:]


def by_label(rows):
    return {row.label: row for row in rows}


def test_a_row_begins_with_these_columns_and_has_the_same_ones_for_each_map():
    names = [field.name for field in dataclasses.fields(Row)]
    assert names[:16] == [
        *("region", "side", "muscle", "abbreviation", "label", "volume_cm3"),
        *("ff_mean_percent", "ff_sd_percent", "ff_median_percent"),
        *("mtr_mean_percent", "mtr_sd_percent", "mtr_median_percent"),
        *("t2_mean_ms", "t2_sd_ms", "t2_median_ms"),
        "confidence",
    ]
    for name, unit in (("ff", "percent"), ("mtr", "percent"), ("t2", "ms")):
        per_map = ("p05_" + unit, "p95_" + unit, "voxels", "excluded_voxels", "coverage_percent", "corrected_" + unit)
        assert {f"{name}_{column}" for column in per_map} <= set(names)
    assert names[-1] == "warnings"


def test_a_muscle_that_is_there_has_the_confidence_that_is_known_and_no_other_has_one(in_a_row):
    labels = in_a_row([1, 1, 3, 3])

    rows = by_label(Measurement(labels, THIGH, confidence={3: 0.83, 4: 0.9}).rows())  # 4 was deleted from the labels

    assert rows[3].confidence == 0.83
    assert {row.confidence for label, row in rows.items() if label != 3} == {None}


def test_two_legs_have_twenty_rows(a_thigh):
    labels, _ = a_thigh
    rows = Measurement(labels, THIGH).rows()
    assert [row.label for row in rows] == [*range(1, 11), *range(101, 111)]
    assert [row.side for row in rows] == ["right"] * 10 + ["left"] * 10
    assert (rows[11].region, rows[11].muscle, rows[11].abbreviation) == ("thigh", "biceps femoris", "BF")


def test_one_leg_has_ten_rows_without_a_side(a_thigh):
    labels, _ = a_thigh
    one_leg = Volume(np.where(labels.array > 100, 0, labels.array), labels.geometry)
    rows = Measurement(one_leg, THIGH).rows()
    assert [row.label for row in rows] == list(range(1, 11))
    assert {row.side for row in rows} == {None}


def test_the_volume_is_the_number_of_voxels_times_that_of_one(a_thigh):
    labels, _ = a_thigh
    # 3 x 4 x 2 voxels of 0.5 x 0.5 x 10 mm = 24 x 2.5 mm3 = 60 mm3
    assert [row.volume_cm3 for row in Measurement(labels, THIGH).rows()] == pytest.approx([0.060] * 20)


def test_mean_and_sd_are_those_of_simpleitk_and_the_median_that_of_python(a_thigh):
    labels, values = a_thigh
    independent = sitk.LabelStatisticsImageFilter()
    independent.Execute(sitk.GetImageFromArray(values.array), sitk.GetImageFromArray(labels.array))
    for row in Measurement(labels, THIGH, maps={"ff": values}).rows():
        assert row.ff_mean_percent == pytest.approx(independent.GetMean(row.label), rel=1e-12)
        assert row.ff_sd_percent == pytest.approx(independent.GetSigma(row.label), rel=1e-12)
        voxels = values.array[labels.array == row.label].tolist()
        assert row.ff_median_percent == pytest.approx(statistics.median(voxels), rel=1e-12)


def test_volumes_are_those_of_simpleitk_on_an_oblique_grid():
    array = np.random.default_rng(1).integers(0, 11, (5, 40, 30)).astype(np.uint8)
    cosine, sine = np.cos(0.3), np.sin(0.3)
    direction = np.array([[cosine, 0, sine], [0, 1, 0], [-sine, 0, cosine]])
    affine = np.eye(4)
    affine[:3, :3] = direction @ np.diag([0.7, 0.8, 9.0])
    image = sitk.GetImageFromArray(array)
    image.SetSpacing((0.7, 0.8, 9.0))
    image.SetDirection(direction.ravel().tolist())
    independent = sitk.LabelShapeStatisticsImageFilter()
    independent.Execute(image)
    for row in Measurement(Volume(array, Geometry(array.shape, affine)), THIGH).rows():
        assert row.volume_cm3 == pytest.approx(independent.GetPhysicalSize(row.label) / 1000, rel=1e-12)


def test_each_map_fills_its_own_columns(a_thigh):
    labels, values = a_thigh
    maps = {"t2": values, "ff": Volume(np.full_like(values.array, 7.0), values.geometry)}
    row = Measurement(labels, THIGH, maps=maps).rows()[0]
    assert (row.ff_mean_percent, row.ff_sd_percent, row.ff_median_percent) == (7.0, 0.0, 7.0)
    assert (row.mtr_mean_percent, row.mtr_sd_percent, row.mtr_median_percent) == (None, None, None)
    assert row.t2_mean_ms == pytest.approx(values.array[labels.array == 1].mean())


def test_a_single_voxel_has_a_mean_but_no_standard_deviation(in_a_row):
    row = Measurement(in_a_row([4]), THIGH, maps={"ff": in_a_row([12.5], dtype=float)}).rows()[3]
    assert (row.ff_mean_percent, row.ff_sd_percent, row.ff_median_percent) == (12.5, None, 12.5)


def test_removing_a_muscle_empties_its_row_and_changes_no_other(a_thigh):
    labels, values = a_thigh
    whole = Measurement(labels, THIGH, maps={"ff": values}).rows()
    without = Volume(np.where(labels.array == 103, 0, labels.array), labels.geometry)
    rows = Measurement(without, THIGH, maps={"ff": values}).rows()
    assert [row for row in rows if row.label != 103] == [row for row in whole if row.label != 103]
    removed = by_label(rows)[103]
    assert (removed.muscle, removed.side) == ("gracilis", "left")
    assert {getattr(removed, name) for name in VALUES} == {None, ""}


def test_voxels_without_a_value_are_left_out_and_counted(in_a_row, caplog, tmp_path):
    values = in_a_row([10.0, np.nan, 20.0, np.inf, np.nan], dtype=float, path=tmp_path / "ff.nii.gz")
    with caplog.at_level(logging.WARNING):
        row = Measurement(in_a_row([1, 1, 1, 1, 0]), THIGH, maps={"ff": values}).rows()[0]
    assert (row.ff_mean_percent, row.volume_cm3) == (15.0, 0.004)
    assert "2 voxels" in caplog.text
    assert "ff.nii.gz" in caplog.text


def test_a_muscle_whose_voxels_all_have_no_value_has_none(in_a_row):
    row = Measurement(in_a_row([1, 1]), THIGH, maps={"ff": in_a_row([np.nan, np.nan], dtype=float)}).rows()[0]
    assert row.ff_mean_percent is None
    assert row.volume_cm3 == 0.002


@pytest.mark.parametrize("name", ["ff", "mtr"])
def test_fractions_of_one_become_percent_with_a_warning(in_a_row, caplog, name):
    with caplog.at_level(logging.WARNING):
        row = Measurement(in_a_row([1, 1]), THIGH, maps={name: in_a_row([0.25, 0.75], dtype=float)}).rows()[0]
    assert getattr(row, f"{name}_mean_percent") == 50.0
    assert f"The {name.upper()} map holds fractions of one" in caplog.text


def test_a_map_in_percent_is_taken_as_it_is(in_a_row, caplog):
    row = Measurement(in_a_row([1, 1]), THIGH, maps={"ff": in_a_row([0.5, 1.6], dtype=float)}).rows()[0]
    assert row.ff_mean_percent == pytest.approx(1.05)
    assert not caplog.records


def test_a_t2_that_is_none_of_muscle_is_refused(in_a_row):
    with pytest.raises(MuscleSegError, match="--t2-unit"):
        Measurement(in_a_row([1, 1]), THIGH, maps={"t2": in_a_row([0.25, 0.75], dtype=float)}).rows()


def test_fat_outside_the_muscles_does_not_decide_the_unit(in_a_row):
    values = in_a_row([0.2, 0.4, 97.0], dtype=float)
    assert Measurement(in_a_row([1, 1, 0]), THIGH, maps={"ff": values}).rows()[0].ff_mean_percent == pytest.approx(30.0)


def test_a_map_in_permille_is_refused(in_a_row):
    with pytest.raises(MuscleSegError, match="not in percent"):
        Measurement(in_a_row([1, 1]), THIGH, maps={"ff": in_a_row([300, 500], dtype=np.int16)}).rows()


def test_a_map_of_another_place_is_refused(in_a_row):
    with pytest.raises(MuscleSegError, match="do not overlap"):
        Measurement(in_a_row([1, 1]), THIGH, maps={"ff": in_a_row([30, 50], first_mm=100.0)}).rows()


def test_a_map_of_another_name_is_refused(in_a_row):
    with pytest.raises(MuscleSegError, match="no map called fat: maps are called ff, mtr, t2"):
        Measurement(in_a_row([1]), THIGH, maps={"fat": in_a_row([30])}).rows()


def test_the_eleven_muscles_have_their_own_names_and_no_side(in_a_row):
    rows = Measurement(in_a_row([6, 8]), scheme("huashan11")).rows()
    assert [row.label for row in rows] == list(range(1, 12))
    assert {row.side for row in rows} == {None}
    assert [row.muscle for row in rows if row.volume_cm3] == ["adductor magnus", "biceps femoris long head"]


def test_a_structure_of_no_region_of_ours_is_measured_as_other(in_a_row):
    rows = Measurement(in_a_row([6171], dtype=np.uint16), scheme("musclemap")).rows()
    assert [(row.region, row.side, row.muscle) for row in rows] == [("other", "left", "femur")]
