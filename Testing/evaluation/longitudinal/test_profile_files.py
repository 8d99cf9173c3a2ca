"""Visits in files that anybody may have edited: read, or refused in one sentence."""

import json

import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.evaluation.study.label_files import LabelMeaning
from MuscleSegLib.evaluation.study.visit_files import read_profiles

FIELDS = ("region", "side", "muscle", "abbreviation", "label", "quantity", "slice", "position_mm", "position_percent")


def row(number, **changed):
    """A slice of 10 mm of a limb of 100 mm."""
    sound = dict(zip(FIELDS, ("calf", "left", "soleus", "Sol", 106, "area_cm2", number), strict=False))
    return {**sound, "position_mm": 10.0 * number + 5, "position_percent": 10.0 * number + 5, "value": 3.0, **changed}


def as_json(path, rows):
    path.write_text(json.dumps({"profiles": rows}), encoding="utf-8")
    return path


def test_a_sound_file_is_read(tmp_path):
    rows = read_profiles(as_json(tmp_path / "a.json", [row(0), row(1), row(4)]), LabelMeaning())

    assert [(row.label, row.position_mm, row.value) for row in rows] == [(106, 5, 3), (106, 15, 3), (106, 45, 3)]


@pytest.mark.parametrize(
    "changed",
    [
        {"position_mm": float("inf")},
        {"position_mm": float("nan")},
        {"position_mm": 1e300},
        {"position_percent": float("-inf")},
        {"value": float("nan")},
        {"value": -1.0},
        {"value": 1e308},
        {"label": float("inf")},
        {"label": 10**400},
        {"label": 9.7},
        {"label": True},
        {"label": -1},
        {"slice": 10**30},
        {"side": "middle"},
        {"side": ["left"]},
        {"position_mm": None},
        {"quantity": "2147483648"},
        {"quantity": "fF_inner_percent"},
        {"quantity": ""},
        {"quantity": "ff_mean_percent", "value": 250.0},
        {"quantity": "mtr_inner_percent", "value": -70.0},
        {"quantity": "t2_mean_ms", "value": -3.0},
    ],
    ids=str,
)
def test_a_number_that_cannot_be_is_refused(tmp_path, changed):
    with pytest.raises(MuscleSegError, match=r"a\.json is no measurement with profiles"):
        read_profiles(as_json(tmp_path / "a.json", [row(0), row(1, **changed)]), LabelMeaning())


@pytest.mark.parametrize(
    ("changed", "contradiction"),
    [
        ({"position_mm": 5.0, "position_percent": 5.0}, "two numbers of one muscle at one position"),
        ({"position_mm": 5.0 + 1e-9}, "slices less than 0.1 mm apart"),
        ({"position_percent": 5.0}, "in mm and in percent"),
        ({"position_percent": 5.0001}, "in mm and in percent"),
        ({"position_mm": -10.0}, "in mm and in percent"),
    ],
    ids=str,
)
def test_positions_that_cannot_be_slices_are_refused(tmp_path, changed, contradiction):
    with pytest.raises(MuscleSegError, match=contradiction):
        read_profiles(as_json(tmp_path / "a.json", [row(0), row(1, **changed)]), LabelMeaning())


@pytest.mark.parametrize(
    ("changed", "contradiction"),
    [
        ({"position_mm": 27.0}, "slices that are not equally far apart"),
        ({"position_percent": 29.0}, "slices that are not equally far apart"),
        ({"slice": 5}, "slices that are not equally far apart"),
        ({"muscle": "gastrocnemius medialis"}, "two names of one label"),
        ({"side": "right"}, "two names of one label"),
        ({"region": "thigh"}, "two names of one label"),
    ],
    ids=str,
)
def test_a_row_that_contradicts_the_others_is_refused(tmp_path, changed, contradiction):
    rows = [row(0), row(1), row(2, **changed), row(3)]
    with pytest.raises(MuscleSegError, match=contradiction):
        read_profiles(as_json(tmp_path / "a.json", rows), LabelMeaning())


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("deep.json", '{"profiles": ' + "[" * 200_000 + "]" * 200_000 + "}"),
        ("long.json", '{"profiles": [{"label": ' + "9" * 6000 + "}]}"),
        ("text.json", '{"profiles": "soleus"}'),
        ("list.json", "[1, 2]"),
        ("wide.csv", ",".join([*FIELDS, "value"]) + "\n" + "x" * 200_000 + ",\n"),
        ("quote.csv", ",".join([*FIELDS, "value"]) + '\n"' + "calf,left\n" * 30_000),
        ("nul.csv", ",".join([*FIELDS, "value"]) + "\ncalf\0,\n"),
        ("short.csv", ",".join([*FIELDS, "value"]) + "\ncalf,left\n"),
    ],
)
def test_a_file_that_no_reader_can_bear_is_refused(tmp_path, name, content):
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(MuscleSegError, match="is no measurement with profiles"):
        read_profiles(tmp_path / name, LabelMeaning())
