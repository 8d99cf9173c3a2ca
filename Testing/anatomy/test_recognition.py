"""Which muscles segments are: expected is what a person who reads their names in Slicer would say."""

from dataclasses import dataclass

import pytest

from MuscleSegLib.anatomy import ANATOMICAL_STRUCTURE, Side, likely_values, recognize, scheme
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.terminology import Terminology


@dataclass(frozen=True)
class Drawn:
    name: str
    value: int = 1
    terminology: Terminology | None = None
    is_tagged: bool = False


def tagged(name, value, **more):
    return Drawn(name, value, is_tagged=True, **more)


def coded(name, scheme_name, code, meaning, side=None):
    return Drawn(name, terminology=Terminology(ANATOMICAL_STRUCTURE, (scheme_name, code, meaning), side))


def values(*segments, scheme_name="thigh"):
    return recognize(segments, scheme(scheme_name), "a.seg.nrrd").values


def refusal(*segments, scheme_name="thigh"):
    with pytest.raises(MuscleSegError) as raised:
        recognize(segments, scheme(scheme_name), "a.seg.nrrd")
    return str(raised.value)


def test_names_decide_and_not_the_order_of_drawing():
    drawn = [Drawn("Left vastus lateralis", 1), Drawn("Right rectus femoris", 2), Drawn("Right adductor", 3)]

    assert values(*drawn) == (109, 4, 1)


@pytest.mark.parametrize(
    "name",
    [
        "left  VASTUS lateralis ",
        "VL left",
        "M. vastus lateralis links",
        "Vastus lateralis sinister",
        "vastus latéralis gauche",
        "VastusLateralisLeft",
        "VL_L corrected",
        "7101",
    ],
)
def test_a_name_is_understood_in_its_forms(name):
    assert values(Drawn(name, 3)) == (109,)


def test_a_segment_drawn_again_without_its_tag_is_the_muscle_of_its_name():
    assert values(tagged("Right adductor", 1), Drawn("Left adductor", 2), tagged("Left gracilis", 103)) == (1, 101, 103)


@pytest.mark.parametrize(
    "extra", ["femur right", "tumor", "Segment_2", "left quadriceps", "soleus left", "vastus left"]
)
def test_what_is_no_muscle_of_the_region_is_passed_over_and_named(extra):
    recognized = recognize([tagged("Right adductor", 1), Drawn(extra, 2)], scheme("thigh"), "a.seg.nrrd")

    assert recognized.values == (1, 0)
    assert recognized.passed_over == (extra,)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("Right rectus femoris", "Left vastus lateralis"),
        ("Right vastus lateralis", "Left vastus lateralis"),
        ("femur right", "Left vastus lateralis"),
        ("left soleus", "Left vastus lateralis"),
        ("really the gracilis", "Left vastus lateralis"),
        ("rechts", "Left vastus lateralis"),
    ],
)
def test_a_name_that_contradicts_a_tag_is_refused_with_both(name, says):
    message = refusal(tagged(name, 109), tagged("Right adductor", 1))

    assert f'"{name}"' in message
    assert f'tag says "{says}"' in message
    assert likely_values([tagged(name, 109), tagged("Right adductor", 1)], scheme("thigh")) == (0, 1)


@pytest.mark.parametrize("name", ["mine", "fat beside vastus lateralis left", "Segment_3"])
def test_a_tagged_segment_with_a_name_that_says_nothing_else_is_measured_with_a_note(name):
    recognized = recognize([tagged(name, 109), tagged("Right adductor", 1)], scheme("thigh"), "a.seg.nrrd")

    assert recognized.values == (109, 1)
    assert f'"{name}"' in recognized.notes[109]
    assert 1 not in recognized.notes


@pytest.mark.parametrize("name", ["VL corrected", "Left vastus lateralis (edited)", "left VL 2"])
def test_a_tagged_segment_with_a_word_about_its_correction_is_the_same_muscle(name):
    recognized = recognize([tagged(name, 109)], scheme("thigh"), "a.seg.nrrd")

    assert recognized.values == (109,)
    assert not recognized.notes


@pytest.mark.parametrize(
    "pair",
    [
        [Drawn("Left gracilis", 1), Drawn("gracilis, left", 2)],
        [tagged("Left gracilis", 103), Drawn("Left gracilis copy", 2)],
        [Drawn("left adductor", 1), Drawn("left adductor magnus", 2)],
        [Drawn("right adductor magnus", 1), Drawn("adductor magnus R", 2)],
    ],
)
def test_two_segments_of_one_muscle_are_refused_with_both_names(pair):
    message = refusal(*pair)

    assert all(f'"{segment.name}"' in message for segment in pair)


def test_parts_of_a_muscle_are_measured_as_one_and_named():
    recognized = recognize(
        [Drawn("right adductor magnus"), Drawn("right adductor longus", 2), Drawn("BFLH right", 3)],
        scheme("thigh"),
        "a.seg.nrrd",
    )

    assert recognized.values == (1, 1, 2)
    assert '"right adductor magnus" and "right adductor longus", which are parts of it' in recognized.notes[1]
    assert '"BFLH right", which is a part of it (both heads)' in recognized.notes[2]


def test_a_name_without_a_side_beside_sided_ones_is_refused():
    message = refusal(Drawn("Left gracilis"), Drawn("VL", 2))

    assert '"VL", which may be "Right vastus lateralis" or "Left vastus lateralis"' in message


def test_of_one_leg_no_name_needs_a_side():
    recognized = recognize(
        [tagged("Adductor", 1), tagged("VL", 9), Drawn("gracilis", 2)], scheme("thigh"), "a.seg.nrrd"
    )

    assert recognized.values == (1, 9, 3)
    assert not recognized.has_sides


def test_a_side_that_somebody_added_to_one_leg_is_kept():
    recognized = recognize([tagged("Left adductor", 1), tagged("Left VL", 9)], scheme("thigh"), "a.seg.nrrd")

    assert (recognized.values, recognized.has_sides) == ((101, 109), True)


@pytest.mark.parametrize(
    ("segment", "expected"),
    [
        # SNOMED CT's vastus lateralis and sides (DICOM PS3.16, CID 244); DICOM CID 3031's soleus is not of the thigh.
        (coded("Segment_1", "SCT", "1403006", "", Side.LEFT.modifier), 109),
        (coded("a", "SCT", "1403006", "Vastus lateralis muscle", Side.RIGHT.modifier), 9),
        (coded("b", "99X", "1", "Structure of sartorius muscle", ("SRT", "G-A101", "Left")), 105),
    ],
)
def test_codes_tell_what_a_name_does_not(segment, expected):
    recognized = recognize([segment], scheme("thigh"), "a.seg.nrrd")

    assert recognized.values == (expected,)
    assert "coded term alone" in recognized.notes[expected]


@pytest.mark.parametrize(
    "segment",
    [
        coded("Left rectus femoris", "SCT", "1403006", "Vastus lateralis muscle", Side.LEFT.modifier),
        coded("Right vastus lateralis", "SCT", "1403006", "Vastus lateralis muscle", Side.LEFT.modifier),
        coded("Left sartorius", "MDC", "7:932", "Musculus soleus", Side.LEFT.modifier),
    ],
)
def test_codes_that_contradict_a_name_are_refused(segment):
    message = refusal(segment)

    assert f'"{segment.name}"' in message
    assert f'coded term says "{segment.terminology.type[2]} Left"' in message


def test_codes_of_slicer_that_say_nothing_count_for_nothing():
    tissue = coded("Left sartorius", "SCT", "85756007", "Tissue")

    assert values(tissue) == (105,)


def test_names_that_programs_give_leave_it_to_the_values_and_say_so():
    recognized = recognize([Drawn("Segment_9", 9), Drawn("Label 1", 1)], scheme("thigh"), "a.seg.nrrd")

    assert recognized.values == (9, 1)
    assert "recognized by its value in the file alone" in recognized.notes[9]


@pytest.mark.parametrize(
    "segments",
    [
        [Drawn("femur right", 1)],
        [Drawn("tumor", 1), Drawn("edema", 2)],
        [Drawn("Segment_3", 1)],
        [Drawn("Segment_1", 1), Drawn("whole thigh", 2)],
    ],
)
def test_a_file_without_a_muscle_s_name_is_refused(segments):
    assert f'"{segments[-1].name}"' in refusal(*segments)


@pytest.mark.parametrize(("scheme_name", "name"), [("calf", "left gracilis"), ("thigh", "left soleus")])
def test_muscles_of_another_region_are_refused(scheme_name, name):
    assert f"and none of the label scheme '{scheme_name}'" in refusal(Drawn(name), scheme_name=scheme_name)


def test_our_file_with_another_tool_s_scheme_is_refused():
    assert 'called "Right adductor" while its tag says "Sartorius"' in refusal(
        tagged("Right adductor", 1), scheme_name="huashan11"
    )


def test_names_of_another_scheme_are_its_values():
    assert values(Drawn("adductor longus left", 1), Drawn("femur right", 2), scheme_name="musclemap") == (7211, 6172)
    assert values(Drawn("Adductor magnus", 1), Drawn("biceps femoris short head", 2), scheme_name="huashan11") == (
        6,
        11,
    )
