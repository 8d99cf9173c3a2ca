import csv

import pytest

from MuscleSegLib.anatomy import Side, scheme, schemes_that_know
from MuscleSegLib.errors import MuscleSegError


def values(labels):
    return [label.value for label in labels]


def test_a_scheme_is_found_by_its_name_and_an_unknown_one_refused_with_the_known_ones():
    assert scheme("calf").region == "calf"
    with pytest.raises(MuscleSegError, match="thigh, calf, lower-limb, huashan11, musclemap"):
        scheme("totalsegmentator")


def test_one_leg_has_ten_labels_without_a_side():
    labels = scheme("thigh").labels_in({1, 4})
    assert values(labels) == list(range(1, 11))
    assert {label.side for label in labels} == {None}


def test_any_left_label_makes_it_two_legs():
    labels = scheme("thigh").labels_in({104})
    assert values(labels) == [*range(1, 11), *range(101, 111)]


def test_thigh_and_calf_in_one_map_have_codes_that_stay_apart_and_rows_of_both():
    thigh_and_calf, two = (scheme("lower-limb").labels_in(some) for some in ({21}, {5, 126}))

    assert values(thigh_and_calf) == [*range(1, 11), *range(21, 27)]
    assert values(two) == [*range(1, 11), *range(21, 27), *range(101, 111), *range(121, 127)]
    assert [label.region for label in thigh_and_calf] == ["thigh"] * 10 + ["calf"] * 6


@pytest.mark.parametrize(("region", "codes"), [("thigh", range(1, 11)), ("calf", range(1, 7))])
def test_either_part_of_thigh_and_calf_has_our_codes_of_its_region(region, codes):
    table = {value: code for value, code in scheme("lower-limb").to_region(region).items() if code}

    offset = 20 if region == "calf" else 0
    assert table == {code + offset + left: code + left for code in codes for left in (0, 100)}


def test_an_empty_map_of_one_region_still_has_every_row():
    assert len(scheme("calf").labels_in(())) == 6
    assert len(scheme("huashan11").labels_in(())) == 11


def test_a_whole_body_scheme_has_every_muscle_of_the_regions_that_are_there_and_else_what_is_there():
    labels = scheme("musclemap").labels_in({7101, 6171})  # left vastus lateralis, left femur
    assert len(labels) == 13 * 2 + 1
    assert [label.name for label in labels if label.region is None] == ["Left femur"]


def test_unknown_values_are_told_and_background_is_none_of_them():
    assert scheme("calf").unknown([0, 6, 106, 7, 55, 7]) == (7, 55)


def test_the_schemes_that_know_some_values_are_found():
    assert [entry.name for entry in schemes_that_know({11})] == ["huashan11"]
    assert [entry.name for entry in schemes_that_know({1, 101})] == ["thigh", "calf", "lower-limb"]
    assert schemes_that_know({200}) == ()


def test_a_label_is_found_by_its_value():
    assert scheme("musclemap").label_of(8132).name == "Right soleus"
    with pytest.raises(MuscleSegError, match="no value 8133"):
        scheme("musclemap").label_of(8133)


def test_the_eleven_muscles_become_the_ten_of_the_thigh():
    # By hand from the two lists of names in the data's README: value of the 11, value of ours.
    expected = {1: 5, 2: 4, 3: 9, 4: 8, 5: 10, 6: 1, 7: 3, 8: 2, 9: 7, 10: 6, 11: 2}
    assert scheme("huashan11").to_region("thigh") == expected


def test_the_adductor_of_the_eleven_muscles_says_that_it_is_the_magnus_only():
    magnus = scheme("huashan11").label_of(6)
    assert magnus.muscle == "adductor magnus"
    assert "only" in magnus.note


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("adductor magnus", 1),
        ("adductor longus", 1),
        ("adductor brevis", 1),
        ("biceps femoris long head", 2),
        ("biceps femoris short head", 2),
        ("gracilis", 3),
        ("rectus femoris", 4),
        ("sartorius", 5),
        ("semimembranosus", 6),
        ("semitendinosus", 7),
        ("vastus intermedius", 8),
        ("vastus lateralis", 9),
        ("vastus medialis", 10),
    ],
)
def test_musclemap_becomes_the_thigh_with_its_sides(name, code):
    codes = scheme("musclemap").to_region("thigh")
    parts = {label.side: codes[label.value] for label in scheme("musclemap").labels if label.muscle == name}
    assert parts == {Side.RIGHT: code, Side.LEFT: code + 100}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("tibialis anterior", 1),
        ("extensor digitorum longus", 1),
        ("tibialis posterior", 2),
        ("flexor hallucis longus", 2),
        ("flexor digitorum longus", 2),
        ("popliteus", 2),
        ("lateral gastrocnemius", 3),
        ("medial gastrocnemius", 4),
        ("peroneus longus", 5),
        ("soleus", 6),
        ("plantaris", 0),
        ("tibia", 0),
    ],
)
def test_musclemap_becomes_the_calf_with_its_sides(name, code):
    codes = scheme("musclemap").to_region("calf")
    parts = {label.side: codes[label.value] for label in scheme("musclemap").labels if label.muscle == name}
    assert parts == {Side.RIGHT: code, Side.LEFT: code + 100 if code else 0}


def test_thigh_muscles_are_background_in_the_calf():
    assert scheme("musclemap").to_region("calf")[7101] == 0


def test_our_own_labels_stay_as_they_are():
    codes = scheme("calf").to_region("calf")
    assert codes == {value: value for value in (*range(1, 7), *range(101, 107))}


def test_a_region_that_the_scheme_has_nothing_of_is_refused():
    with pytest.raises(MuscleSegError, match="no muscle of the calf"):
        scheme("huashan11").to_region("calf")


def test_a_part_of_a_muscle_has_its_color_but_not_its_coded_term():
    long_head = scheme("musclemap").label_of(7182)
    whole = scheme("thigh").label_of(2)
    assert long_head.color == whole.color
    assert long_head.terminology is None
    assert scheme("musclemap").label_of(8132).terminology == scheme("calf").label_of(6).terminology


def test_musclemap_has_every_published_value_under_its_published_name(shared_data):
    with (shared_data / "whole_leg_labels" / "labels.csv").open(newline="") as file:
        published = {int(row["value"]): row["name"].lower() for row in csv.DictReader(file)}
    ours = {label.value: label.name.lower() for label in scheme("musclemap").labels}
    assert {value: ours[value] for value in published} == published
    # The published list ends one short: it has the left plantaris only.
    assert set(ours) - set(published) == {8222}
