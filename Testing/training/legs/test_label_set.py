"""Legs with fine labels: classes of single muscles, and what a source does not tell."""

import numpy as np
import pytest

from MuscleSegLib.anatomy import Side
from MuscleSegLib.training.legs.label_maps import huashan_codes, leg_volume_of, legs_of
from MuscleSegLib.training.legs.label_set import LabelSet
from MuscleSegLib.training.legs.leg_tissues import MUSCLES, OTHER_MUSCLES, UNCERTAIN, UNNAMED_MUSCLES
from MuscleSegLib.training.legs.scans import scan_leg_volumes

THIGH, CALF = LabelSet("thigh", is_fine=True), LabelSet("calf", is_fine=True)


@pytest.mark.parametrize(("label_set", "first", "count"), [(THIGH, 31, 16), (CALF, 51, 11), (LabelSet("calf"), 1, 6)])
def test_classes_are_the_codes_in_their_order(label_set, first, count):
    assert label_set.codes == list(range(first, first + count))


def test_a_class_s_parent_is_one_of_the_ten_or_six_or_none():
    """Adductors 1, BF heads 2, pectineus and TFL none; EDL and EHL 1, popliteus 2, plantaris none."""
    assert THIGH.parents(np.array([0, 1, 2, 3, 4, 5, 6, 14, 15], np.uint8)).tolist() == [0, 1, 1, 1, 2, 2, 3, 0, 0]
    assert CALF.parents(np.array([1, 2, 3, 10, 11], np.uint8)).tolist() == [1, 1, 5, 2, 0]


@pytest.mark.parametrize(("value", "code"), [(6, 31), (8, 34), (11, 35), (1, 38)])
def test_an_11_muscle_map_tells_the_heads_and_the_magnus(value, code):
    assert huashan_codes(np.array([value]), THIGH).tolist() == [THIGH.codes.index(code) + 1]


def test_whole_muscles_of_a_calf_s_map_are_learned_and_divided_ones_are_not():
    """Anterior and deep compartment (1, 2) have parts; GL, GM, peronei and soleus (3 to 6) are fine muscles."""
    assert {code: CALF.codes[number - 1] for code, number in CALF.only_children().items()} == {
        3: 59,
        4: 58,
        5: 53,
        6: 57,
    }


@pytest.mark.slow
def test_a_real_patch_teaches_its_single_muscles(shared_data):
    path = shared_data / "real_patches" / "calf_01_labels.nii.gz"
    (leg,) = scan_leg_volumes(path, CALF, whole_adductor=True, digest="")
    assert {1, 2, 3, 4, 5, 6, 7, 8, 9} <= {*np.unique(leg.tissues).tolist()}  # of TA to GL; popliteus is further up


@pytest.mark.slow
def test_a_compartment_drawn_whole_teaches_none_of_its_parts(shared_data):
    path = shared_data / "calf_cases" / "t1_slice_labels.nii.gz"
    for leg in scan_leg_volumes(path, CALF, whole_adductor=True, digest=""):
        present = {*np.unique(leg.tissues).tolist()} & {*MUSCLES}
        assert present == {3, 7, 8, 9}
        assert UNCERTAIN in leg.tissues


@pytest.mark.slow
def test_a_map_without_some_fine_muscles_has_none_of_them_as_background(shared_data):
    """An 11-muscle map does not name pectineus, TFL and longus: what is invented around its labels may be them."""
    path = shared_data / "thigh_labels" / "THIGH_112_0001.nii.gz"
    side, leg = next(iter(legs_of(path, "thigh", whole_adductor=True, is_fine=True)))
    settings = {"person": "P", "variants": 1, "seed": 1, "whole_adductor": True, "digest": ""}
    tissues = leg_volume_of(path, side, leg, **settings).tissues
    assert np.isin(tissues, UNNAMED_MUSCLES).any()
    assert not np.isin(tissues, OTHER_MUSCLES).any()


@pytest.mark.slow
@pytest.mark.parametrize(("name", "is_whole"), [("VHF_Left", True), ("VHF_Right", False)])
def test_a_leg_without_one_fine_muscle_is_left_out(name, is_whole, shared_data):
    """VHF_Right has no long head of the biceps femoris."""
    path = shared_data / "visible_human" / f"{name}_labels_1x1x2mm.nii.gz"
    legs = list(legs_of(path, "thigh", whole_adductor=True, is_fine=True))
    assert [side for side, _ in legs] == [Side.LEFT] * is_whole
    for _, leg in legs:
        assert {*range(1, 17)} <= {*np.unique(leg.codes).tolist()}
