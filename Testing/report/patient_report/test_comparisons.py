"""Reference values and an earlier visit."""

import re
from dataclasses import replace

import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.report.patient_report import (
    ReferenceValue,
    earlier_visit,
    read_reference_values,
)
from MuscleSegLib.report.patient_report.reference_scores import reference_scores
from Testing.report.patient_report.examples import CALF, ERIKA, HEADER, THIGH, calf_rows, row_of


@pytest.mark.parametrize(
    ("value", "mean", "sd", "z", "percentile"),
    [
        (9.92, 6.0, 2.0, 1.96, 97.5),  # two standard normal quantiles of every table, and the mean itself
        (6.0, 6.0, 2.0, 0.0, 50.0),
        (4.0, 7.29, 2.0, -1.645, 5.0),
    ],
)
def test_z_scores_and_percentiles_are_those_of_a_normal_distribution(value, mean, sd, z, percentile):
    reference = ReferenceValue("soleus", None, "F", 60, 69, "ff_mean_percent", mean, sd)
    rows = [row_of(label, ff_mean_percent=value) for label in CALF.labels if label.muscle == "soleus"]

    scores = reference_scores(rows, [reference], ERIKA)

    assert [score.z for score in scores] == [pytest.approx(z), pytest.approx(z)]
    assert scores[0].percentile == pytest.approx(percentile, abs=0.01)


@pytest.mark.parametrize(
    ("change", "applies"),
    [
        ({}, True),
        ({"sex": "M"}, False),
        ({"sex": None}, True),
        ({"side": "left"}, False),
        ({"age_from": 67}, False),
        ({"age_from": 66, "age_to": 66}, True),
        ({"muscle": "sartorius"}, False),
    ],
)
def test_a_reference_value_applies_to_its_muscle_side_sex_and_ages(change, applies):
    reference = replace(ReferenceValue("soleus", "right", "F", 60, 69, "ff_mean_percent", 6.0, 2.0), **change)
    right = next(label for label in CALF.labels if label.value == 6)

    assert bool(reference_scores([row_of(right, ff_mean_percent=5.0)], [reference], ERIKA)) is applies


def test_reference_values_are_read_by_names_and_abbreviations_with_points_or_commas(tmp_path):
    (tmp_path / "a.csv").write_text(HEADER + "Sol,both,female,60,69,FF (%),6.5,2\nsoleus,R,any,18,99,volume,400,50\n")
    german = HEADER.replace(",", ";") + "Soleus;both;F;60;69;ff_mean_percent;6,5;2,0\n"
    (tmp_path / "b.csv").write_text(german, encoding="utf-8-sig")

    read = read_reference_values(tmp_path / "a.csv", CALF.labels)

    assert read == (
        ReferenceValue("soleus", None, "F", 60, 69, "ff_mean_percent", 6.5, 2),
        ReferenceValue("soleus", "right", None, 18, 99, "volume_cm3", 400, 50),
    )
    assert read_reference_values(tmp_path / "b.csv", CALF.labels) == read[:1]


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ("soleus,both,,60,69,FF,6,2", "line 2: sex is missing"),
        ("soleus,both,F,,69,FF,6,2", "line 2: age from is missing"),
        ("soleus,both,F,60,,FF,6,2", "line 2: age to is missing"),
        ("heart,both,F,60,69,FF,6,2", "line 2: there is no muscle called 'heart'"),
        ("soleus,both,F,60,69,FF,6,-2", "line 2: the SD is -2, and a standard deviation is above 0"),
        ("soleus,both,F,60,69,FF,6,0", "the SD is 0"),
        ("soleus,both,F,60,69,FF,nan,2", "mean is 'nan', which is no number"),
        ("soleus,both,F,69,60,FF,6,2", "ages from 69 to 60"),
        ("soleus,both,F,60,69,stiffness,6,2", "no quantity called 'stiffness'"),
        ("soleus,up,F,60,69,FF,6,2", "'up' is no side or sex"),
        ("soleus,both,F,60,69,FF,6,2\nSol,left,any,69,80,FF,7,2", "lines 2 and 3: both are for the same people"),
        ("", "holds no reference value"),
    ],
)
def test_a_reference_value_that_makes_no_sense_is_refused_in_a_sentence(tmp_path, lines, sentence):
    (tmp_path / "reference.csv").write_text(HEADER + lines + "\n")

    with pytest.raises(MuscleSegError, match=re.escape(sentence)) as error:
        read_reference_values(tmp_path / "reference.csv", CALF.labels)

    assert "reference.csv" in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("change", "word"), [({"sex": ""}, "sex"), ({"sex": "O"}, "sex"), ({"age_years": None}, "age")]
)
def test_reference_values_of_one_sex_and_age_are_not_used_for_a_person_of_unknown(change, word):
    reference = ReferenceValue("soleus", None, "F", 60, 69, "ff_mean_percent", 6.0, 2.0)

    with pytest.raises(MuscleSegError, match=f"need the {word} of the patient"):
        reference_scores(calf_rows(), [reference], replace(ERIKA, **change))


def write_measurement(folder, rows, profiles=()):
    from MuscleSegLib.report import Findings, write_findings

    write_findings(Findings(rows, (), profiles, (), ()), folder / "earlier.csv")
    if not profiles:
        (folder / "earlier_profiles.csv").unlink()
    return folder / "earlier.csv"


def test_without_profiles_an_earlier_visit_is_compared_with_a_word_and_no_detectable_change(tmp_path, a_report):
    path = write_measurement(tmp_path, calf_rows(ff_mean_percent=18.0))

    visit = earlier_visit(path, a_report.rows, a_report.profiles)

    fat = [row for row in visit.changes if row.quantity == "ff_mean_percent"]
    assert not visit.is_matched
    assert [row.change for row in fat] == [pytest.approx(3.04)] * 12
    assert {row.smallest_detectable_change for row in fat} == {None}


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (tuple(row_of(label) for label in THIGH.labels), "of another region, leg or label scheme"),
        ((), "no table of muscles"),
        (tuple(replace(row, side="left" if row.side == "right" else "right") for row in calf_rows()), "another region"),
    ],
)
def test_an_earlier_visit_of_other_muscles_is_refused(tmp_path, a_report, rows, sentence):
    path = write_measurement(tmp_path, rows)

    with pytest.raises(MuscleSegError, match=sentence):
        earlier_visit(path, a_report.rows, a_report.profiles)
