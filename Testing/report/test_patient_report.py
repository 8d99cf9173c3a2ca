"""The report of a patient: its tables, what it says against reference values and an earlier visit, and its files."""

import ast
import html
import io
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pypdf
import pytest

from MuscleSegLib.anatomy import scheme
from MuscleSegLib.biomarkers import ProfileRow, Row, group_rows
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.report.patient_report import (
    Correction,
    EarlierVisit,
    Examination,
    ReferenceValue,
    ReportContent,
    earlier_visit,
    patient_report,
    read_reference_values,
    require_report_format,
    write_patient_report,
)
from MuscleSegLib.report.patient_report.composite_section import composites_of
from MuscleSegLib.report.patient_report.document import MISSING
from MuscleSegLib.report.patient_report.facts import facts_of
from MuscleSegLib.report.patient_report.mercuri import mercuri_range
from MuscleSegLib.report.patient_report.muscle_table import muscle_section
from MuscleSegLib.report.patient_report.norms import norms_text
from MuscleSegLib.report.patient_report.notes import note_text, notes_of
from MuscleSegLib.report.patient_report.reference_scores import reference_scores
from MuscleSegLib.report.patient_report.side_difference import side_difference
from MuscleSegLib.translatable import Translatable, joined
from MuscleSegLib.volume import Geometry, Volume

CALF = scheme("calf")
THIGH = scheme("thigh")
HEADER = "muscle,side,sex,age from,age to,quantity,mean,SD\n"
ERIKA = Examination(
    patient_name="Mustermann, Erika",
    patient_id="PID-4711",
    birth_date=date(1957, 6, 23),
    sex="F",
    age_years=66,
    scan_date=date(2024, 3, 12),
    description="MRT der Beine",
    series="t1_tse",
    settings="TR 650 ms, TE 11 ms",
    scanner="SIEMENS Prisma 3 T",
)


def row_of(label, **numbers):
    fields = {"volume_cm3": 100.0 + label.code, "warnings": ""} | numbers
    return Row(label.region, str(label.side), label.muscle, label.abbreviation, label.value, **fields)


def calf_rows(**numbers):
    return tuple(row_of(label, **numbers) for label in CALF.labels)


def calf_labels():
    """Both calves as blocks, one a muscle, on three slices."""
    array = np.zeros((3, 40, 80), np.uint8)
    for label in CALF.labels:
        start = 4 + (40 if str(label.side) == "right" else 0)
        array[:, 5 * label.code : 5 * label.code + 4, start : start + 20] = label.value
    return Volume(array, Geometry(array.shape, np.diag([-2.0, -2.0, 10.0, 1.0])))


@pytest.fixture
def a_report():
    """The contents of a report of both calves, whose person is named, with every number of every muscle."""
    numbers = {"contractile_cm3": 80.0, "largest_area_cm2": 9.0, "confidence": 0.91, "volume_is_partial": True}
    rows = calf_rows(ff_mean_percent=21.04, mtr_mean_percent=33.3, t2_mean_ms=44.4, **numbers)
    profiles = [
        ProfileRow(
            row.region, row.side, row.muscle, row.abbreviation, row.label, "ff_mean_percent", k, 10.0 * k, p, 20.0
        )
        for row in rows
        for k, p in enumerate((16.7, 50.0, 83.3))
    ]
    return ReportContent(
        rows=rows,
        label_table=CALF.labels,
        labels=calf_labels(),
        groups=group_rows(rows, CALF),
        profiles=profiles,
        examination=ERIKA,
        corrected=True,
        corrector="Dr. Anna Beispiel",
    )


def cells_of(content, name, table=0):
    rows = muscle_section(content).blocks[table].rows
    return next(row.cells for row in rows if row.cells[0].startswith(name))


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


NAME = "<script>alert('x')</script>&amp;{{ 7*7 }}\"><img src=x onerror=y>\x00"


@pytest.fixture(scope="module")
def german():
    """Translations of the sample file by context and text."""
    tree = ElementTree.parse(Path(__file__).with_name("patient_report_de.ts"))
    return {
        (context.findtext("name"), message.findtext("source")): message.findtext("translation")
        for context in tree.iter("context")
        for message in context.iter("message")
    }


def translator(table):
    def translate(text):
        if not isinstance(text, Translatable):
            return text
        values = {name: translate(value) for name, value in text.values.items()}
        template = table[text.context, text.template] if text.context else text.template
        return template.format(**values) if values else template

    return translate


def sources_in(page):
    """Return what the elements of a page refer to."""
    sources = []

    class Parser(HTMLParser):
        def handle_starttag(self, tag, attributes):
            sources.extend(value for name, value in attributes if name in ("src", "href", "action", "data", "srcset"))

    Parser().feed(page)
    return sources


def text_of_pdf(content):
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


def test_pages_say_the_same_hold_no_foreign_markup_and_need_nothing_beside_them(a_report):
    examination = replace(ERIKA, patient_name=NAME, series="</style><script>1</script>", description="x" * 300)
    content = replace(a_report, examination=examination, corrector="<b>B</b>")

    page, document = (patient_report(content, ending) for ending in (".html", ".pdf"))

    text = page.decode()
    assert re.findall(r"<(?:script|img src=x|b)\b", text) == []
    assert html.escape("<script>alert('x')</script>&amp;{{ 7*7 }}", quote=False).replace("'", "&#39;") in text
    sources = sources_in(text)
    assert len(sources) == 4  # two body maps, slices, profile
    assert all(source.startswith("data:image/png;base64,iVBOR") for source in sources)
    assert "url(" not in text
    reader = pypdf.PdfReader(io.BytesIO(document))
    assert len(reader.pages) == 2
    assert {tuple(map(round, page.mediabox[2:])) for page in reader.pages} == {(595, 842)}
    shown = text_of_pdf(document)
    assert "<script>alert('x')</script>&amp;{{ 7*7 }}" in shown
    for word in ("21.0", "33.3", "44.4", "0.91", "30–60", "PID-4711"):
        assert (word in shown) == (word in text), word
    assert "not a medical device" in shown


def test_a_report_reads_in_german_with_a_translation(a_report, german, tmp_path):
    reference = ReferenceValue("soleus", None, "F", 60, 69, "ff_mean_percent", 6.0, 2.0)
    content = replace(a_report, translate=translator(german), language="de", reference_values=[reference])

    write_patient_report(tmp_path / "report.html", content)

    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert '<html lang="de">' in text
    for words in (
        "Quantitative MRT der Beinmuskeln",
        "Größte Fläche (cm²)",
        "Ganzer Unterschenkel",
        "kein Medizinprodukt",
    ):
        assert words in text
    plain = html.unescape(re.sub(r"<style>.*?</style>|<[^>]+>|data:[^\"]+", " ", text, flags=re.DOTALL))
    assert re.findall(r"\b(?:the|of|and|which|muscle|volume)\b", plain) == []


def test_every_sentence_of_a_report_is_in_the_german_sample(german):
    folder = Path(__file__).parents[2] / "MuscleSegLib" / "report" / "patient_report"
    marked = {
        (f"patient_report.{path.stem}", call.args[0].value)
        for path in folder.glob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "_"
    }
    of_messages = ("reference_values", "earlier_table", "earlier_visit", "writing")  # which name files

    wanted = {mark for mark in marked if not mark[0].endswith(of_messages)}

    assert wanted - set(german) == set()
    for (_context, text), translation in german.items():
        assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", translation))


@pytest.mark.parametrize("name", ["report.docx", "report", "report.pdf.zip"])
def test_other_endings_are_refused(name):
    with pytest.raises(MuscleSegError, match="ends with .html or .pdf"):
        require_report_format(Path(name))
