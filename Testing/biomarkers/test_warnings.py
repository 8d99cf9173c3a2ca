"""Every warning, once where it is due and once where it is not."""

from dataclasses import replace

import numpy as np
import pytest

from MuscleSegLib.anatomy import scheme
from MuscleSegLib.biomarkers import Measurement
from MuscleSegLib.volume import Volume

THIGH = scheme("thigh")


@pytest.fixture
def a_block(on_grid):
    """Rectus femoris (4) as 10 x 10 voxels in slices 1 to 4 of six, clear of every edge."""
    array = np.zeros((6, 20, 20), dtype=np.uint8)
    array[1:5, 5:15, 5:15] = 4
    return on_grid(array, (1, 1, 2))


def filled(labels, value, outside=None):
    """A map of one value in the muscle, and of another (or the same) around it."""
    array = np.where(labels.array == 4, float(value), float(value if outside is None else outside))
    return Volume(array, labels.geometry)


def warnings_of(labels, maps=None, **options):
    return Measurement(labels, THIGH, maps=maps or {}, **options).rows()[3].warnings


def test_nothing_is_said_of_a_lean_muscle_that_is_all_there(a_block):
    maps = {"ff": filled(a_block, 8), "mtr": filled(a_block, 45), "t2": filled(a_block, 38)}
    assert warnings_of(a_block, maps, units={"ff": "percent", "mtr": "percent", "t2": "ms"}) == ""


def test_a_unit_that_nobody_states_is_named_in_every_row(a_block):
    maps = {"ff": filled(a_block, 0.08), "mtr": filled(a_block, 45), "t2": filled(a_block, 0.038)}
    text = "FF taken as fraction (assumed). MTR taken as percent (assumed). T2 taken as s (assumed)."
    assert warnings_of(a_block, maps) == text


@pytest.mark.parametrize(("slices", "is_warned"), [(4, True), (5, False)])
def test_a_map_that_covers_less_than_90_percent(a_block, slices, is_warned):
    part = Volume(np.full((slices, 20, 20), 8.0), replace_shape(a_block, slices))
    # The muscle's last slice is number 4: four slices of the map show three of its four.
    assert ("The FF map covers 75 % of it." in warnings_of(a_block, {"ff": part})) is is_warned


def replace_shape(volume, slices):
    return replace(volume.geometry, shape=(slices, 20, 20))


@pytest.mark.parametrize(
    "edge", [np.s_[0, 8, 8], np.s_[5, 8, 8], np.s_[2, 0, 8], np.s_[2, 19, 8], np.s_[2, 8, 0], np.s_[2, 8, 19]]
)
def test_a_muscle_that_is_cut(a_block, edge):
    array = a_block.array.copy()
    array[edge] = 4
    row = Measurement(Volume(array, a_block.geometry), THIGH).rows()[3]
    assert row.volume_is_partial
    assert "Cut by the field of view" in row.warnings
    assert Measurement(a_block, THIGH).rows()[3].volume_is_partial is False


@pytest.mark.parametrize(("percent", "is_warned"), [(20.0, False), (21.0, True)])
def test_a_fatty_muscle(a_block, percent, is_warned):
    maps = {"ff": filled(a_block, percent), "mtr": filled(a_block, 30), "t2": filled(a_block, 60)}
    text = warnings_of(a_block, maps)
    for sentence in ("FF above 20 %", "MTR is lowered by fat", "T2 is prolonged by fat"):
        assert (sentence in text) is is_warned


def test_the_mtr_of_a_fatty_muscle_is_given_without_its_fat(a_block):
    row = Measurement(a_block, THIGH, maps={"ff": filled(a_block, 40), "mtr": filled(a_block, 27)}).rows()[3]
    assert row.mtr_mean_percent == 27
    assert row.mtr_fat_corrected_percent == pytest.approx(27 / 0.6)


def test_without_a_fat_fraction_or_without_water_no_mtr_is_corrected(a_block):
    mtr = filled(a_block, 27)
    assert Measurement(a_block, THIGH, maps={"mtr": mtr}).rows()[3].mtr_fat_corrected_percent is None
    assert (
        Measurement(a_block, THIGH, maps={"ff": filled(a_block, 90), "mtr": mtr}).rows()[3].mtr_fat_corrected_percent
        is None
    )


@pytest.mark.parametrize(("around", "is_warned"), [(90.0, True), (9.0, False)])
def test_a_contour_on_which_the_fat_fraction_hangs(a_block, around, is_warned):
    row = Measurement(a_block, THIGH, maps={"ff": filled(a_block, 8, outside=around)}).rows()[3]
    # 40 voxels around the 100 of a slice are added
    assert row.ff_dilated_percent == pytest.approx((100 * 8 + 40 * around) / 140)
    assert row.ff_eroded_percent == pytest.approx(8)
    assert ("One voxel of contour moves FF" in row.warnings) is is_warned


@pytest.mark.parametrize(
    ("name", "value", "excluded"),
    [
        *(("ff", np.nan, 1), ("ff", 130.0, 1), ("ff", -30.0, 1), ("ff", -3.0, 0), ("ff", 103.0, 0)),
        *(("mtr", np.inf, 1), ("t2", 0.0, 1), ("t2", -5.0, 1), ("t2", np.nan, 1), ("t2", 0.5, 0)),
    ],
)
def test_values_that_cannot_be_are_excluded_and_counted(a_block, name, value, excluded):
    values = filled(a_block, 10)
    values.array[2, 8, 8] = value
    row = Measurement(a_block, THIGH, maps={name: values}).rows()[3]
    assert getattr(row, f"{name}_excluded_voxels") == excluded
    assert getattr(row, f"{name}_voxels") == 400 - excluded
    assert (f"1 voxel of the {name.upper()} map excluded" in row.warnings) is bool(excluded)


def test_a_swap_of_fat_and_water_in_a_part_or_in_all_of_a_muscle(a_block):
    noise = np.random.default_rng(0).normal(6, 3, a_block.array.shape)
    part, whole = noise.copy(), 100 - noise
    part[:, :, :8] = 100 - part[:, :, :8]
    for values, is_warned in ((noise, False), (part, True), (whole, True)):
        text = warnings_of(a_block, {"ff": Volume(values, a_block.geometry)})
        assert ("Fat and water are likely swapped" in text) is is_warned


def test_fat_infiltration_is_no_swap(a_block):
    spread = np.random.default_rng(0).uniform(0, 100, a_block.array.shape) ** 2 / 100
    assert "swapped" not in warnings_of(a_block, {"ff": Volume(spread, a_block.geometry)})


@pytest.mark.parametrize(("codes", "is_warned"), [(range(1, 7), True), (range(1, 11), False), (range(1, 4), False)])
def test_labels_of_the_other_region(in_a_row, codes, is_warned):
    text = Measurement(in_a_row([0, *codes, 0]), THIGH).rows()[0].warnings
    assert ("likely labels of the calf, not of the thigh" in text) is is_warned


def test_labels_of_a_calf_are_not_suspected_to_be_a_thigh_s(in_a_row):
    assert "likely labels" not in Measurement(in_a_row([0, *range(1, 7), 0]), scheme("calf")).rows()[0].warnings


@pytest.mark.parametrize(
    ("patient", "frame", "is_warned"),
    [("B", "1.2", "Of different patients"), ("A", "1.3", "Of different DICOM frames of reference"), ("A", "1.2", "")],
)
def test_maps_of_somebody_else_or_of_another_frame_of_reference(a_block, patient, frame, is_warned):
    maps = {
        "ff": replace(filled(a_block, 8), patient="A", frame_of_reference="1.2"),
        "t2": replace(filled(a_block, 38), patient=patient, frame_of_reference=frame),
    }
    text = warnings_of(a_block, maps)
    assert is_warned in text
    assert ("different" in text) is bool(is_warned)


@pytest.mark.parametrize(("patient", "is_warned"), [("B", True), ("A", False)])
def test_a_water_image_of_somebody_else(a_block, patient, is_warned):
    fat, water = replace(filled(a_block, 1), patient="A"), replace(filled(a_block, 9), patient=patient)
    text = warnings_of(a_block, {"ff": filled(a_block, 10)}, fat_water=(fat, water))
    assert ("Of different patients, as their DICOM headers say: fat image, water image." in text) is is_warned
