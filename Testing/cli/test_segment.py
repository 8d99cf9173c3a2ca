"""Segmenting from the command line: a digital thigh in, labels out."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
import slicerio

from MuscleSegLib.anatomy import THIGH
from MuscleSegLib.bundle import Calibration, find_bundle, write_confidence
from MuscleSegLib.phantom import digital_legs
from MuscleSegLib.volume import Geometry, read_labels, read_volume, write_volume


@pytest.fixture(scope="module")
def a_thigh(plain_scan):
    """Three slices in the middle of both thighs, stored as scanners do."""
    affine = np.array([[-2.5, 0, 0, 216], [0, -2.5, 0, 140], [0, 0, 24, -24], [0, 0, 0, 1]])
    image, _ = plain_scan(digital_legs("thigh", seed=2, fat_fraction=5), Geometry((3, 113, 173), affine))
    return replace(image, array=image.array.astype(np.int16))


@pytest.fixture
def a_thigh_file(a_thigh, tmp_path):
    write_volume(a_thigh, tmp_path / "thigh.nii.gz")
    return tmp_path / "thigh.nii.gz"


@pytest.mark.slow
def test_labels_are_written_on_the_image_s_grid_and_summed_up(muscleseg, a_thigh_file, tmp_path):
    ended = muscleseg("segment", a_thigh_file, "--region", "thigh", "--output", tmp_path / "labels.nii.gz", "--json")

    assert ended.code == 0, ended.err
    labels, _ = read_labels(tmp_path / "labels.nii.gz")
    assert labels.geometry.is_close(read_volume(a_thigh_file).geometry)
    summary = json.loads(ended.out)
    assert summary["legs"] == ["right", "left"]
    assert summary["network"] == "thigh-paired-unet"
    assert set(find_bundle("thigh").metadata.notes) <= set(summary["notes"])


@pytest.mark.slow
def test_the_labels_can_be_measured_without_saying_what_they_are(muscleseg, a_thigh_file, tmp_path):
    for name in ("labels.nii.gz", "labels.seg.nrrd"):
        muscleseg("segment", a_thigh_file, "--region", "thigh", "--output", tmp_path / name)

        rows = json.loads(muscleseg("measure", tmp_path / name, "--json").out)

        assert [(row["side"], row["muscle"]) for row in rows] == [
            (side, muscle.name) for side in ("right", "left") for muscle in THIGH.muscles
        ]


def test_a_table_of_labels_says_which_network_made_them_and_where(muscleseg, a_thigh_file, tmp_path):
    metadata = find_bundle("thigh").metadata
    for name in ("labels.nii.gz", "labels.seg.nrrd"):
        muscleseg("segment", a_thigh_file, "--region", "thigh", "--device", "cpu", "--output", tmp_path / name)
        muscleseg("measure", tmp_path / name, "--output", tmp_path / "table.json")

        origins = {entry["item"]: entry for entry in json.loads((tmp_path / "table.json").read_text())["provenance"]}
        assert origins["network"]["value"] == f"{metadata.name} {metadata.version}"
        assert origins["network"]["sha256"] == metadata.sha256
        assert origins["network's device"]["value"] == "cpu"


@pytest.fixture
def an_unsure_network(tmp_path):
    """The default thigh network, calibrated so that every muscle is expected to have a DSC of 0.45."""
    folder = tmp_path / "unsure"
    shutil.copytree(find_bundle("thigh").folder, folder)
    write_confidence(folder, Calibration((0.5,), (0.45,)))
    return folder


def test_muscles_of_low_confidence_are_to_be_checked(muscleseg, a_thigh_file, an_unsure_network, tmp_path):
    arguments = ("segment", a_thigh_file, "--region", "thigh", "--network", an_unsure_network)

    lines = muscleseg(*arguments, "--output", tmp_path / "labels.nii.gz").out.splitlines()
    summary = json.loads(muscleseg(*arguments, "--output", tmp_path / "labels.nii.gz", "--json").out)

    assert summary["confidence"]["Left semitendinosus"] == 0.45
    (check,) = [line for line in lines if line.startswith("Check")]
    assert check.startswith("Check first, for their confidence is below 0.7: Right adductor (0.45), ")
    assert len(summary["confidence"]) == check.count("(0.45)") > 10


def test_the_table_of_a_segmentation_for_slicer_tells_the_confidence(
    muscleseg, a_thigh_file, an_unsure_network, tmp_path
):
    def confidence(name):
        output = tmp_path / name
        muscleseg("segment", a_thigh_file, "--region", "thigh", "--network", an_unsure_network, "--output", output)
        return {row["confidence"] for row in json.loads(muscleseg("measure", output, "--json").out)}

    assert confidence("labels.seg.nrrd") == {0.45}
    assert confidence("labels.nii.gz") == {None}


def test_slicer_s_segments_have_names_and_colors(muscleseg, a_thigh_file, tmp_path):
    muscleseg("segment", a_thigh_file, "--region", "thigh", "--output", tmp_path / "labels.seg.nrrd")

    segments = slicerio.read_segmentation(str(tmp_path / "labels.seg.nrrd"))["segments"]

    assert len(segments) == 20
    femoris = next(segment for segment in segments if segment["labelValue"] == 104)
    assert femoris["name"] == "Left rectus femoris"
    assert np.allclose(np.array(femoris["color"]) * 255, THIGH.muscle(4).color, atol=1)
    assert femoris["terminology"]["typeModifier"][2] == "Left"


def test_an_overview_is_drawn_on_request(muscleseg, a_thigh_file, tmp_path):
    ended = muscleseg(
        *("segment", a_thigh_file, "--region", "thigh", "--output", tmp_path / "labels.nii.gz"),
        *("--overview", tmp_path / "overview.png"),
    )

    assert ended.code == 0, ended.err
    assert (tmp_path / "overview.png").read_bytes().startswith(b"\x89PNG")


def test_an_output_that_exists_is_replaced(muscleseg, a_thigh_file, tmp_path):
    output = tmp_path / "labels.nii.gz"
    output.write_bytes(b"old")

    muscleseg("segment", a_thigh_file, "--region", "thigh", "--output", output)

    assert read_labels(output)[0].array.any()


def test_a_pipe_gets_no_progress_bar(muscleseg, a_thigh_file, tmp_path):
    ended = muscleseg("segment", a_thigh_file, "--region", "thigh", "--output", tmp_path / "labels.nii.gz")

    assert ended.err == ""


def test_what_went_otherwise_than_usual_is_said_on_standard_error(muscleseg, a_thigh_file, tmp_path, monkeypatch):
    monkeypatch.setattr("MuscleSegLib.inference.runner.has_bfloat16", lambda _: True)
    monkeypatch.setattr("MuscleSegLib.inference.cost.processor.LOW_PRECISION_FROM", 1)
    monkeypatch.setattr("MuscleSegLib.inference.runner.AGREEMENT", 1.1)

    ended = muscleseg("segment", a_thigh_file, "--region", "thigh", "--output", tmp_path / "labels.nii.gz", "--json")

    assert ended.err.startswith("Note: bfloat16 would change")
    assert json.loads(ended.out)["precision"] == "float32"


@pytest.mark.slow
def test_a_dicom_folder_is_segmented(muscleseg, a_thigh, write_series, tmp_path):
    spacing = a_thigh.geometry.spacing_mm
    # a_thigh's axes run as DICOM's patient axes do, to the left and to the back
    heights, pixel = [24.0 * k for k in range(3)], [spacing[1], spacing[0]]
    write_series(tmp_path / "dicom", a_thigh.array, heights=heights, PixelSpacing=[pixel] * 3)

    ended = muscleseg("segment", tmp_path / "dicom", "--region", "thigh", "--output", tmp_path / "l.nii.gz", "--json")

    assert ended.code == 0, ended.err
    assert json.loads(ended.out)["legs"] == ["right", "left"]


@pytest.mark.slow
def test_a_folder_with_two_series_is_refused_with_how_to_choose(muscleseg, a_thigh, write_series, tmp_path):
    place = {"PixelSpacing": [[2.5, 2.5]] * 3, "heights": [0.0, 24.0, 48.0]}
    for number, name in ((3, "T1 thigh"), (4, "localizer")):
        write_series(
            tmp_path / "dicom", a_thigh.array, SeriesNumber=number, SeriesDescription=name, prefix=name[:2], **place
        )
    output = tmp_path / "labels.nii.gz"

    refused = muscleseg("segment", tmp_path / "dicom", "--region", "thigh", "--output", output)

    assert refused.code == 1
    assert len(refused.err.splitlines()) == 1
    assert "T1 thigh" in refused.err
    assert "localizer" in refused.err
    assert "--series" in refused.err
    assert not output.exists()

    chosen = muscleseg("segment", tmp_path / "dicom", "--region", "thigh", "--series", "3", "--output", output)

    assert "series" not in chosen.err
