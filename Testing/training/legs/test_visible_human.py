"""Legs of the Visible Human to learn from: which are whole, and what their values become."""

import numpy as np
import pytest

from MuscleSegLib.anatomy import Side
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.training.legs.label_maps import legs_of
from MuscleSegLib.training.legs.label_set import LabelSet
from MuscleSegLib.training.legs.leg_tissues import BONE, OTHER_MUSCLES
from MuscleSegLib.training.legs.visible_human import MUSCLES, TIBIA, is_whole
from MuscleSegLib.volume import Geometry, Segment, Volume, write_labels

ADDUCTORS = (11, 12, 13)  # magnus, longus and brevis
PLANTARIS = 42


def write_leg(path, values):
    """Write a leg in which each value is a block of 12 x 20 mm, side by side, in six slices of 6 mm."""
    labels = np.zeros((6, 30, 12 * len(values) + 20), np.uint8)
    for number, value in enumerate(values):
        labels[:, 5:25, 10 + 12 * number : 22 + 12 * number] = value
    segments = [Segment(value, f"structure {value}", (value, 0, 0)) for value in values]
    write_labels(Volume(labels, Geometry(labels.shape, np.diag([1.0, 1, 6, 1]))), path, segments=segments)
    return path


@pytest.mark.parametrize("region", ["thigh", "calf"])
def test_a_leg_without_a_muscle_of_the_region_is_not_whole(region):
    whole = {*MUSCLES[region], TIBIA}
    assert is_whole(whole, LabelSet(region))
    assert not any(is_whole(whole - {muscle}, LabelSet(region)) for muscle in MUSCLES[region])


def test_a_calf_needs_its_tibia_and_a_thigh_does_not():
    assert not is_whole(MUSCLES["calf"], LabelSet("calf"))
    assert is_whole(MUSCLES["thigh"], LabelSet("thigh"))


def test_all_three_adductors_are_the_adductor_and_the_file_says_the_side(tmp_path):
    path = write_leg(tmp_path / "X_Left_labels.nii.gz", [*MUSCLES["thigh"], 14])
    ((side, leg),) = legs_of(path, "thigh", whole_adductor=True)
    assert side is Side.LEFT
    assert leg.names_adductors
    assert not leg.has_bones
    areas = np.bincount(leg.codes.ravel(), minlength=256)
    assert areas[1] == pytest.approx(len(ADDUCTORS) * areas[3], rel=0.05)  # gracilis is one block
    assert areas[list(OTHER_MUSCLES)].sum() > 0  # pectineus


def test_a_calf_s_tibia_is_bone_and_its_plantaris_another_muscle(tmp_path):
    path = write_leg(tmp_path / "X_Right_labels.nii.gz", [TIBIA, PLANTARIS, *MUSCLES["calf"]])
    ((side, leg),) = legs_of(path, "calf", whole_adductor=True)
    assert side is Side.RIGHT
    assert leg.has_bones
    assert (leg.codes == BONE).any()
    assert set(np.unique(leg.codes)) & set(OTHER_MUSCLES)


def test_a_thigh_s_map_is_no_calf_to_learn_from(tmp_path):
    path = write_leg(tmp_path / "P.nii.gz", [1, 2, 3])
    with pytest.raises(MuscleSegError, match=r"P\.nii\.gz names muscles of the thigh"):
        list(legs_of(path, "calf", whole_adductor=True))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "regions"),
    [("VHF_Left", {"thigh", "calf"}), ("VHF_Right", {"calf"}), ("VHM_Left", {"thigh"}), ("VHM_Right", set())],
)
def test_the_real_legs_are_those_that_its_readme_calls_whole(shared_data, name, regions):
    path = shared_data / "visible_human" / f"{name}_labels_1x1x2mm.nii.gz"
    whole = {region for region in MUSCLES for _ in legs_of(path, region, whole_adductor=True)}
    assert whole == regions
