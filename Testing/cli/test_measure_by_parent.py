"""Fine labels on the command line: measured as they are, by parent, and both, in every format of labels."""

import json

import numpy as np
import pytest

from MuscleSegLib.anatomy import labels_of
from MuscleSegLib.inference import segments_of
from MuscleSegLib.volume import Geometry, Volume, write_labels, write_volume

GRID = Geometry((2, 8, 60), np.diag([2.0, 2.0, 5.0, 1.0]))
VALUES = (31, 32, 33, 44, 134, 135)


@pytest.fixture
def fine_labels():
    array = np.zeros(GRID.shape, np.uint8)
    for place, value in enumerate(VALUES):
        array[:, 2:6, 8 * place : 8 * place + 4 + place] = value
    return Volume(array, GRID)


@pytest.fixture
def fat_fraction(tmp_path):
    path = tmp_path / "ff.nii.gz"
    array = np.random.default_rng(3).uniform(5, 60, GRID.shape).astype(np.float32)
    write_volume(Volume(array, GRID), path)
    return path, array


def rows_of(ended):
    return {row["label"]: row for row in json.loads(ended.out)}


@pytest.mark.parametrize("ending", ["nii.gz", "seg.nrrd"])
def test_fine_labels_are_measured_as_they_are_by_parent_and_both(
    muscleseg, tmp_path, fine_labels, fat_fraction, ending
):
    path = tmp_path / f"fine.{ending}"
    write_labels(fine_labels, path, segments=segments_of("thigh-fine", two_legs=True))
    # A segmentation of ours says what it is; a label map does not.
    meaning = ("--scheme", "thigh-fine") if ending == "nii.gz" else ()
    command = ("measure", path, *meaning, "--ff", fat_fraction[0], "--ff-unit", "percent", "--json")

    fine, parents, both = (rows_of(muscleseg(*command, "--by", by)) for by in ("fine", "parent", "both"))

    assert [row["label"] for row in fine.values() if row["volume_cm3"]] == list(VALUES)
    assert [row["label"] for row in parents.values() if row["volume_cm3"]] == [1, 102]
    assert both.keys() == fine.keys() | parents.keys()
    inside = np.isin(fine_labels.array, (31, 32, 33))
    assert parents[1]["volume_cm3"] == pytest.approx(inside.sum() * 2 * 2 * 5 / 1000)
    assert parents[1]["ff_mean_percent"] == pytest.approx(fat_fraction[1][inside].mean(), rel=1e-5)
    assert both[1] == parents[1]
    assert both[31] == fine[31]
    assert fine[31]["parent"] == "adductor"
    assert fine[44]["parent"] is None


def test_without_an_option_labels_are_measured_as_they_are(muscleseg, tmp_path, fine_labels):
    path = tmp_path / "fine.nii.gz"
    write_labels(fine_labels, path, segments=segments_of("thigh-fine", two_legs=True))
    assert len(rows_of(muscleseg("measure", path, "--scheme", "thigh-fine", "--json"))) == 32


def test_what_is_in_no_muscle_is_named(muscleseg, tmp_path, fine_labels):
    path = tmp_path / "fine.nii.gz"
    write_labels(fine_labels, path, segments=segments_of("thigh-fine", two_legs=True))
    ended = muscleseg("measure", path, "--scheme", "thigh-fine", "--by", "parent", "--json")
    assert "\"Right pectineus\" is no muscle of the label scheme 'thigh' and not measured" in ended.err


def test_all_tables_of_both_are_written_and_groups_count_no_muscle_twice(muscleseg, tmp_path, fine_labels):
    path, table = tmp_path / "fine.nii.gz", tmp_path / "table.json"
    write_labels(fine_labels, path, segments=segments_of("thigh-fine", two_legs=True))
    muscleseg("measure", path, "--scheme", "thigh-fine", "--by", "both", "--output", table)

    tables = json.loads(table.read_text())
    whole = next(row for row in tables["groups"] if (row["group"], row["side"]) == ("whole thigh", "right"))
    assert whole["muscles_expected"] == 10
    assert whole["volume_cm3"] == pytest.approx(np.isin(fine_labels.array, (31, 32, 33)).sum() * 0.02)
    assert {row["label"] for row in tables["profiles"]} == {1, 102, *VALUES}
    record = {row["item"]: row["value"] for row in tables["provenance"]}
    assert tuple(record[f"option {name}"] for name in ("label scheme", "merged into", "rows")) == (
        "thigh-fine",
        "thigh",
        "both",
    )


def test_a_map_of_another_tool_is_measured_by_parent_too(muscleseg, tmp_path):
    array = np.zeros(GRID.shape, np.uint16)
    array[:, 2:6, 2:10], array[:, 2:6, 20:30], array[:, 2:6, 40:44] = 7202, 7212, 8112
    write_volume(Volume(array, GRID), tmp_path / "whole.nii.gz")
    rows = rows_of(muscleseg("measure", tmp_path / "whole.nii.gz", "--scheme", "musclemap", "--by", "parent", "--json"))
    assert {label: row["muscle"] for label, row in rows.items() if row["volume_cm3"]} == {
        1: "adductor",
        22: "deep posterior compartment",
    }
    assert rows[1]["volume_cm3"] == pytest.approx(2 * 4 * 18 * 0.02)
    assert "Without adductor brevis" in rows[1]["warnings"]


@pytest.mark.parametrize("name", ["thigh-fine", "calf-fine", "hip", "lower-limb-fine"])
def test_a_segmentation_with_fine_tags_says_what_it_is(muscleseg, tmp_path, name):
    labels = labels_of(name, two_legs=True)
    array = np.zeros((1, 2, len(labels)), np.uint8)
    array[:, 0] = [label.value for label in labels]
    path = tmp_path / "fine.seg.nrrd"
    write_labels(Volume(array, Geometry(array.shape, np.eye(4))), path, segments=segments_of(name, two_legs=True))
    rows = rows_of(muscleseg("measure", path, "--json"))
    assert {label: row["volume_cm3"] for label, row in rows.items()} == pytest.approx(
        {label.value: 0.001 for label in labels}
    )
