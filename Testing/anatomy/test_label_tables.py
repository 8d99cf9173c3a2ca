import csv
import io

import pytest

from MuscleSegLib.anatomy import REGIONS
from MuscleSegLib.anatomy.label_tables import main, tables


def rows_of(name):
    return list(csv.DictReader(io.StringIO(tables()[name])))


def test_the_tables_in_resources_are_what_would_be_written_now(project_root):
    folder = project_root / "Resources" / "Labels"
    on_disk = {
        path.name: path.read_text(encoding="utf-8") for path in folder.iterdir() if path.suffix in (".csv", ".ctbl")
    }
    assert on_disk == tables(), "run: python -m MuscleSegLib.anatomy.label_tables Resources/Labels"


def test_the_command_writes_every_table(tmp_path):
    main([str(tmp_path)])
    assert {path.name for path in tmp_path.iterdir()} == set(tables())


def test_a_color_table_is_one_that_slicer_reads():
    lines = tables()["thigh.ctbl"].splitlines()
    assert lines[0] == "# Color table file thigh.ctbl"
    assert lines[2] == "0 Background 0 0 0 0"
    assert lines[4] == "2 Right_biceps_femoris 153 221 255 255"
    assert all(len(line.split(" ")) == 6 for line in lines[2:])


def test_a_leg_without_a_side_has_a_table_that_claims_none():
    assert "2 Biceps_femoris 153 221 255 255" in tables()["thigh_one_leg.ctbl"]
    assert {row["TypeModifier_CodeValue"] for row in rows_of("calf_one_leg.csv")} == {""}


def test_a_csv_table_has_the_columns_that_slicer_looks_for():
    left = next(row for row in rows_of("thigh.csv") if row["LabelValue"] == "105")
    assert left["Name"] == "Left sartorius"
    assert (left["Color_R"], left["Color_G"], left["Color_B"], left["Color_A"]) == ("153", "119", "0", "255")
    assert (left["Category_CodingScheme"], left["Category_CodeValue"]) == ("SCT", "123037004")
    assert (left["Type_CodingScheme"], left["Type_CodeValue"]) == ("MDC", "7:828")
    assert left["TypeModifier_CodeMeaning"] == "Left"
    assert (left["Abbreviation"], left["Side"]) == ("Sar", "left")


@pytest.mark.parametrize("region", REGIONS, ids=lambda region: region.name)
def test_every_label_is_in_both_tables(region):
    expected = [str(label.value) for label in region.labels(two_legs=True)]
    assert [row["LabelValue"] for row in rows_of(f"{region.name}.csv")] == expected
    assert [line.split()[0] for line in tables()[f"{region.name}.ctbl"].splitlines()[3:]] == expected
