"""Fine muscles: codes for ever, parents, coded terms, colors and tables."""

import itertools

import numpy as np
import pytest
from pydicom.sr._concepts_dict import concepts

from MuscleSegLib.anatomy import FINE_MUSCLES, FINE_REGIONS, REGIONS, Side, labels_of, scheme
from Testing.anatomy.test_colors import FIVE_JUST_NOTICEABLE, MID_GRAY, VISION, lab

CODES = {
    "thigh-fine": {
        31: "adductor magnus",
        32: "adductor longus",
        33: "adductor brevis",
        34: "biceps femoris long head",
        35: "biceps femoris short head",
        36: "gracilis",
        37: "rectus femoris",
        38: "sartorius",
        39: "semimembranosus",
        40: "semitendinosus",
        41: "vastus intermedius",
        42: "vastus lateralis",
        43: "vastus medialis",
        44: "pectineus",
        45: "tensor fasciae latae",
        46: "gluteus maximus",
    },
    "calf-fine": {
        51: "tibialis anterior",
        52: "extensor digitorum longus and extensor hallucis longus",
        53: "peroneus longus and brevis",
        54: "tibialis posterior",
        55: "flexor digitorum longus",
        56: "flexor hallucis longus",
        57: "soleus",
        58: "gastrocnemius medialis",
        59: "gastrocnemius lateralis",
        60: "popliteus",
        61: "plantaris",
    },
    "hip": {
        71: "gluteus medius",
        72: "gluteus minimus",
        73: "iliacus",
        74: "psoas major",
        75: "obturator externus",
        76: "obturator internus",
        77: "quadratus femoris",
        78: "piriformis",
        79: "gemellus superior",
        80: "gemellus inferior",
    },
}
"""Label maps out in the world hold these: a change here is an error there."""

# By hand, from anatomy: what the ten and six hold.
PARENTS = {
    "adductor": {31, 32, 33},
    "biceps femoris": {34, 35},
    "anterior compartment": {51, 52},
    "deep posterior compartment": {54, 55, 56, 60},
    "lateral compartment": {53},
    **{"gracilis": {36}, "rectus femoris": {37}, "sartorius": {38}, "semimembranosus": {39}, "semitendinosus": {40}},
    **{"vastus intermedius": {41}, "vastus lateralis": {42}, "vastus medialis": {43}},
    **{"soleus": {57}, "gastrocnemius medialis": {58}, "gastrocnemius lateralis": {59}},
}
IN_NONE = {44, 45, 46, 61, *range(71, 81)}

fine_sets = pytest.mark.parametrize("fine", FINE_REGIONS, ids=lambda fine: fine.name)


@pytest.mark.parametrize("name", CODES)
def test_codes_are_fixed_and_the_left_leg_adds_100(name):
    labels = labels_of(name, two_legs=True)
    right = {label.value: label.muscle for label in labels if label.side is Side.RIGHT}
    left = {label.value - 100: label.muscle for label in labels if label.side is Side.LEFT}
    assert right == left == CODES[name]


def test_all_sets_together_have_every_code_once():
    values = [label.value for label in labels_of("lower-limb-fine", two_legs=False)]
    assert values == [code for codes in CODES.values() for code in codes]


@fine_sets
def test_no_code_is_one_of_todays_labels(fine):
    today = {label.value for name in ("thigh", "calf", "lower-limb") for label in labels_of(name, two_legs=True)}
    values = {label.value for label in fine.labels(two_legs=True)}
    assert not values & today
    assert max(values) < 255


def test_every_fine_muscle_has_its_parent_or_says_that_it_has_none():
    labels = labels_of("lower-limb-fine", two_legs=False)
    by_parent = {}
    for label in labels:
        by_parent.setdefault(label.parent, set()).add(label.value)
    assert by_parent.pop("") == IN_NONE
    assert by_parent == PARENTS
    assert all("in none of the muscles" in label.note for label in labels if not label.parent)


@fine_sets
def test_a_whole_muscle_is_named_colored_and_coded_as_its_parent(fine):
    ours = {(label.region, label.code): label for region in REGIONS for label in region.labels(two_legs=False)}
    for label in fine.labels(two_legs=False):
        parent = ours.get((label.region, label.code))
        if parent is not None and {*parent.singles} == {*label.singles}:
            assert (label.color, label.terminology) == (parent.color, parent.terminology)


@pytest.mark.parametrize(
    "muscle", [each for each in FINE_MUSCLES if each.concept[0] == "MDC"], ids=lambda muscle: str(muscle.name)
)
def test_a_code_of_dicoms_list_means_what_the_list_says(muscle):
    meanings = {value: meaning for codes in concepts["MDC"].values() for value, (meaning, _) in codes.items()}
    assert meanings[muscle.concept[1]] == muscle.concept[2]


def test_no_two_fine_muscles_share_a_term_and_each_names_its_source():
    assert len({muscle.concept[:2] for muscle in FINE_MUSCLES}) == len(FINE_MUSCLES)
    assert all(muscle.concept_source for muscle in FINE_MUSCLES)
    private = [muscle for muscle in FINE_MUSCLES if muscle.concept[0] == "99MUSCLESEG"]
    assert [muscle.code for muscle in private] == [52]
    assert all("none published" in muscle.concept_source for muscle in private)


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("name", CODES)
def test_any_two_fine_muscles_and_the_image_are_told_apart(name, vision):
    muscles = next(fine.muscles for fine in FINE_REGIONS if fine.name == name)
    colors = {str(muscle.name): lab(muscle.color, vision) for muscle in muscles} | {"image": lab(MID_GRAY, vision)}
    for (first, color), (second, other) in itertools.combinations(colors.items(), 2):
        assert np.linalg.norm(color - other) > FIVE_JUST_NOTICEABLE, (first, second)


@fine_sets
def test_a_fine_set_is_a_scheme_with_a_row_for_each_muscle(fine):
    assert len(scheme(fine.name).labels_in(())) == len(fine.muscles)
    assert len(scheme(fine.name).labels_in({fine.muscles[0].code + 100})) == 2 * len(fine.muscles)
