import pytest

from MuscleSegLib.anatomy import SCHEMES, NamedMuscle, Side, muscle_named

# The label names that each tool writes, and our code; MuscleMap's are checked as a whole below.
DAFNE_THIGH = {"VL": 9, "VM": 10, "VI": 8, "RF": 4, "SAR": 5, "GRA": 3, "AM": 1, "SM": 6, "ST": 7, "BFL": 2, "BFS": 2}
DAFNE_CALF = {"SOL": 6, "GM": 4, "GL": 3, "TA": 1, "EDL": 1, "PE": 5}


@pytest.mark.parametrize("label_scheme", SCHEMES, ids=lambda label_scheme: label_scheme.name)
def test_every_label_of_a_scheme_is_understood_by_its_name(label_scheme):
    for label in label_scheme.labels:
        expected = NamedMuscle(label.region, label.code, label.side) if label.code else None

        assert muscle_named(label.name) == expected, label.name


@pytest.mark.parametrize(
    "name",
    [
        "left vastus lateralis",
        "Left Vastus Lateralis",
        "vastus_lateralis_left",
        "vastus-lateralis-L",
        "VL_left",
        "l_vl",
        "M. vastus lateralis (left)",
        "lateral vastus, left",
        "7101",
    ],
)
def test_a_muscle_is_understood_however_it_is_spelled(name):
    assert muscle_named(name) == NamedMuscle("thigh", 9, Side.LEFT)
    assert muscle_named(name).value == 109


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("gastrocnemius medialis", 4),
        ("medial gastrocnemius", 4),
        ("Gastrocnemius_Medial_Head", 4),
        ("caput mediale gastrocnemius", 4),
        ("fibularis longus", 5),
        ("peroneus longus and brevis", 5),
        ("extensor hallucis longus", 1),
    ],
)
def test_a_muscle_of_the_calf_is_understood_in_latin_and_english(name, code):
    assert muscle_named(name) == NamedMuscle("calf", code, None)


@pytest.mark.parametrize(("region", "names"), [("thigh", DAFNE_THIGH), ("calf", DAFNE_CALF)])
def test_dafne_s_abbreviations_are_understood(region, names):
    assert {name: muscle_named(name) for name in names} == {
        name: NamedMuscle(region, code, None) for name, code in names.items()
    }


def test_of_totalsegmentator_s_thigh_only_what_is_one_muscle_is_taken():
    groups = ("quadriceps_femoris", "thigh_medial_compartment", "thigh_posterior_compartment")

    assert muscle_named("sartorius_right") == NamedMuscle("thigh", 5, Side.RIGHT)
    assert [muscle_named(f"{name}_{side}") for name in groups for side in ("left", "right")] == [None] * 6


@pytest.mark.parametrize(
    "name", ["", "background", "femur", "left", "vastus", "gluteus maximus", "1", "9999", "left right VL"]
)
def test_what_is_no_muscle_of_ours_is_none(name):
    assert muscle_named(name) is None
