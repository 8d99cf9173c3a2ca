"""Label schemes of other tools, to our ten and six, and to our fine muscles."""

import json

import pytest

from MuscleSegLib.anatomy import SCHEMES, scheme, schemes_that_know

# By hand, from the lists of names: value there, our value of the ten and six, and of the fine muscles; 0 for none.
CROSSWALKS = {
    "cascade13": (
        "thigh",
        [4, 9, 8, 10, 5, 3, 2, 7, 6, 1, 1, 1, 0],
        [37, 42, 41, 43, 38, 36, 0, 40, 39, 0, 32, 0, 46],
    ),
    "cascade9": ("calf", [4, 3, 6, 2, 2, 2, 5, 1, 1], [58, 59, 57, 55, 56, 54, 53, 51, 52]),
    "dafne-thigh": (
        "thigh",
        [9, 10, 8, 4, 5, 3, 1, 6, 7, 2, 2, 1],
        [42, 43, 41, 37, 38, 36, 31, 39, 40, 34, 35, 32],
    ),
    "dafne-leg": ("calf", [6, 4, 3, 1, 1, 5], [57, 58, 59, 51, 52, 53]),
    "huashan11": ("thigh", [5, 4, 9, 8, 10, 1, 3, 2, 7, 6, 2], [38, 37, 42, 41, 43, 31, 36, 34, 40, 39, 35]),
    "totalsegmentator-thigh": ("thigh", [*(0,) * 6, 105, 5, *(0,) * 10], [*(0,) * 6, 138, 38, *(0,) * 10]),
}


@pytest.mark.parametrize("name", CROSSWALKS)
def test_a_scheme_becomes_our_muscles_and_our_fine_muscles(name):
    region, coarse, fine = CROSSWALKS[name]
    assert list(scheme(name).to_region(region).values()) == coarse
    assert list(scheme(name).to_region(f"{region}-fine").values()) == fine


def test_the_visible_humans_muscles_are_those_of_its_file_and_have_a_fine_muscle_each(shared_data):
    published = json.loads((shared_data / "visible_human" / "labels.json").read_text())
    spelled = {"Illiacus": "iliacus", "SuperiorGemellus": "gemellus superior", "InferiorGemellus": "gemellus inferior"}
    spelled |= {"GastrocnemiusMedial": "gastrocnemius medialis", "GastrocnemiusLateral": "gastrocnemius lateralis"}
    spelled |= {f"BicepsFemoris{head}": f"biceps femoris {head.lower()} head" for head in ("Long", "Short")}
    names = {label.value: label.muscle for label in scheme("visible-human").labels}
    for name, value in published.items():
        words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()
        assert names.pop(value) == spelled.get(name, words)
    assert not names
    fine = scheme("visible-human").to_region("lower-limb-fine")
    assert all(fine[value] for value in published.values() if value < 50)
    # Both long extensors of the toes are one fine muscle; all others are told apart.
    assert len({code for code in fine.values() if code}) == 37


def test_what_training_takes_of_the_visible_human_is_what_the_scheme_says():
    from MuscleSegLib.training.legs.visible_human import MUSCLES

    for region, codes in MUSCLES.items():
        table = scheme("visible-human").to_region(region)
        assert {value: code for value, code in table.items() if code} == dict(codes)


def test_the_34_muscles_are_numbered_alphabetically_and_have_a_fine_muscle_each():
    labels = scheme("sheffield34").labels
    names = [label.muscle for label in labels]
    assert len(names) == 34
    assert names == sorted(names)
    fine = scheme("sheffield34").to_region("lower-limb-fine")
    assert all(fine.values())
    assert (fine[1], fine[5], fine[16], fine[20]) == (33, 34, 73, 53)


@pytest.mark.parametrize(
    "label_scheme", [each for each in SCHEMES if each.name != "hip"], ids=lambda label_scheme: label_scheme.name
)
def test_parts_of_a_fine_muscle_are_parts_of_its_parent(label_scheme):
    coarse, fine = label_scheme.to_region("lower-limb"), label_scheme.to_region("lower-limb-fine")
    parents = scheme("lower-limb-fine").to_region("lower-limb")
    for value, code in fine.items():
        if code:
            assert coarse[value] == parents[code]


def test_a_structure_with_a_muscle_beside_ours_says_so():
    notes = {label.value: label.note for label in scheme("cascade13").labels}
    assert notes[10] == "with pectineus, no part of the adductor"
    assert notes[12] == "with quadratus femoris, no part of the adductor"


def test_values_that_any_small_map_has_propose_no_new_scheme():
    assert [each.name for each in schemes_that_know({11})] == ["huashan11"]
    assert [each.name for each in schemes_that_know({31, 137})] == ["thigh-fine", "lower-limb-fine"]


def test_thigh_and_calf_of_another_scheme_become_one_map():
    table = scheme("musclemap").to_region("lower-limb")
    assert (table[7202], table[7101], table[8132], table[8191], table[6171]) == (1, 109, 26, 121, 0)
