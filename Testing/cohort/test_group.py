import csv
import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from MuscleSegLib.anatomy import CALF, THIGH
from MuscleSegLib.biomarkers import Row
from MuscleSegLib.cohort import Scan, run_participants, write_group
from MuscleSegLib.cohort.measuring import ROW_COLUMNS, write_rows
from MuscleSegLib.cohort.outputs import ScanFiles
from MuscleSegLib.cohort.records import DONE, FAILED, Record
from MuscleSegLib.cohort.wide_table import COLUMNS, most_outlying
from MuscleSegLib.errors import MuscleSegError
from Testing.cohort.fake_work import rows_of, serial


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def put(output: Path, scan: Scan, rows: list[Row], **changes: object) -> None:
    """Write a record and rows as the participant step does."""
    files = ScanFiles.of(output, scan)
    files.scan_folder.mkdir(parents=True)
    record = Record(scan.name, scan.subject, scan.session, DONE, "", "", "", region="thigh", network="net 1")
    replace(record, **changes).write(files.record)
    write_rows(scan, rows, files)
    files.thumbnail.write_bytes(b"small picture")


def scans_on_page(output: Path) -> tuple[list[dict], list[str]]:
    html = (output / "group_quality.html").read_text(encoding="utf-8")
    parts = {
        name: re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', html, re.DOTALL)[1]
        for name in ("data", "sentences")
    }
    return json.loads(parts["data"]), json.loads(parts["sentences"])


def test_the_long_table_has_a_row_for_each_scan_and_muscle(scans, output, settings):
    run_participants(scans, output, settings, engine=serial)

    result = write_group(output)

    rows = table(output / "group_muscles.tsv")
    assert (result.done, result.failed) == (5, 0)
    assert tuple(rows[0]) == ROW_COLUMNS
    assert [(row["participant_id"], row["muscle"]) for row in rows] == [
        (f"sub-{number}", muscle.name) for number in range(1, 6) for muscle in THIGH.muscles
    ]
    assert float(rows[9]["volume_cm3"]) == 1.10
    assert rows[0]["side"] == rows[0]["ff_mean_percent"] == rows[0]["session_id"] == "n/a"


@pytest.mark.parametrize("regions", [("thigh",), ("calf",), ("thigh", "calf")])
def test_columns_of_the_wide_table_are_the_same_in_every_cohort(regions, tmp_path):
    for number, region in enumerate(regions):
        muscles = THIGH.muscles if region == "thigh" else CALF.muscles
        rows = [Row(region, "left", muscle.name, muscle.abbreviation, muscle.code, 7.5) for muscle in muscles]
        put(tmp_path, Scan(f"{number}"), rows)

    write_group(tmp_path)

    wide = table(tmp_path / "group_scans.tsv")
    assert tuple(wide[0])[-len(COLUMNS) :] == COLUMNS
    filled = [{name for name in COLUMNS if row[name] != "n/a"} for row in wide]
    assert filled == [
        {
            f"{region}_left_{muscle.name.replace(' ', '_')}_volume_cm3"
            for muscle in (THIGH.muscles if region == "thigh" else CALF.muscles)
        }
        for region in regions
    ]


def test_failures_are_listed_with_reason_and_files_and_are_in_no_other_table(scans, output, settings):
    scans[3].roles["image"].path.write_text("fail")
    run_participants(scans, output, settings, engine=serial)

    result = write_group(output)

    (failure,) = table(output / "group_failures.tsv")
    assert (result.done, result.failed) == (4, 1)
    assert failure["scan"] == "sub-4"
    assert failure["reason"] == "The image is bad: give another one."
    assert "3.nii.gz" in failure["files"]
    assert "sub-4" not in {row["scan"] for row in table(output / "group_scans.tsv")}


def test_a_robust_z_is_the_distance_from_the_median_over_the_scaled_absolute_deviation():
    values = np.full((9, len(COLUMNS)), np.nan)
    column = COLUMNS.index("calf_right_soleus_ff_mean_percent")
    # Median 5, absolute deviations 4 3 2 1 0 1 2 3 95, of which the median is 2.
    values[:, column] = [1, 2, 3, 4, 5, 6, 7, 8, 100]

    outlying = most_outlying(values)

    assert outlying[8].column == COLUMNS[column]
    assert outlying[8].z == pytest.approx(95 / (1.4826 * 2))
    assert outlying[0].z == pytest.approx(-4 / (1.4826 * 2))


def test_values_of_few_scans_are_not_called_outlying():
    values = np.full((7, len(COLUMNS)), np.nan)
    values[:, 0] = [1, 2, 3, 4, 5, 6, 1000]

    assert most_outlying(values) == [None] * 7


def test_the_page_has_every_scan_with_its_doubts_and_names_no_other_place(tmp_path):
    text = "One voxel of contour moves FF by 3.1 points."
    doubtful = [replace(row, warnings=text, confidence=0.4) for row in rows_of("1")[:2]]
    put(tmp_path, Scan("1", "a"), doubtful, notes=("A doubt </script><b>about</b> the image.",))
    put(tmp_path, Scan("2"), rows_of("2"))
    put(tmp_path, Scan("3"), [], status=FAILED, reason="It is damaged.")

    write_group(tmp_path)

    scans, sentences = scans_on_page(tmp_path)
    assert [scan["name"] for scan in scans] == ["sub-1_ses-a", "sub-2", "sub-3"]
    assert [scan["confidence"] for scan in scans] == [0.4, 0.9, None]
    assert [(sentences[number], times) for number, times in scans[0]["warnings"]] == [
        ("A doubt </script><b>about</b> the image.", 1),
        ("One voxel of contour moves FF by … points.", 2),
    ]
    assert scans[2]["reason"] == "It is damaged."
    assert scans[0]["overview"] == "sub-1/ses-a/anat/sub-1_ses-a_seg-muscleseg_overview.png"
    html = (tmp_path / "group_quality.html").read_text(encoding="utf-8")
    assert "http" not in html
    assert "<b>about" not in html


def test_a_damaged_table_is_a_failure(scans, output, settings):
    run_participants(scans, output, settings, engine=serial)
    path = ScanFiles.of(output, scans[0]).rows
    path.write_text(path.read_text()[:-300])

    assert write_group(output).failed == 1


def test_an_output_without_scans_is_refused(output):
    with pytest.raises(MuscleSegError, match="run the step participant first"):
        write_group(output)


def test_parquet_has_the_long_table_with_types(scans, output, settings):
    parquet = pytest.importorskip("pyarrow.parquet")
    run_participants(scans, output, settings, engine=serial)

    write_group(output)

    columns = parquet.read_table(output / "group_muscles.parquet").to_pydict()
    rows = table(output / "group_muscles.tsv")
    assert list(columns) == list(ROW_COLUMNS)
    assert columns["volume_cm3"] == [float(row["volume_cm3"]) for row in rows]
    assert columns["label"] == [int(row["label"]) for row in rows]
    assert set(columns["ff_mean_percent"]) == set(columns["side"]) == {None}


def test_pandas_reads_the_same_table_from_text_and_from_parquet(scans, output, settings):
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    run_participants(scans, output, settings, engine=serial)

    write_group(output)

    text = pandas.read_csv(output / "group_muscles.tsv", sep="\t")
    columns = pandas.read_parquet(output / "group_muscles.parquet")
    assert list(text["participant_id"].unique()) == [f"sub-{number}" for number in range(1, 6)]
    assert (text["volume_cm3"].dtype, text["ff_mean_percent"].isna().all()) == ("float64", True)
    same = [table.astype(object).where(table.notna(), None) for table in (text, columns)]
    pandas.testing.assert_frame_equal(*same)
