"""Segmentations of people in ``measure`` and ``evaluate``: expected volumes are counted voxels of 90 mm3."""

import json

import numpy as np
import pytest
import slicerio

from MuscleSegLib.inference import segments_of
from MuscleSegLib.volume import Geometry, Segment, Volume, write_labels
from Testing.cli.blocks import rows

GRID = Geometry((4, 8, 50), np.diag([3.0, 3.0, 10.0, 1.0]))
VOXEL_CM3 = 0.09


@pytest.fixture
def shared_cases(project_root):
    folder = project_root.parent / "shared" / "cases"
    if not folder.is_dir():
        pytest.skip(f"the cases of the report are not here: {folder} does not exist")
    return folder


def drawing(path, *names, edit=lambda content: None):
    """Blocks of 8, 16, 24, ... voxels with values in order of drawing and no tags, as Slicer saves them."""
    array = np.zeros(GRID.shape, np.uint8)
    for number, _ in enumerate(names):
        array[1:3, 2:4, 10 * number + 1 : 10 * number + 3 + 2 * number] = number + 1
    segments = [Segment(number, name, (9, 9, 9)) for number, name in enumerate(names, start=1)]
    write_labels(Volume(array, GRID), path, segments=segments)
    changed(path, lambda content: [segment.update(tags={}) for segment in content["segments"]])
    return changed(path, edit)


def changed(path, change):
    content = slicerio.read_segmentation(str(path))
    change(content)
    slicerio.write_segmentation(str(path), content)
    return path


def of_network(path):
    """Ten muscles of two legs, tagged, of 2 slices of 2 by 2 voxels each."""
    array = np.zeros(GRID.shape, np.uint8)
    for code in range(1, 11):
        array[1:3, 1:3, 4 * code : 4 * code + 2] = code
        array[1:3, 5:7, 4 * code : 4 * code + 2] = code + 100
    write_labels(
        Volume(array, GRID),
        path,
        segments=segments_of("thigh", two_legs=True),
        description="MuscleSeg thigh n 1 on cpu",
    )
    return path


def volumes(ended):
    assert ended.code == 0, ended.err
    measured = {row["label"]: row["volume_cm3"] for row in json.loads(ended.out)}
    return {label: round(volume / VOXEL_CM3) for label, volume in measured.items() if volume}


@pytest.mark.parametrize("region", [(), ("--region", "thigh")])
@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("Left vastus lateralis", "Right rectus femoris", "Right adductor"), {109: 8, 4: 16, 1: 24}),
        (("vl_left", "SM right", "right  GRACILIS"), {109: 8, 6: 16, 3: 24}),
        (("Vastus lateralis", "Sartorius", "Adductor"), {9: 8, 5: 16, 1: 24}),
    ],
)
def test_a_drawing_is_measured_by_its_names(muscleseg, tmp_path, region, names, expected):
    assert volumes(muscleseg("measure", drawing(tmp_path / "a.seg.nrrd", *names), *region, "--json")) == expected


def test_the_drawing_of_the_report_has_its_names(muscleseg, shared_cases):
    path = shared_cases / "byhand.seg.nrrd"
    voxels = slicerio.read_segmentation(str(path))["voxels"]
    one_cm3 = 1.3600000143051147**2 * 15 / 1000
    counted = {value: np.count_nonzero(voxels == value) * one_cm3 for value in (1, 2, 3, 4)}

    ended = muscleseg("measure", path, "--json")

    measured = {(row["side"], row["muscle"]): row["volume_cm3"] for row in json.loads(ended.out) if row["volume_cm3"]}
    assert measured == {
        ("left", "vastus lateralis"): pytest.approx(counted[1], rel=1e-6),
        ("right", "rectus femoris"): pytest.approx(counted[2], rel=1e-6),
        ("right", "adductor"): pytest.approx(counted[3], rel=1e-6),
        ("left", "vastus medialis"): pytest.approx(counted[4], rel=1e-6),
    }


@pytest.mark.parametrize("extra", ["femur right", "Segment_7", "whole thigh"])
def test_an_extra_segment_is_passed_over_and_named_though_it_lies_over_muscles(muscleseg, tmp_path, extra):
    def over_all(content):
        layer = (content["voxels"] > 0).astype(np.uint8)
        content["voxels"] = np.stack([content["voxels"], layer])
        content["segments"].append({"id": "x", "name": extra, "labelValue": 1, "layer": 1, "color": [1, 0, 0]})

    path = drawing(tmp_path / "a.seg.nrrd", "Left gracilis", "Right gracilis", edit=over_all)
    ended = muscleseg("measure", path, "--json", "--output", tmp_path / "t.json")

    assert volumes(ended) == {103: 8, 3: 16}
    assert f'"{extra}" is no muscle' in ended.err
    origins = json.loads((tmp_path / "t.json").read_text(encoding="utf-8"))["provenance"]
    assert next(entry["value"] for entry in origins if entry["item"] == "option segments passed over") == extra


def test_a_muscle_deleted_and_drawn_again_is_measured_as_drawn(muscleseg, tmp_path):
    def again(content):
        content["voxels"][content["voxels"] == 109] = 0
        content["segments"] = [segment for segment in content["segments"] if segment["labelValue"] != 109]
        content["voxels"][content["voxels"] == 5] = 77  # as Slicer renumbers muscles: the tag says 5 still
        content["segments"][4]["labelValue"] = 77
        content["voxels"][45:48, 0, 0] = 5
        content["segments"].append({"id": "n", "name": "Left vastus lateralis", "labelValue": 5, "layer": 0})

    ended = muscleseg("measure", changed(of_network(tmp_path / "a.seg.nrrd"), again), "--json")

    measured = volumes(ended)
    assert measured[109] == 3
    assert measured[5] == 8


@pytest.mark.parametrize("name", ["Left rectus femoris", "Right vastus lateralis", "femur left"])
def test_a_renamed_segment_of_a_network_is_refused_with_name_and_muscle(muscleseg, tmp_path, name):
    def rename(content):
        content["segments"][18]["name"] = name

    ended = muscleseg("measure", changed(of_network(tmp_path / "a.seg.nrrd"), rename))

    assert ended.code == 1
    assert f'"{name}" while its tag says "Left vastus lateralis"' in ended.err


def test_a_note_about_a_name_stands_in_the_row(muscleseg, tmp_path):
    def rename(content):
        content["segments"][18]["name"] = "of Dr. Who"

    ended = muscleseg("measure", changed(of_network(tmp_path / "a.seg.nrrd"), rename), "--json")

    by_label = {row["label"]: row["warnings"] for row in json.loads(ended.out)}
    assert 'Its segment is called "of Dr. Who"' in by_label[109]
    assert not any("segment" in warnings for label, warnings in by_label.items() if label != 109)


@pytest.mark.parametrize("names", [("Left gracilis", "gracilis L"), ("VL right", "right vastus lateralis", "Left VL")])
def test_two_segments_of_one_muscle_are_refused(muscleseg, tmp_path, names):
    ended = muscleseg("measure", drawing(tmp_path / "a.seg.nrrd", *names))

    assert ended.code == 1
    assert f'"{names[0]}" and "{names[1]}"' in ended.err


def test_evaluate_goes_by_names_too_and_notes_what_it_passes_over(muscleseg, tmp_path):
    for folder in ("manual", "automatic"):
        (tmp_path / folder).mkdir()
    drawing(tmp_path / "manual" / "A.seg.nrrd", "Left gracilis", "Right gracilis", "femur right")
    array = np.zeros(GRID.shape, np.uint8)
    array[1:3, 2:4, 1:3], array[1:3, 2:4, 11:15] = 103, 3
    write_labels(Volume(array, GRID), tmp_path / "automatic" / "A.nii.gz", segments=[])

    ended = muscleseg(
        *("evaluate", "--reference", tmp_path / "manual", "--prediction", tmp_path / "automatic"),
        *("--region", "thigh", "--processes", 1, "--output", tmp_path / "report"),
    )

    assert ended.code == 0, ended.err
    scores = {row["label"]: row["dsc"] for row in rows(tmp_path / "report" / "muscles.csv") if row["dsc"]}
    assert scores == {"103": "1", "3": "1"}
    assert '"femur right" is no muscle' in ended.err
    assert "femur right" in rows(tmp_path / "report" / "cases.csv")[0]["note"]
