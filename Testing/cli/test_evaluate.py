"""``muscleseg evaluate``, with label maps of blocks."""

import json
import os

import numpy as np
import openpyxl
import pytest

from MuscleSegLib.cli import evaluate
from MuscleSegLib.evaluation.study import pairs
from Testing.cli.blocks import calf, rows, save


def study(folder, *more):
    return (
        *("evaluate", "--reference", folder / "manual", "--prediction", folder / "automatic"),
        *("--maps", folder / "maps", "--region", "calf", "--processes", 1, "--output", folder / "report", *more),
    )


def test_a_study_is_a_page_a_workbook_and_tables(muscleseg, a_study):
    ended = muscleseg(*study(a_study))

    assert ended.code == 0, ended.err
    # Six of twelve muscles lack their highest slice, and 1 point: SD sqrt(12 / 11 * 0.25).
    assert "automatic: DSC 0.95 ± 0.05, FF error -0.50 ± 0.52 points" in ended.out
    report = a_study / "report"
    names = ["table1", "table2", "agreement", "metrics", "muscles", "cases"]
    assert {path.name for path in report.iterdir()} == {
        *(f"{name}.csv" for name in names),
        "report.html",
        "report.xlsx",
        "cases",
    }
    book = openpyxl.load_workbook(report / "report.xlsx")
    assert book.sheetnames == ["Table1", "Table2", "Agreement", "Metrics", "Muscles", "Cases"]
    page = (report / "report.html").read_text(encoding="utf-8")
    assert f"{os.cpu_count()} cores" in page  # what processor times are worth depends on the processor


def test_the_table_holds_what_can_be_worked_out_by_hand(muscleseg, a_study):
    muscleseg(*study(a_study))

    table = rows(a_study / "report" / "table1.csv")
    ours = next(row for row in table if row["source"] == "this study")
    # Of 4 muscles a case, two lack 1 of 6 slices: DSC 2 * 5 / 11 and 1; FF of slices 1 to 5 less that of 1 to 6: -1.
    assert float(ours["dsc"]) == pytest.approx((10 / 11 + 1) / 2, abs=1e-5)
    assert float(ours["ff_error_percent"]) == pytest.approx(-0.5, abs=1e-5)
    assert float(ours["volume_error_cm3"]) == pytest.approx(-7 * 9 * 0.09 / 2, abs=1e-5)
    assert [row["network"] for row in table if row["source"] != "this study"] == [
        "HRNet",
        "TransUNet",
        "U-Net 2D",
        "U-Net 3D",
    ]


def test_a_file_that_fits_no_other_and_one_that_cannot_be_read_are_told_and_the_others_go_on(muscleseg, a_study):
    (a_study / "automatic" / "P1.nii.gz").write_bytes(b"no image")
    save(a_study / "automatic" / "Q.nii.gz", calf()[0])

    ended = muscleseg(*study(a_study))

    assert ended.code == 0
    assert "Failed: Q, automatic: There are no labels called Q in" in ended.err
    assert "Failed: P1, automatic:" in ended.err
    status = {row["case"]: row["status"] for row in rows(a_study / "report" / "cases.csv")}
    assert status == {"P0": "done", "P1": "failed", "P2": "done", "Q": "failed"}


def test_a_file_that_may_not_be_read_is_told_and_the_others_go_on(muscleseg, a_study, monkeypatch):
    def refusing(path):  # whoever runs the tests may be allowed to read everything
        if path.name == "P1.nii.gz":
            raise PermissionError(13, "Permission denied", str(path))
        return "a digest"

    monkeypatch.setattr(pairs, "digest_of_file", refusing)

    ended = muscleseg(*study(a_study))

    assert ended.code == 0
    assert "P1.nii.gz cannot be read (Permission denied)" in ended.err
    status = {row["case"]: row["status"] for row in rows(a_study / "report" / "cases.csv")}
    assert status == {"P0": "done", "P1": "failed", "P2": "done"}


def test_an_empty_prediction_an_empty_reference_and_exchanged_legs_are_in_the_report(muscleseg, a_study):
    labels = calf()[0]
    swapped = np.where(labels > 100, labels - 100, np.where(labels > 0, labels + 100, 0)).astype(np.uint8)
    save(a_study / "automatic" / "P0.nii.gz", np.zeros_like(labels))
    save(a_study / "manual" / "P1_labels.nii.gz", np.zeros_like(labels))
    save(a_study / "automatic" / "P2.nii.gz", swapped)

    ended = muscleseg(*study(a_study, "--json"))

    answer = json.loads(ended.out)
    ours = next(row for row in answer["table1"] if row["source"] == "this study")
    assert (ours["muscles"], ours["without_reference"], ours["absence_percent"]) == (8, 4, 50)
    assert ours["dsc"] == 0  # of the swapped legs
    states = {row["case"]: (row["status"], row["note"]) for row in answer["cases"]}
    assert states["P1"] == ("excluded", "The reference holds no muscle: the case is excluded.")
    assert "right and the left leg are exchanged" in states["P2"][1]


def test_a_folder_for_maps_without_any_is_an_error(muscleseg, a_study):
    ended = muscleseg(*study(a_study, "--maps", a_study / "mpas"))
    assert (ended.code, "There is no folder" in ended.err) == (1, True)

    ended = muscleseg(*study(a_study, "--maps", a_study / "manual"))
    assert ended.code == 1
    assert "manual holds no map of any case: files are called P0_ff.nii.gz or P0/ff.nii.gz." in ended.err


@pytest.mark.slow
def test_a_case_that_has_no_map_where_the_others_have_theirs_is_told(muscleseg, a_study):
    (a_study / "maps" / "P1_ff.nii.gz").unlink()

    ended = muscleseg(*study(a_study, "--json"))

    assert ended.code == 0
    notes = {row["case"]: row["note"] for row in json.loads(ended.out)["cases"]}
    unit = "FF taken as percent (assumed)."
    assert notes == {"P0": unit, "P1": f"There is no map of it in {a_study / 'maps'}.", "P2": unit}


def test_nothing_in_common_is_an_error(muscleseg, a_study):
    for path in (a_study / "automatic").iterdir():
        path.rename(path.with_name(f"other_{path.name}"))

    ended = muscleseg(*study(a_study))

    assert ended.code == 1
    assert "None of 6 cases could be evaluated" in ended.err


@pytest.mark.slow
def test_a_second_call_reads_what_the_first_has_done(muscleseg, a_study):
    muscleseg(*study(a_study))
    kept = {path: path.stat().st_mtime_ns for path in (a_study / "report" / "cases").iterdir()}
    save(a_study / "automatic" / "P2.nii.gz", calf(high=5)[0])

    ended = muscleseg(*study(a_study))

    assert ended.code == 0
    changed = [path.name for path, time in kept.items() if path.stat().st_mtime_ns != time]
    assert [name[:2] for name in changed] == ["P2"]


def test_who_stops_a_study_is_told_that_it_can_go_on(muscleseg, a_study, monkeypatch):
    def stopped(*_arguments, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr(evaluate, "run_jobs", stopped)

    ended = muscleseg(*study(a_study))

    assert ended.code == 1
    assert "stopped; there is no new report. The same command goes on" in ended.err
    assert not (a_study / "report" / "report.html").exists()


def test_two_raters_have_a_report_of_how_they_agree(muscleseg, a_study):
    out = a_study / "raters"
    ended = muscleseg(
        *("evaluate", "--raters", a_study / "manual", a_study / "automatic", "--maps", a_study / "maps"),
        *("--region", "calf", "--processes", 1, "--output", out),
    )

    assert ended.code == 0, ended.err
    fat = next(row for row in rows(out / "inter_rater.csv") if row["quantity"] == "ff_percent")
    assert (fat["raters"], fat["muscles"]) == ("2", "12")
    assert 0.9 < float(fat["icc_a1"]) < 1
    soleus = next(
        row
        for row in rows(out / "repeatability.csv")
        if (row["muscle"], row["quantity"]) == ("soleus", "ff_mean_percent")
    )
    # The two differ by 1 point each time, so SEM = 1 / sqrt(2) and the smallest detectable change is 1.96.
    assert float(soleus["smallest_detectable_change"]) == pytest.approx(1.96, abs=1e-4)
    assert rows(out / "table1.csv")[-1]["network"] == "automatic against manual"


@pytest.mark.slow
def test_three_raters_whose_folders_are_called_alike_are_kept_apart(muscleseg, tmp_path):
    for rater, high in (("a", 7), ("b", 6), ("c", 5)):
        for number in range(3):
            save(tmp_path / rater / "labels" / f"P{number}.nii.gz", calf(high=high)[0])
    folders = [tmp_path / rater / "labels" for rater in "abc"]

    ended = muscleseg(
        "evaluate", "--raters", *folders, "--region", "calf", "--processes", 1, "--output", tmp_path / "report"
    )

    assert ended.code == 0, ended.err
    assert len({row["method"] for row in rows(tmp_path / "report" / "muscles.csv")}) == 3
    volume = next(row for row in rows(tmp_path / "report" / "inter_rater.csv") if row["quantity"] == "volume_cm3")
    assert (volume["raters"], volume["muscles"]) == ("3", "12")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "Give one of"),
        (["--reference", "a"], "Give one of"),
        (["--prediction", "a"], "Give one of"),
        (["--networks", "all"], "give --region thigh or --region calf"),
        (["--raters", "a"], "two different ones or more with --raters"),
        (["--raters", "a", "b", "b/../a"], "two different ones or more with --raters"),
        (["--visits", "a", "b", "--repeats", "c", "c"], "two different ones or more with --repeats"),
        (["--reference", "a", "--prediction", "b"], "There is no folder a"),
        (["--visits", "a.json", "b.json"], "a.json is no measurement with profiles"),
        (["--networks", "no-such", "--region", "calf"], "There is no network 'no-such'"),
    ],
)
def test_wrong_use_is_told_in_a_sentence(muscleseg, tmp_path, arguments, sentence):
    ended = muscleseg("evaluate", *arguments, "--output", tmp_path / "report")

    assert ended.code in (1, 2)
    assert sentence in ended.err
    assert ended.err.count("\n") == 1


@pytest.mark.slow
def test_one_network_is_judged_on_a_digital_person(muscleseg, tmp_path):
    """A whole study in small; the figures themselves are those of ``test_case`` and ``test_statistics``."""
    options = ("--networks", "calf-unet2d-small", "--phantoms", 1, "--region", "calf", "--processes", 1)

    ended = muscleseg("evaluate", *options, "--output", tmp_path / "report", "--json")

    assert ended.code == 0, ended.err
    ours = next(row for row in json.loads(ended.out)["table1"] if row["source"] == "this study")
    assert (ours["muscles"], ours["absence_percent"]) == (12, 0)
    assert ours["dsc"] > 0.8
    cost = rows(tmp_path / "report" / "complexity.csv")[0]
    assert 5e5 < int(cost["parameters"]) < 7e5
    assert float(cost["training_hours"]) > 0.1
