"""Numbers that are published with real scans, or that nibabel and NumPy give for them."""

import nibabel
import numpy as np
import pytest

from MuscleSegLib.anatomy import scheme
from MuscleSegLib.biomarkers import Measurement, merge_labels
from MuscleSegLib.maps import fat_fraction
from MuscleSegLib.volume import canonical, read_labels, read_volume

# The table of the repository that the scans come from (Hirriririir/Rapid-automatic-fat-quantification-for-thigh-muscle-
# degeneration): fractions, for its labels 1 to 11 in their order.
PUBLISHED = {
    "Thigh_001": (
        *(0.182836, 0.537026, 0.309223, 0.343359, 0.300494, 0.648822),
        *(0.235308, 0.639768, 0.649394, 0.617633, 0.418268),
    ),
    "Thigh_003": (
        *(0.205246, 0.215608, 0.330503, 0.369018, 0.349797, 0.224268),
        *(0.127358, 0.325287, 0.201906, 0.266562, 0.198464),
    ),
}


def read_patient(shared_data, name):
    """Return labels and fat fraction of a patient with both thighs, heavily replaced by fat."""
    stem = str(shared_data / "thigh_cases" / name)
    labels, _ = read_labels(f"{stem}_labels.nii.gz")
    return labels, fat_fraction(read_volume(f"{stem}_0000.nii.gz"), read_volume(f"{stem}_0001.nii.gz"))


@pytest.fixture(scope="module")
def patient(shared_data):
    return read_patient(shared_data, "Thigh_001")


@pytest.fixture(scope="module")
def rows(patient):
    labels, fraction = patient
    return {row.muscle: row for row in Measurement(labels, scheme("huashan11"), maps={"ff": fraction}).rows()}


@pytest.mark.parametrize("name", PUBLISHED)
def test_all_eleven_published_fat_fractions_are_reproduced_to_four_decimals(shared_data, name):
    labels, fraction = read_patient(shared_data, name)
    rows = Measurement(labels, scheme("huashan11"), maps={"ff": fraction}).rows()
    assert [row.label for row in rows] == list(range(1, 12))
    assert [round(row.ff_mean_percent / 100, 4) for row in rows] == [round(value, 4) for value in PUBLISHED[name]]


def test_both_fat_fractions_of_a_fatty_muscle_are_given(patient, shared_data):
    labels, fraction = patient
    fat_water = tuple(read_volume(shared_data / "thigh_cases" / f"Thigh_001_{end}.nii.gz") for end in ("0000", "0001"))
    rows = Measurement(labels, scheme("huashan11"), maps={"ff": fraction}, fat_water=fat_water).rows()
    (vastus,) = [row for row in rows if row.abbreviation == "VM"]
    # Measured before with another program: five points apart.
    assert vastus.ff_mean_percent == pytest.approx(30.0, abs=0.06)
    assert vastus.ff_ratio_of_sums_percent == pytest.approx(35.2, abs=0.06)


def test_all_eleven_fat_fractions_and_volumes_are_those_of_nibabel_and_numpy(rows, shared_data):
    stem = str(shared_data / "thigh_cases" / "Thigh_001_")
    fat, water, labels = (nibabel.load(f"{stem}{end}.nii.gz") for end in ("0000", "0001", "labels"))
    fat_signal, water_signal, values = fat.get_fdata(), water.get_fdata(), np.asarray(labels.dataobj)
    voxel_cm3 = np.prod(labels.header.get_zooms()) / 1000
    assert len(rows) == 11
    for row in rows.values():
        inside = (values == row.label) & (fat_signal + water_signal > 0)
        fractions = 100 * fat_signal[inside] / (fat_signal[inside] + water_signal[inside])
        assert row.ff_mean_percent == pytest.approx(fractions.mean(), abs=1e-5)
        assert row.ff_sd_percent == pytest.approx(fractions.std(ddof=1), abs=1e-5)
        assert row.ff_median_percent == pytest.approx(np.median(fractions), abs=1e-5)
        assert row.volume_cm3 == pytest.approx((values == row.label).sum() * voxel_cm3, rel=1e-5)


def test_a_map_stored_the_other_way_round_gives_the_same_numbers(patient, rows):
    labels, fraction = patient
    turned = canonical(fraction)
    assert turned.geometry.axis_codes != fraction.geometry.axis_codes
    for row in Measurement(labels, scheme("huashan11"), maps={"ff": turned}).rows():
        assert row.ff_mean_percent == pytest.approx(rows[row.muscle].ff_mean_percent, rel=1e-9)


def test_merged_heads_have_the_volume_of_both(patient, rows):
    labels, _ = patient
    merged = Measurement(merge_labels(labels, scheme("huashan11"), "thigh"), scheme("thigh")).rows()
    both = rows["biceps femoris long head"].volume_cm3 + rows["biceps femoris short head"].volume_cm3
    assert merged[1].volume_cm3 == pytest.approx(both)


def test_a_calf_whose_deep_compartment_was_not_drawn_has_an_empty_row_for_it(shared_data):
    labels, _ = read_labels(shared_data / "calf_cases" / "t1_slice_labels.nii.gz")
    rows = Measurement(labels, scheme("calf")).rows()
    assert len(rows) == 12
    assert [(row.side, row.muscle) for row in rows if row.volume_cm3 is None] == [
        ("right", "deep posterior compartment"),
        ("left", "deep posterior compartment"),
    ]


def test_a_whole_file_of_musclemap_is_measured(shared_data):
    labels, _ = read_labels(shared_data / "whole_leg_labels" / "whole_thigh_upper_calf_1p5mm.nii.gz")
    rows = Measurement(labels, scheme("musclemap")).rows()
    assert {row.region for row in rows} == {"thigh", "calf", "other"}
    in_file = {row.label for row in rows if row.volume_cm3}
    assert in_file == set(np.unique(labels.array).tolist()) - {0}
    # Of thigh and calf every muscle has its row, in the file or not.
    assert sum(row.region == "thigh" for row in rows) == 26
    assert sum(row.region == "calf" for row in rows) == 20
