from pathlib import Path

import numpy as np
import pytest

from MuscleSegLib.anatomy import Side
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.training.legs.label_maps import leg_volume_of, legs_of, person_of
from MuscleSegLib.training.legs.leg_tissues import (
    AIR,
    CANVAS,
    CORTEX,
    FINE,
    INNER_FAT,
    MARROW,
    MUSCLES,
    SUBCUTANEOUS_FAT,
    Proportions,
    complete,
    convex_hull,
    disk,
    find_femur,
)
from MuscleSegLib.volume import Geometry, Segment, Volume, write_labels

SARTORIUS, VASTUS_LATERALIS = 1, 3  # in the huashan11 scheme; 5 and 9 in ours


@pytest.fixture
def two_legs_file(tmp_path):
    """A huashan11 map stored with LPS axes: in both thighs vastus lateralis outside, sartorius inside and in front."""
    geometry = Geometry((5, 80, 130), np.array([[-3.0, 0, 0, 195], [0, -3, 0, 120], [0, 0, 24, -50], [0, 0, 0, 1]]))
    k, j, i = np.indices(geometry.shape)
    x, y, _ = np.moveaxis(geometry.world_from_index(np.stack([i, j, k], axis=-1)), -1, 0)
    array = np.zeros(geometry.shape, np.uint8)
    for direction in (1, -1):  # to the right, to the left
        array[np.hypot(x - direction * 140, y) < 25] = VASTUS_LATERALIS
        array[np.hypot(x - direction * 60, y - 30) < 12] = SARTORIUS
    path = tmp_path / "P_001_0000.nii.gz"
    segments = [Segment(value, str(value), (255, 0, 0)) for value in (SARTORIUS, VASTUS_LATERALIS)]
    write_labels(Volume(array, geometry), path, segments=segments)
    return path


def test_both_legs_look_like_right_legs(two_legs_file):
    legs = dict(legs_of(two_legs_file, whole_adductor=False))

    assert set(legs) == {Side.RIGHT, Side.LEFT}
    for leg in legs.values():
        lateral, medial = (np.argwhere(leg.codes == code).mean(axis=0) for code in (9, 5))
        assert lateral[2] - medial[2] == pytest.approx(80 / 1.5, abs=3)
        assert medial[1] - lateral[1] == pytest.approx(30 / 1.5, abs=3)


def test_a_leg_s_areas_are_those_of_its_file(two_legs_file):
    leg = dict(legs_of(two_legs_file, whole_adductor=False))[Side.LEFT]

    assert (leg.codes[2] == 9).sum() * 1.5**2 == pytest.approx(np.pi * 25**2, rel=0.05)
    assert (leg.fine_codes[2] == 9).sum() * 0.75**2 == pytest.approx(np.pi * 25**2, rel=0.05)


def test_fine_and_coarse_codes_lie_on_each_other(two_legs_file):
    leg = dict(legs_of(two_legs_file, whole_adductor=False))[Side.RIGHT]

    fine, coarse = (np.argwhere(codes[2] == 5).mean(axis=0) + 0.5 for codes in (leg.fine_codes, leg.codes))
    assert fine / FINE == pytest.approx(coarse, abs=0.3)


def test_a_stack_keeps_every_labeled_pixel_and_invents_the_rest(two_legs_file):
    side, leg = next(iter(legs_of(two_legs_file, whole_adductor=False)))

    leg_volume = leg_volume_of(
        two_legs_file, side, leg, person="P", variants=2, seed=3, whole_adductor=False, digest=""
    )

    named = len(leg.fine_codes)
    assert leg_volume.tissues.shape[0] == 2
    assert leg_volume.tissues.shape[2:] == (FINE * CANVAS, FINE * CANVAS)
    for variant in leg_volume.tissues:
        assert np.array_equal(np.where(variant[:named] <= MUSCLES[-1], variant[:named], 0), leg.fine_codes)
        assert {AIR, SUBCUTANEOUS_FAT, INNER_FAT} <= set(np.unique(variant))
    assert not np.array_equal(*leg_volume.tissues)


def test_a_pelvis_without_a_named_muscle_lies_above_the_labels(two_legs_file):
    side, leg = next(iter(legs_of(two_legs_file, whole_adductor=False)))

    leg_volume = leg_volume_of(
        two_legs_file, side, leg, person="P", variants=3, seed=3, whole_adductor=False, digest=""
    )

    highest = np.flatnonzero(leg.codes.any(axis=(1, 2)))[-1]
    length = (leg_volume.tissues.shape[1] - 1 - highest) * leg_volume.spacing_mm
    assert length == pytest.approx(100, abs=leg_volume.spacing_mm / 2)
    for variant in leg_volume.tissues:
        assert variant[highest + 1 :].max(initial=0) > MUSCLES[-1]
        assert not np.isin(variant[highest + 1 :], list(MUSCLES)).any()
        # cut off at the midline, medial of the leg
        assert not variant[-1][:, 0].any()
        assert variant[-1].any(axis=0).mean() > 0.4


def test_the_same_seed_makes_the_same_stack(two_legs_file):
    side, leg = next(iter(legs_of(two_legs_file, whole_adductor=False)))

    first, again = (
        leg_volume_of(two_legs_file, side, leg, person="P", variants=1, seed=3, whole_adductor=False, digest="").tissues
        for _ in range(2)
    )

    assert np.array_equal(first, again)


@pytest.mark.parametrize(
    ("names", "other"),
    [
        (("THIGH_022_0001.nii.gz", "THIGH_022_0002.nii.gz"), "THIGH_024_0001.nii.gz"),
        (("HV002_2_0000.nii.gz", "HV002_3_0001.nii.gz"), "HV003_2_0000.nii.gz"),
        (("sub-01_ses-1_T1w_labels.nii.gz", "sub-01_ses-2_T1w_labels.nii.gz"), "sub-02_ses-1_T1w_labels.nii.gz"),
        (("VHF_Left.nii.gz", "VHF_Right.nii.gz"), "VHM_Left.nii.gz"),
        (("left_HV7_labels.nii.gz", "left_HV7_0001.nii.gz"), "left_HV8_labels.nii.gz"),
    ],
)
def test_two_scans_of_a_person_are_one_person(names, other):
    person, again = (person_of(Path(name)) for name in names)

    assert person == again
    assert person != person_of(Path(other))


def test_a_pattern_tells_whose_scans_are_called_otherwise():
    assert person_of(Path("2024-01-03_scan_MS17_b.nii.gz"), r"_(MS\d+)_") == "MS17"
    assert {person_of(Path(f"calf_{number:02}_labels.nii.gz"), "calf") for number in range(1, 32)} == {"calf"}
    with pytest.raises(MuscleSegError, match="finds nobody in the name of"):
        person_of(Path("other.nii.gz"), r"MS\d+")


def test_the_femur_is_found_in_the_hole_of_the_vasti():
    center = np.array([90.0, 70.0])
    codes = np.zeros((6, CANVAS, CANVAS), np.uint8)
    codes[:, disk(center, 30)] = 8
    codes[:, disk(center, 9)] = 0

    femur = find_femur(codes, 24.0)

    assert femur is not None
    assert np.abs(femur.centers - center).max() < 2
    assert femur.radii[-1] * 1.5 == pytest.approx(9 * 1.5, abs=2)


def test_bone_becomes_a_shell_of_cortex_around_marrow():
    codes = np.zeros((1, CANVAS, CANVAS), np.uint8)
    codes[0, disk(np.array([80.0, 80.0]), 40)] = 9
    codes[0, disk(np.array([80.0, 80.0]), 15)] = 255
    rng = np.random.default_rng(0)

    tissues = complete(codes, None, Proportions.draw(rng), rng)[0]

    assert tissues[80, 80] == MARROW
    assert tissues[80, 80 + 15] == CORTEX


def test_a_convex_hull_fills_what_lies_between():
    mask = np.zeros((20, 20), dtype=bool)
    mask[[2, 2, 17, 17], [3, 16, 3, 16]] = True

    hull = convex_hull(mask)

    assert hull[2:18, 3:17].all()
    assert hull.sum() == 16 * 14


def test_two_pixels_have_no_hull_but_themselves():
    mask = np.zeros((5, 5), dtype=bool)
    mask[1, 1] = mask[3, 3] = True

    assert np.array_equal(convex_hull(mask), mask)


def test_the_real_label_maps_give_both_legs_with_the_femur_inside(shared_data):
    for side, leg in legs_of(shared_data / "thigh_labels" / "THIGH_054_0003.nii.gz", whole_adductor=True):
        femur = find_femur(leg.codes, leg.spacing_mm)
        middle = len(leg.codes) // 2

        assert femur is not None, side
        row, column = femur.centers[middle].round().astype(int)
        assert leg.codes[middle, row, column] == 0
        assert convex_hull(leg.codes[middle] == 8)[row, column]
