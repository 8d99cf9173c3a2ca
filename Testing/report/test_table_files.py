import csv
import dataclasses
import json

import pytest

from MuscleSegLib.biomarkers import Row
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.report import rows_as_json, rows_as_text, write_table

COLUMNS = [field.name for field in dataclasses.fields(Row)]


def a_row(**values):
    empty = dict.fromkeys(COLUMNS)
    return Row(
        **empty | {"region": "thigh", "muscle": "sartorius", "abbreviation": "Sar", "label": 5, "warnings": ""} | values
    )


@pytest.fixture
def rows():
    """A measured muscle, and one that was not found."""
    measured = a_row(side="right", volume_cm3=123.456789012, ff_mean_percent=18.28123456, ff_sd_percent=0.000123456789)
    return [measured, a_row(side="left", label=105)]


def read_csv(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_csv_has_every_column_whatever_was_measured(rows, tmp_path):
    write_table(rows[1:], tmp_path / "table.csv")
    assert (tmp_path / "table.csv").read_bytes().split(b"\r\n")[0].decode() == ",".join(COLUMNS)


def test_a_csv_has_six_significant_digits(rows, tmp_path):
    write_table(rows, tmp_path / "table.csv")
    first = read_csv(tmp_path / "table.csv")[0]
    assert (first["volume_cm3"], first["ff_mean_percent"]) == ("123.457", "18.2812")
    assert float(first["ff_sd_percent"]) == 0.000123457


def test_a_missing_value_is_an_empty_field(rows, tmp_path):
    write_table(rows, tmp_path / "table.csv")
    second = read_csv(tmp_path / "table.csv")[1]
    assert (second["side"], second["label"], second["volume_cm3"], second["t2_mean_ms"]) == ("left", "105", "", "")


def test_a_confidence_that_is_not_known_shifts_no_column(tmp_path):
    write_table([a_row(t2_median_ms=40.0, confidence=0.83), a_row(t2_median_ms=41.0)], tmp_path / "table.csv")
    lines = [line.split(",") for line in (tmp_path / "table.csv").read_text().splitlines()]
    place = lines[0].index("confidence")
    assert [line[place - 1 : place + 1] for line in lines] == [
        ["t2_median_ms", "confidence"],
        ["40", "0.83"],
        ["41", ""],
    ]
    assert len({len(line) for line in lines}) == 1
    assert rows_as_text([a_row(confidence=0.83), a_row()]).splitlines() == [
        "Region  Side  Muscle     Abbr.  Label  Volume (cm3)  Confidence",
        "thigh   -     sartorius  Sar        5             -        0.83",
        "thigh   -     sartorius  Sar        5             -           -",
    ]


def test_names_with_commas_and_quotes_come_back_whole(tmp_path):
    name = 'sartorius, "tailor\'s" muscle'
    write_table([a_row(muscle=name)], tmp_path / "table.csv")
    assert read_csv(tmp_path / "table.csv")[0]["muscle"] == name


def test_a_csv_ends_its_lines_as_the_standard_says_and_begins_with_its_header(rows, tmp_path):
    write_table(rows, tmp_path / "table.csv")
    content = (tmp_path / "table.csv").read_bytes()
    assert content.count(b"\r\n") == 3
    assert content.startswith(b"region,")


def test_json_keeps_full_precision_and_null_for_what_is_missing(rows):
    first, second = json.loads(rows_as_json(rows))
    assert list(first) == COLUMNS
    assert first["volume_cm3"] == 123.456789012
    assert second["volume_cm3"] is None


def test_a_json_file_is_the_same_array(rows, tmp_path):
    write_table(rows, tmp_path / "table.JSON")
    assert json.loads((tmp_path / "table.JSON").read_text(encoding="utf-8")) == json.loads(rows_as_json(rows))


def test_another_ending_is_refused_and_nothing_is_written(rows, tmp_path):
    with pytest.raises(MuscleSegError, match=r"table\.ods .*\.csv or \.json"):
        write_table(rows, tmp_path / "table.ods")
    assert not list(tmp_path.iterdir())


def test_a_missing_folder_is_told(rows, tmp_path):
    with pytest.raises(MuscleSegError, match="does not exist"):
        write_table(rows, tmp_path / "nowhere" / "table.csv")


def test_text_is_aligned_with_units_in_its_header(rows):
    assert rows_as_text(rows) == (
        "Region  Side   Muscle     Abbr.  Label  Volume (cm3)  FF mean (%)  FF SD (%)\n"
        "thigh   right  sartorius  Sar        5        123.46        18.28       0.00\n"
        "thigh   left   sartorius  Sar      105             -            -          -\n"
    )


def test_warnings_follow_the_text(rows):
    warned = a_row(side="left", warnings="Cut by the field of view: the volume is that of a part.")
    lines = rows_as_text([rows[0], warned]).splitlines()
    assert len(lines) == 4
    assert lines[3] == "left sartorius: Cut by the field of view: the volume is that of a part."


def test_text_has_a_header_for_every_column():
    everything = a_row(**{name: 1.0 for name in COLUMNS if name.endswith(("_cm3", "_percent", "_ms"))})
    header = rows_as_text([everything]).splitlines()[0]
    assert header.endswith("T2 mean (ms)  T2 SD (ms)  T2 median (ms)")
    assert "MTR median (%)" in header


def test_a_muscle_without_an_abbreviation_has_a_dash():
    assert rows_as_text([a_row(abbreviation="")]).splitlines()[1].split()[3] == "-"


def test_no_rows_are_a_header_alone(tmp_path):
    write_table([], tmp_path / "table.csv")
    assert read_csv(tmp_path / "table.csv") == []
    assert rows_as_text([]).startswith("Region  Side  Muscle")
