"""The files of a measurement, read back by other programs' readers."""

import csv
import dataclasses
import json
from datetime import datetime

import openpyxl
import pytest

from MuscleSegLib.biomarkers import AdiposeRow, GroupRow, ProfileRow, Row
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.report import Findings, Origin, findings_in_steps, write_findings
from MuscleSegLib.report.columns import harmless, names_of

SHEETS = ["Summary", "Muscles", "Groups", "Profiles", "Adipose tissue", "Provenance"]
FORMULAS = ["=1+1", "+cmd|' /C calc'!A0", "@x", "-2", " =1+1", "\t=1+1", "\uff1d1+1"]


def empty(kind, **values):
    return kind(**dict.fromkeys(names_of(kind)) | values)


@pytest.fixture
def findings():
    words = {"region": "thigh", "side": "right", "muscle": "sartorius", "abbreviation": "Sar", "label": 5}
    return Findings(
        muscles=[
            empty(
                Row,
                **words,
                volume_cm3=123.456789,
                ff_mean_percent=-0.5,
                ff_voxels=400,
                volume_is_partial=True,
                warnings="Cut, by the field of view.",
            ),
            empty(Row, **words | {"side": "left", "label": 105}, warnings=""),
        ],
        groups=[empty(GroupRow, region="thigh", side="right", group="medial", warnings="")],
        profiles=[
            ProfileRow(
                *words.values(), quantity="area_cm2", slice=3, position_mm=-10.0, position_percent=40.0, value=1.5
            )
        ],
        adipose_tissue=[
            empty(AdiposeRow, region="thigh", side="right", part="whole thigh", sat_above_ff_limit_cm3=771.5)
        ],
        provenance=[
            Origin("date (UTC)", datetime(2026, 11, 21, 6, 15, 48)),
            Origin("file of labels", "a.nii.gz", "e3b0"),
            Origin("option minimum share", 0.5),
        ],
    )


def pages(path):
    book = openpyxl.load_workbook(path)
    return {page.title: [[cell.value for cell in row] for row in page.iter_rows()] for page in book}


def test_a_workbook_has_a_sheet_for_each_table_and_a_summary(findings, tmp_path):
    write_findings(findings, tmp_path / "table.xlsx")
    assert list(pages(tmp_path / "table.xlsx")) == SHEETS


def test_a_workbook_has_units_in_its_headers_and_types_in_its_cells(findings, tmp_path):
    write_findings(findings, tmp_path / "table.xlsx")
    sheets = pages(tmp_path / "table.xlsx")
    header, first, second = sheets["Muscles"]
    cells = dict(zip(header, first, strict=True))
    assert (cells["Volume (cm\u00b3)"], cells["FF mean (%)"], cells["FF voxels"]) == (123.456789, -0.5, 400)
    assert cells["Volume is partial"] is True
    assert cells["Warnings"] == "Cut, by the field of view."
    assert {"Largest area (cm\u00b2)", "T2 mean (ms)", "Largest area position (mm)"} <= set(header)
    # A missing value is an empty cell, and moves no other.
    assert [dict(zip(header, second, strict=True))[name] for name in ("Label", "Volume (cm\u00b3)")] == [105, None]
    assert sheets["Profiles"][1][5:] == ["Area (cm\u00b2)", 3, -10, 40, 1.5]
    assert sheets["Provenance"][1][1] == datetime(2026, 11, 21, 6, 15, 48)
    assert sheets["Adipose tissue"][0].index("SAT above FF limit (cm\u00b3)") == sheets["Adipose tissue"][1].index(
        771.5
    )


def test_the_summary_leaves_out_what_no_muscle_has(findings, tmp_path):
    write_findings(findings, tmp_path / "table.xlsx")
    header, *_ = pages(tmp_path / "table.xlsx")["Summary"]
    assert header == ["Side", "Muscle", "Volume (cm\u00b3)", "FF mean (%)", "Warnings"]


def test_long_warnings_have_room(findings, tmp_path):
    findings.muscles[1] = dataclasses.replace(findings.muscles[1], warnings="A sentence of warning. " * 20)
    write_findings(findings, tmp_path / "table.xlsx")
    page = openpyxl.load_workbook(tmp_path / "table.xlsx")["Summary"]
    width, height = page.column_dimensions["E"].width, page.row_dimensions[3].height
    # 460 characters of about a unit of width each, in lines of 15 points
    assert height >= 460 / width * 15


@pytest.mark.parametrize("text", FORMULAS)
def test_text_from_files_is_no_formula_in_a_workbook(findings, tmp_path, text):
    findings = Findings(**vars(findings) | {"provenance": [Origin("patient (DICOM)", text)]})
    write_findings(findings, tmp_path / "table.xlsx")
    cell = openpyxl.load_workbook(tmp_path / "table.xlsx")["Provenance"]["B2"]
    assert (cell.data_type, cell.value) == ("s", text)
    assert cell.quotePrefix


@pytest.mark.parametrize("text", FORMULAS)
def test_text_from_files_is_no_formula_in_csv(findings, tmp_path, text):
    findings = Findings(**vars(findings) | {"provenance": [Origin("patient (DICOM)", text)]})
    write_findings(findings, tmp_path / "table.csv")
    with (tmp_path / "table_provenance.csv").open(newline="", encoding="utf-8-sig") as file:
        assert list(csv.reader(file))[1][1] == "'" + text


def test_numbers_and_other_text_stay_what_they_are_in_csv(findings, tmp_path):
    write_findings(findings, tmp_path / "table.csv")
    with (tmp_path / "table.csv").open(newline="") as file:
        first = next(csv.DictReader(file))
    assert (first["ff_mean_percent"], first["warnings"]) == ("-0.5", "Cut, by the field of view.")
    assert harmless("a-b = c") == "a-b = c"
    assert harmless("") == ""


def test_csv_has_the_other_tables_beside_it(findings, tmp_path):
    write_findings(findings, tmp_path / "visit.csv")
    made = sorted(path.name for path in tmp_path.iterdir())
    others = ["adipose_tissue", "groups", "profiles", "provenance"]
    assert made == ["visit.csv", *(f"visit_{name}.csv" for name in others)]


def test_csv_says_that_it_is_utf_8_only_where_it_is_not_ascii(findings, tmp_path):
    write_findings(
        Findings(**vars(findings) | {"provenance": [Origin("file of labels", "M\u00fcller.nii")]}), tmp_path / "t.csv"
    )
    assert (tmp_path / "t_provenance.csv").read_bytes().startswith(b"\xef\xbb\xbfitem,value,")
    assert (tmp_path / "t.csv").read_bytes().startswith(b"region,side,")


def test_json_has_an_array_for_each_table(findings, tmp_path):
    write_findings(findings, tmp_path / "table.json")
    content = json.loads((tmp_path / "table.json").read_text(encoding="utf-8"))
    assert list(content) == ["muscles", "groups", "profiles", "adipose_tissue", "provenance"]
    assert content["muscles"][0]["volume_cm3"] == 123.456789
    assert content["muscles"][1]["volume_cm3"] is None
    assert content["provenance"][0] == {"item": "date (UTC)", "value": "2026-11-21T06:15:48", "sha256": None}


def test_characters_that_no_workbook_can_hold_are_left_out(findings, tmp_path):
    findings = Findings(**vars(findings) | {"provenance": [Origin("patient (DICOM)", "A\x00B\x1b")]})
    write_findings(findings, tmp_path / "table.xlsx")
    assert pages(tmp_path / "table.xlsx")["Provenance"][1][1] == "AB"


def test_another_ending_is_refused(findings, tmp_path):
    with pytest.raises(MuscleSegError, match=r"table\.ods .*\.csv, \.xlsx or \.json"):
        write_findings(findings, tmp_path / "table.ods")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("ending", ["csv", "json", "xlsx"])
def test_what_is_left_before_its_end_has_written_nothing(findings, ending, tmp_path):
    many = dataclasses.replace(findings, profiles=list(findings.profiles) * 900)
    path = tmp_path / f"table.{ending}"
    steps = len(list(findings_in_steps(many, path)))
    assert steps > 4
    for file in tmp_path.iterdir():
        file.unlink()
    for count in range(1, steps, steps // 4):
        work = findings_in_steps(many, path)
        for _ in range(count):
            next(work)
        work.close()
        assert list(tmp_path.iterdir()) == []


def test_json_is_as_pythons_own_writer_has_it(findings, tmp_path):
    write_findings(findings, tmp_path / "table.json")
    tables = {name: [dataclasses.asdict(row) for row in rows] for name, (_, rows) in findings.tables().items()}
    assert (tmp_path / "table.json").read_text() == json.dumps(tables, indent=2, default=datetime.isoformat) + "\n"
    empty_one = Findings([], [], [], [], [])
    write_findings(empty_one, tmp_path / "empty.json")
    expected = json.dumps({name: [] for name in empty_one.tables()}, indent=2) + "\n"
    assert (tmp_path / "empty.json").read_text() == expected
