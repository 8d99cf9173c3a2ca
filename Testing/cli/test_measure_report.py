"""``muscleseg measure --report``: a report of the same numbers as all other outputs, of whom it is asked to name."""

import csv
import io
import json
import re

import highdicom
import numpy as np
import openpyxl
import pydicom
import pypdf
import pytest

from MuscleSegLib.volume import Volume, write_volume
from Testing.dicom_sources import SIEMENS

REFERENCE = "muscle,side,sex,age from,age to,quantity,mean,SD\nadductor,both,male,60,70,FF,20,5\n"

IDENTIFIERS = (
    *("Müller", "Jürgen", "Ewald", "PID-0090817", "19570623", "1957-06-23", "ACC4711008", "Krämer", "Neumann"),
    *("Lindenstraße", "Musterstadt", "20240312", "2024-03-12", "AWP66012", "Oberschenkel", "Dr. Beispiel"),
)

COLUMNS = {"ff_mean_percent": "Fat fraction", "volume_cm3": "Volume", "contractile_cm3": "Contractile volume"}


@pytest.fixture
def a_case(tmp_path, siemens_series, labels_on):
    """A scan in a folder that is called after its person, with labels and an FF map whose file names him."""
    folder = siemens_series("Müller_Jürgen/scan")
    labels = labels_on(folder)
    write_volume(labels, tmp_path / "Müller_Jürgen" / "PID-0090817_labels.nii.gz")
    ff = np.random.default_rng(2).uniform(2, 60, labels.geometry.shape).astype(np.float32)
    ff[2, 5:8] = np.nan
    write_volume(Volume(ff, labels.geometry, description="fat fraction (%)"), tmp_path / "Müller_Jürgen" / "ff.nii.gz")
    (tmp_path / "reference.csv").write_text(REFERENCE)
    return tmp_path / "Müller_Jürgen"


def measure(muscleseg, case, *more):
    images = ("--region", "thigh", "--ff", case / "ff.nii.gz", "--ff-unit", "percent")
    return muscleseg("measure", case / "PID-0090817_labels.nii.gz", *images, *more)


def text_of(path):
    if path.suffix == ".html":
        text = re.sub(r"<style>.*?</style>|data:[^\"]+|<[^>]+>", " ", path.read_text("utf-8"), flags=re.DOTALL)
        return " ".join(text.split())
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(path).pages).split())


def numbers_in(document):
    groups = highdicom.sr.MeasurementReport.from_sequence([document]).get_volumetric_roi_measurement_groups()
    return [
        {
            item.name.meaning: item.value
            for item in group.get_measurements()
            if item.derivation is None or item.derivation.meaning in ("Mean", "Maximum")
        }
        for group in groups
    ]


def sheet_rows(path):
    sheet = openpyxl.load_workbook(path)["Muscles"]
    header, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


@pytest.mark.slow
def test_numbers_are_the_same_in_all_six_outputs(muscleseg, tmp_path, a_case):
    dicom = ("--source", a_case / "scan", "--dicom", tmp_path / "out")
    ended = measure(
        muscleseg, a_case, *dicom, "--report", tmp_path / "r.pdf", "--output", tmp_path / "t.xlsx", "--json"
    )
    assert ended.code == 0, ended.err
    ended = measure(muscleseg, a_case, "--report", tmp_path / "r.html", "--output", tmp_path / "t.csv")
    assert ended.code == 0, ended.err
    rows = json.loads(measure(muscleseg, a_case, "--output", tmp_path / "t.json", "--json").out)

    with (tmp_path / "t.csv").open(newline="", encoding="utf-8-sig") as file:
        csv_rows = list(csv.DictReader(file))
    json_rows = json.loads((tmp_path / "t.json").read_text())["muscles"]
    measured = [place for place, row in enumerate(rows) if row["volume_cm3"] is not None]
    assert len(measured) == 4
    structured = numbers_in(highdicom.sr.srread(tmp_path / "out" / "SR.dcm"))
    assert len(structured) == 4
    sheet = sheet_rows(tmp_path / "t.xlsx")
    texts = [text_of(tmp_path / "r.html"), text_of(tmp_path / "r.pdf")]
    for place, group in zip(measured, structured, strict=True):
        name = f"{rows[place]['muscle'].capitalize()} ({rows[place]['abbreviation']})"
        for column, meaning in COLUMNS.items():
            value = rows[place][column]
            assert json_rows[place][column] == value
            assert float(csv_rows[place][column]) == pytest.approx(value, rel=1e-5)
            assert group[meaning] == pytest.approx(value)
            cells = [cell for cell in sheet[place].values() if isinstance(cell, float)]
            assert any(cell == pytest.approx(value, rel=1e-12) for cell in cells)
        shown = re.escape(name) + r" (?:– )?" + " ".join([r"([\d.]+|–)"] * 2)
        for text in texts:
            line = re.search(shown, text)
            assert line, (name, text[:3000])
            assert f"{rows[place]['ff_mean_percent']:.1f}" in line.groups()
            for column in COLUMNS:
                assert f"{rows[place][column]:.1f}" in text[line.start() : line.start() + 90]
    assert pypdf.PdfReader(io.BytesIO(pydicom.dcmread(tmp_path / "out" / "PDF.dcm").EncapsulatedDocument)).pages


@pytest.mark.slow
def test_a_report_names_the_person_of_the_source_and_what_the_options_say(muscleseg, tmp_path, a_case):
    options = ("--reference-values", tmp_path / "reference.csv", "--composite", "both=Ad,RF", "--corrected", "yes")
    ended = measure(
        muscleseg, a_case, *options, "--corrected-by", "Dr. Beispiel", "--source", a_case / "scan", "--report",
        tmp_path / "r.html",
    )  # fmt: skip

    assert ended.code == 0, ended.err
    text = text_of(tmp_path / "r.html")
    for words in ("Müller, Jürgen Ewald", "PID-0090817", "1957-06-23", "male", "66 years", "2024-03-12", "3 T"):
        assert words in text
    for words in ("MRT Oberschenkel bds.", "t1_tse_tra_Oberschenkel", "by Dr. Beispiel", "20.0 ± 5.0", "both 2 "):
        assert words in text
    assert str(tmp_path) not in (tmp_path / "r.html").read_text("utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["html", "pdf"])
def test_anonymous_reports_hold_no_name_id_date_of_birth_or_path(muscleseg, tmp_path, a_case, ending):
    names = ("--corrected", "yes", "--corrected-by", "Dr. Beispiel", "--source", a_case / "scan", "--anonymous")
    outputs = ("--report", tmp_path / f"r.{ending}", "--output", tmp_path / "t.json", "--dicom", tmp_path / "out")

    ended = measure(muscleseg, a_case, *names, *outputs)

    assert ended.code == 0, ended.err
    contents = {"text": text_of(tmp_path / f"r.{ending}").encode()}
    contents |= {
        path.name: path.read_bytes() for path in tmp_path.iterdir() if path.suffix in (".html", ".pdf", ".json")
    }
    contents |= {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert ("PDF.dcm" in contents) == (ending == "pdf")
    for name, content in contents.items():
        for uid in ("SeriesInstanceUID", "FrameOfReferenceUID", "StudyInstanceUID"):
            content = content.replace(SIEMENS[uid].encode(), b"")  # noqa: PLW2901
        for word in (*IDENTIFIERS, str(tmp_path), "labels.nii.gz"):
            for code in ("utf-8", "latin-1"):
                assert word.encode(code) not in content, f"{word} in {name}"
    assert b"66 years" in contents["text"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--report", "r.docx"), "ends with .html or .pdf"),
        (("--earlier", "t.csv"), "--earlier is for the patient report"),
        (("--age", "30"), "--age is for the patient report"),
        (("--report", "r.html", "--corrected-by", "A"), "say --corrected yes too"),
        (("--report", "r.html", "--composite", "a=heart"), "'heart' is no muscle of the table"),
        (("--report", "r.html", "--composite", "RF,VL"), "it has no name"),
        (("--report", "r.html", "--reference-values", "reference.csv"), "need the age of the patient"),
        (("--report", "r.html", "--reference-values", "reference.csv", "--age", "66"), "need the sex of the patient"),
        (("--report", "r.html", "--source", "scan", "--sex", "female"), "--sex contradicts the header"),
        (("--report", "r.html", "--earlier", "nothing.csv"), "no table of muscles of an earlier visit"),
        (("--report", "r.html", "--image", "r.html"), "is given twice"),
    ],
)
def test_options_that_do_not_fit_a_report_are_refused_and_nothing_is_written(
    muscleseg, tmp_path, a_case, options, sentence
):
    files = {"scan": a_case / "scan", "reference.csv": tmp_path / "reference.csv"}
    given = [files.get(word, tmp_path / word if "." in word else word) for word in options]

    ended = measure(muscleseg, a_case, *given, "--output", tmp_path / "table.csv")

    assert ended.code == 1
    assert sentence in ended.err
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(("r.", "table"))]
