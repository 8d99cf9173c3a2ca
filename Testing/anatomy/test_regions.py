import pytest

from MuscleSegLib.anatomy import CALF, LEFT_OFFSET, REGIONS, THIGH, Side, region
from MuscleSegLib.errors import MuscleSegError


def test_the_codes_of_the_thigh_are_those_fixed_for_ever():
    assert [(muscle.code, muscle.name) for muscle in THIGH.muscles] == [
        (1, "adductor"),
        (2, "biceps femoris"),
        (3, "gracilis"),
        (4, "rectus femoris"),
        (5, "sartorius"),
        (6, "semimembranosus"),
        (7, "semitendinosus"),
        (8, "vastus intermedius"),
        (9, "vastus lateralis"),
        (10, "vastus medialis"),
    ]


def test_the_codes_of_the_calf_are_those_fixed_for_ever():
    assert [(muscle.code, muscle.name) for muscle in CALF.muscles] == [
        (1, "anterior compartment"),
        (2, "deep posterior compartment"),
        (3, "gastrocnemius lateralis"),
        (4, "gastrocnemius medialis"),
        (5, "lateral compartment"),
        (6, "soleus"),
    ]


def test_two_legs_give_the_right_muscles_and_then_the_left_ones_a_hundred_higher():
    labels = THIGH.labels(two_legs=True)
    assert [label.value for label in labels] == [*range(1, 11), *range(101, 111)]
    assert [label.side for label in labels] == [Side.RIGHT] * 10 + [Side.LEFT] * 10
    assert LEFT_OFFSET == 100


def test_names_have_the_side_only_where_there_are_two_legs():
    assert [label.name for label in THIGH.labels(two_legs=True) if label.code == 2] == [
        "Right biceps femoris",
        "Left biceps femoris",
    ]
    label = THIGH.labels(two_legs=False)[1]
    assert (label.name, label.side, label.terminology.type_modifier) == ("Biceps femoris", None, None)


@pytest.mark.parametrize("part", REGIONS, ids=lambda part: part.name)
def test_abbreviations_and_names_are_distinct(part):
    assert len({muscle.abbreviation for muscle in part.muscles}) == len(part.muscles)
    assert len({label.name for label in part.labels(two_legs=True)}) == 2 * len(part.muscles)


def test_left_and_right_have_one_color():
    right, left = (label for label in CALF.labels(two_legs=True) if label.code == 6)
    assert right.color == left.color


def test_a_region_is_found_by_its_name():
    assert region("calf") is CALF


def test_an_unknown_region_is_refused_with_the_known_ones():
    with pytest.raises(MuscleSegError, match="thigh and calf"):
        region("arm")


def test_an_unknown_code_is_refused():
    with pytest.raises(MuscleSegError, match="codes are 1 to 6"):
        CALF.muscle(7)
