"""Fine muscles in segments: by name, by coded term, by tag, and what belongs to no fine set."""

from dataclasses import dataclass

import pytest

from MuscleSegLib.anatomy import fine_muscle_named, label_set_of_segments, labels_of, recognize, scheme
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.terminology import Terminology

ANATOMY = ("SCT", "123037004", "Anatomical Structure")
LEFT = ("SCT", "7771000", "Left")


@dataclass(frozen=True)
class Drawn:
    name: str
    value: int = 1
    terminology: Terminology | None = None
    is_tagged: bool = False


def values(segments, name):
    return recognize(segments, scheme(name), "a.seg.nrrd").values


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Right adductor longus", 32),
        ("AL_R", 32),
        ("7212", 32),
        ("M. biceps femoris caput breve", 35),
        ("BicepsFemorisLong", 34),
        ("BFLH", 34),
        ("adductor_magnus_right", 31),
        ("Pectineus", 44),
        ("gluteus_maximus_left", 46),
        ("fibularis longus and brevis", 53),
        ("Peronei", 53),
        ("PeroneusLongus", 53),
        ("EHL", 52),
        ("FHL", 56),
        ("Flexor hallucis longus muscle", 56),
        ("medial gastrocnemius", 58),
        ("SuperiorGemellus", 79),
        ("Illiacus", 73),
    ],
)
def test_a_fine_muscle_is_understood_in_the_spelling_of_any_tool(name, code):
    assert fine_muscle_named(name).code == code


@pytest.mark.parametrize("name", ["biceps femoris", "adductor", "quadriceps femoris", "femur", "", "iliopsoas"])
def test_what_is_several_fine_muscles_or_none_is_no_fine_muscle(name):
    assert fine_muscle_named(name) is None


@pytest.mark.parametrize("name", ["thigh-fine", "calf-fine", "hip", "lower-limb-fine"])
def test_every_label_of_a_fine_set_is_read_back_by_name_and_by_code(name):
    labels = labels_of(name, two_legs=True)
    by_name = [Drawn(label.name, n) for n, label in enumerate(labels, 1)]
    by_code = [Drawn(f"Segment {n}", n, label.terminology) for n, label in enumerate(labels, 1)]
    expected = tuple(label.value for label in labels)
    assert values(by_name, name) == expected
    assert values(by_code, name) == expected


@pytest.mark.parametrize("name", ["thigh-fine", "calf-fine"])
def test_a_fine_file_read_as_thigh_or_calf_has_the_muscles_that_its_are_parts_of(name):
    labels = labels_of(name, two_legs=True)
    region = name.removesuffix("-fine")
    expected = scheme(name).to_region(region)
    segments = [Drawn(label.name, label.value, label.terminology, True) for label in labels]
    assert values(segments, region) == tuple(expected[label.value] for label in labels)


def test_the_parts_of_a_fine_muscle_are_measured_together_with_a_note():
    recognized = recognize([Drawn("EDL left"), Drawn("EHL left", 2)], scheme("calf-fine"), "a.seg.nrrd")
    assert recognized.values == (152, 152)
    assert "parts of it" in recognized.notes[152]


def test_a_whole_muscle_is_passed_over_where_its_parts_are_asked_for():
    recognized = recognize([Drawn("Biceps femoris"), Drawn("AL", 2)], scheme("thigh-fine"), "a.seg.nrrd")
    assert recognized.values == (0, 32)
    assert recognized.passed_over == ("Biceps femoris",)


def test_a_fine_name_against_its_code_is_refused():
    terms = Terminology(ANATOMY, ("MDC", "7:860", "Musculus adductor brevis"), LEFT)
    with pytest.raises(MuscleSegError, match="adductor longus.*coded term says"):
        values([Drawn("Left adductor longus", 1, terms)], "thigh-fine")


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ((31, 131), "thigh-fine"),
        ((51, 160), "calf-fine"),
        ((71,), "hip"),
        ((37, 57), "lower-limb-fine"),
        ((46, 171), "lower-limb-fine"),
    ],
)
def test_tags_tell_the_fine_set(tags, expected):
    names = {label.value: label.name for label in labels_of("lower-limb-fine", two_legs=True)}
    assert label_set_of_segments([Drawn(names[tag], tag, None, True) for tag in tags]) == expected


@pytest.mark.parametrize(
    ("segments", "expected"),
    [
        ([Drawn("Right adductor magnus"), Drawn("Right adductor longus", 2)], "thigh"),
        ([Drawn("Right adductor", 1, None, True)], "thigh"),
        ([Drawn("Soleus", 31)], "calf"),
        ([Drawn("Femur", 31)], ""),
    ],
)
def test_without_a_fine_tag_segments_are_of_the_same_region_as_before(segments, expected):
    assert label_set_of_segments(segments) == expected
