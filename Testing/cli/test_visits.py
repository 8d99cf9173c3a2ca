"""``muscleseg evaluate --visits``: what changed in a patient, with label maps of blocks."""

import json

import numpy as np
import pytest

from Testing.cli.blocks import calf, rows, save


def visit(folder, fat):
    labels, ff = calf(fat=fat)
    save(folder / "labels.nii.gz", labels)
    save(folder / "ff.nii.gz", ff)
    return folder


@pytest.mark.slow
def test_two_visits_mark_what_changed_beyond_what_raters_differ_by(muscleseg, a_study):
    first, second = visit(a_study / "first", 10.0), visit(a_study / "second", 10.0)
    labels, ff = calf(fat=10.0)
    save(second / "ff.nii.gz", ff + np.where(labels == 6, 5.0, np.where(labels == 106, 2.5, 0)).astype(np.float32))
    muscleseg(
        *("evaluate", "--raters", a_study / "manual", a_study / "automatic", "--maps", a_study / "maps"),
        *("--region", "calf", "--processes", 1, "--output", a_study / "raters"),
    )

    ended = muscleseg(
        *("evaluate", "--visits", first, second, "--repeatability", a_study / "raters" / "repeatability.csv"),
        *("--region", "calf", "--output", a_study / "visits", "--json"),
    )

    changes = json.loads(ended.out)["changes"]
    fat = {row["label"]: row for row in changes if row["quantity"] == "ff_mean_percent"}
    # Two raters, who differ by 1 point in six muscles: SEM = sqrt(1 / 2) with 6 degrees of freedom, so that 5 and 2.5
    # points are 5 and 2.5 of Student's t, and P = 0.00245 and 0.0465 (tables); four muscles are looked at.
    assert [fat[label]["p"] for label in (6, 106)] == pytest.approx([0.00245, 0.0465], rel=0.01)
    assert [fat[label]["p_adjusted"] for label in (6, 106)] == pytest.approx([4 * 0.00245, 3 * 0.0465], rel=0.01)
    assert [row["label"] for row in changes if row["is_detectable"]] == [6, 106]
    assert [row["label"] for row in changes if row["is_beyond_noise"]] == [6]
    assert "marked" in (a_study / "visits" / "report.html").read_text(encoding="utf-8")


def test_visits_and_repeats_are_also_tables_of_measure(muscleseg, tmp_path):
    folder = visit(tmp_path / "scan", 10.0)
    for name in ("first.json", "second.csv"):
        muscleseg(
            *("measure", folder / "labels.nii.gz", "--region", "calf", "--ff", folder / "ff.nii.gz"),
            *("--output", tmp_path / name),
        )

    ended = muscleseg(
        *("evaluate", "--visits", tmp_path / "first.json", tmp_path / "second.csv"),
        *("--repeats", tmp_path / "first.json", tmp_path / "second.csv", "--output", tmp_path / "report"),
    )

    assert ended.code == 0, ended.err
    changes = rows(tmp_path / "report" / "changes.csv")
    assert len(changes) == 12  # a volume and two means of FF in each of four muscles
    assert all(abs(float(row["change"])) < 1e-3 for row in changes)


def test_visits_of_two_regions_are_refused(muscleseg, tmp_path):
    folder = visit(tmp_path / "scan", 10.0)
    for region in ("calf", "thigh"):
        muscleseg("measure", folder / "labels.nii.gz", "--region", region, "--output", tmp_path / f"{region}.json")

    ended = muscleseg("evaluate", "--visits", tmp_path / "calf.json", tmp_path / "thigh.json", "--output", tmp_path)

    assert ended.code == 1
    assert "The measurements are of calf and thigh: give those of one region." in ended.err


def two_visits(folder):
    return [visit(folder / name, fat) for name, fat in (("first", 10.0), ("second", 12.0))]


REPEATABILITY = {
    "muscle": "soleus",
    "quantity": "ff_mean_percent",
    "subjects": "4",
    "freedom": "6",
    "sem": "0.707107",
    "sem_low": "0.45565",
    "sem_high": "1.55708",
    "smallest_detectable_change": "1.95996",
}


def with_repeatability(muscleseg, folder, *rows):
    lines = [",".join(REPEATABILITY), *(",".join(row.values()) for row in rows)]
    (folder / "repeatability.csv").write_text("\n".join(lines), encoding="utf-8")
    visits = ("--visits", *two_visits(folder), "--region", "calf", "--ff-unit", "percent")
    return muscleseg(
        "evaluate", *visits, "--repeatability", folder / "repeatability.csv", "--output", folder / "report"
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"quantity": "volume_cvolume_cm3"},
        {"quantity": "none"},
        {"smallest_detectable_change": "3.95996"},
        {"sem": "0.507107"},
        {"sem": "inf", "smallest_detectable_change": "inf"},
        {"sem_low": "0.9"},
        {"smallest_detectable_change": ""},
        {"freedom": "2.5"},
    ],
    ids=str,
)
def test_a_repeatability_that_contradicts_itself_is_refused(muscleseg, tmp_path, changed):
    ended = with_repeatability(muscleseg, tmp_path, REPEATABILITY | changed)

    assert ended.code == 1
    assert "repeatability.csv is no table of repeatability" in ended.err


def test_two_repeatabilities_of_one_muscle_are_refused(muscleseg, tmp_path):
    ended = with_repeatability(muscleseg, tmp_path, REPEATABILITY, REPEATABILITY)

    assert ended.code == 1
    assert "repeatability.csv is no table of repeatability" in ended.err


def test_what_a_repeatability_says_nothing_of_is_named(muscleseg, tmp_path):
    ended = with_repeatability(muscleseg, tmp_path, REPEATABILITY)

    assert ended.code == 0, ended.err
    assert "says nothing of gastrocnemius medialis (ff_inner_percent, ff_mean_percent, volume_cm3)" in ended.err
    assert "soleus (ff_inner_percent, volume_cm3)" in ended.err
    assert ended.err.count("says nothing of") == 1
