import pytest
from pydicom.sr._concepts_dict import concepts

from MuscleSegLib.anatomy import ANATOMICAL_STRUCTURE, REGIONS, Side

MUSCLES = [muscle for region in REGIONS for muscle in region.muscles]


def dicom_meanings(scheme):
    return {value: meaning for codes in concepts[scheme].values() for value, (meaning, _) in codes.items()}


@pytest.mark.parametrize(
    "muscle", [entry for entry in MUSCLES if entry.concept[0] == "MDC"], ids=lambda entry: entry.name
)
def test_a_muscle_of_dicoms_list_means_what_the_list_says(muscle):
    _, value, meaning = muscle.concept
    assert dicom_meanings("MDC")[value] == meaning


@pytest.mark.parametrize("side", Side)
def test_a_side_is_the_qualifier_that_dicom_has(side):
    scheme, value, meaning = side.modifier
    assert dicom_meanings(scheme)[value] == meaning == side.capitalize()


def test_every_muscle_names_where_its_term_was_read():
    assert all(muscle.concept_source for muscle in MUSCLES)


def test_no_two_muscles_share_a_term():
    assert len({muscle.concept[:2] for muscle in MUSCLES}) == len(MUSCLES)


def test_terms_hold_no_character_that_separates_them_in_slicers_files():
    texts = [text for muscle in MUSCLES for text in muscle.concept] + list(ANATOMICAL_STRUCTURE)
    assert not any(set(text) & set("^~|") for text in texts)


def test_a_left_label_says_left_in_its_terms():
    left = REGIONS[0].labels(two_legs=True)[-1]
    assert left.terminology.category == ANATOMICAL_STRUCTURE
    assert left.terminology.type == REGIONS[0].muscles[-1].concept
    assert left.terminology.type_modifier == ("SCT", "7771000", "Left")
