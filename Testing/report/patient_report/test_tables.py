"""Tables of a report: sides, ranges, notes, composites, norms, and who corrected what."""

from dataclasses import replace

import pytest

from MuscleSegLib.biomarkers import Row
from MuscleSegLib.report.patient_report import (
    Correction,
    EarlierVisit,
)
from MuscleSegLib.report.patient_report.composite_section import composites_of
from MuscleSegLib.report.patient_report.document import MISSING
from MuscleSegLib.report.patient_report.facts import facts_of
from MuscleSegLib.report.patient_report.mercuri import mercuri_range
from MuscleSegLib.report.patient_report.muscle_table import muscle_section
from MuscleSegLib.report.patient_report.norms import norms_text
from MuscleSegLib.report.patient_report.notes import note_text, notes_of
from MuscleSegLib.report.patient_report.side_difference import side_difference
from MuscleSegLib.translatable import Translatable, joined
from Testing.report.patient_report.examples import CALF, ERIKA, THIGH, calf_rows, cells_of, row_of


@pytest.mark.parametrize(
    ("column", "right", "left", "expected"),
    [
        ("ff_mean_percent", 12.0, 9.5, 2.5),  # in percentage points
        ("t2_mean_ms", 40.0, 44.0, -4.0),
        ("volume_cm3", 110.0, 90.0, 20.0),  # 100 (110 - 90) / 100
        ("largest_area_cm2", 3.0, 1.0, 100.0),
        ("volume_cm3", 0.0, 0.0, None),
        ("ff_mean_percent", None, 9.5, None),
    ],
)
def test_a_side_difference_is_right_less_left_of_sizes_in_percent_of_their_mean(column, right, left, expected):
    assert side_difference(column, right, left) == (None if expected is None else pytest.approx(expected))


@pytest.mark.parametrize(
    ("percent", "expected"),
    [(None, ""), (0.0, "<30"), (29.99, "<30"), (30.0, "30–60"), (60.0, "30–60"), (60.01, ">60"), (100.0, ">60")],
)
def test_fat_fractions_stand_in_the_ranges_of_mercuri_s_scale(percent, expected):
    assert mercuri_range(percent) == expected


def test_right_and_left_stand_side_by_side_with_their_difference(a_report):
    rows = [replace(row, ff_mean_percent=30.06 if row.side == "right" else 20.0) for row in a_report.rows]

    cells = cells_of(replace(a_report, rows=rows), "Soleus")

    assert cells[:4] == ("Soleus (Sol)", "30.1", "20.0", "+10.1")
    assert cells[4:7] == ("106.0", "106.0", "0.0")


def test_a_muscle_of_one_side_alone_has_dashes_on_the_other_and_no_difference(a_report):
    rows = [
        Row(row.region, row.side, row.muscle, row.abbreviation, row.label, None) if row.label == 106 else row
        for row in a_report.rows
    ]
    content = replace(a_report, rows=rows)

    assert cells_of(content, "Soleus")[1:4] == ("21.0", MISSING, MISSING)
    assert any("Not in the labels. (L: Sol)" in text for text in muscle_section(content).blocks[-1].texts)


def test_a_leg_without_a_side_has_a_column_a_quantity(a_report):
    one_leg = [replace(row, side=None) for row in a_report.rows if row.side == "right"]

    heads = muscle_section(replace(a_report, rows=one_leg, groups=())).blocks[0].heads

    assert [head.below for head in heads] == [("",), *[("value",)] * 4]


def test_a_sentence_on_several_muscles_is_a_note_with_the_range_of_its_numbers():
    template = "One voxel of contour moves FF by {points} points."
    rows = [
        replace(row, warnings=joined(" ", [Translatable.made_of(template, {"points": points}, context="c")]))
        for row, points in zip(calf_rows(), ("2.4", "10.0", "3.1"), strict=False)
    ]

    (note,) = notes_of([*rows, row_of(CALF.labels[5])])

    text = note_text(note, [*rows, row_of(CALF.labels[5])], str)
    assert text == "a: One voxel of contour moves FF by 2.4–10.0 points. (R: AC, DPC, GL)"


def test_sentences_without_their_template_are_told_apart_by_themselves():
    rows = [
        row_of(
            CALF.labels[0], warnings="Cut by the field of view: the volume is that of a part. FF above 20 %: errors."
        ),
        row_of(CALF.labels[1], warnings="FF above 20 %: errors."),
        row_of(CALF.labels[2]),
    ]

    assert [(note.letter, note.sentences, len(note.rows)) for note in notes_of(rows)] == [
        ("a", ["Cut by the field of view: the volume is that of a part."], 1),
        ("b", ["FF above 20 %: errors."], 2),
    ]


def test_composites_are_plain_means_of_both_sides_over_muscles_with_10_to_70_percent_fat_at_baseline(a_report):
    fat = {"AC": 9.99, "DPC": 10.0, "GL": 70.0, "GM": 70.01, "LC": 40.0, "Sol": 5.0}
    rows = [replace(row, ff_mean_percent=fat[row.abbreviation]) for row in a_report.rows]
    content = replace(a_report, rows=rows, composites={"plantar flexors": ("soleus", "gastrocnemius medialis")})

    named, between = composites_of(content)

    assert (len(named.rows), named.mean("ff_mean_percent")) == (4, pytest.approx((5 + 70.01) / 2))
    assert (len(between.rows), between.mean("ff_mean_percent")) == (6, pytest.approx(40.0))


def test_the_baseline_of_a_composite_is_the_earlier_visit(a_report):
    earlier = [replace(row, ff_mean_percent=50.0 if row.abbreviation == "Sol" else 2.0) for row in a_report.rows]
    content = replace(a_report, earlier=EarlierVisit((), earlier))

    (between,) = composites_of(content)

    assert between.name == "muscles with 10 to 70 % fat at the earlier visit"
    assert {row.abbreviation for row in between.rows} == {"Sol"}


def test_norms_of_whole_thighs_stand_only_beside_whole_thighs(a_report):
    whole = tuple(
        row_of(label, volume_cm3=500.0, ff_mean_percent=10.0, volume_is_partial=False) for label in THIGH.labels
    )
    thighs = replace(a_report, rows=whole)

    assert "6.94 ± 1.59 %" in norms_text(thighs)
    assert "10.00 % and 9.00 L" in norms_text(thighs)  # 20 muscles of 0.5 L, a tenth of them fat
    cut = (replace(whole[0], volume_is_partial=True), *whole[1:])
    for rows in (cut, (replace(whole[0], volume_cm3=None), *whole[1:]), whole[:10]):
        assert "do not apply" in norms_text(replace(thighs, rows=rows))
    assert "none is given" in norms_text(replace(thighs, examination=replace(ERIKA, age_years=30)))
    assert norms_text(a_report) == ""


def test_corrections_say_who_corrected_what(a_report):
    content = replace(a_report, corrections=[Correction(6, 0.934, 1.26), Correction(106, 0.8)])

    facts = dict(facts_of(content))

    assert facts["Correction"] == "by Dr. Anna Beispiel: Right soleus (DSC 0.93, FF +1.3), Left soleus (DSC 0.80)"


def test_an_anonymous_report_names_nobody_and_no_date_of_the_patient(a_report):
    facts = dict(facts_of(replace(a_report, is_anonymous=True, examination=replace(ERIKA, age_years=97))))

    text = str(facts)
    words = ("Mustermann", "Erika", "4711", "1957", "2024", "97", "MRT der Beine", "t1_tse", "Beispiel")
    assert [word for word in words if word in text] == []
    assert facts["Age"] == "90 years or older"
