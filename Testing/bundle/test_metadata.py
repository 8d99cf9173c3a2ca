"""Metadata of a bundle: read from every version, and refused with a sentence where they cannot be."""

import json
from collections import Counter

import pytest

from MuscleSegLib.bundle import (
    Calibration,
    LegInput,
    VolumeInput,
    read_bundle,
    write_confidence,
)
from MuscleSegLib.errors import MuscleSegError
from Testing.bundle.conftest import METADATA


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"labels": list(range(1, 10))}, "ask for out_channels = 10, and its arguments say 11"),
        ({"labels": [1, 2, 3, 4, 5, 6, 7, 8, 9, 11]}, "the thigh has no label 11"),
        ({"labels": [0, 2, 3, 4, 5, 6, 7, 8, 9, 10]}, "the thigh has no label 0"),
        ({"labels": [1, 1, 3, 4, 5, 6, 7, 8, 9, 10]}, "a label is given twice"),
        ({"labels": "1234567890"}, "labels is no list"),
        ({"labels": [True] * 10}, "labels is no whole number"),
        ({"region": "calf"}, "the calf has no label 7"),
        ({"region": "arm"}, "no region called 'arm'"),
        ({"architecture": "os.system"}, "no network architecture 'os.system'"),
        ({"architecture": ["unet2d-small"]}, "architecture is no text"),
        ({"arguments": [5, 11]}, "arguments is no JSON object"),
        ({"arguments": {"in_channels": 5, "out_channels": "11"}}, "its arguments say '11'"),
        ({"arguments": {"in_channels": 3, "out_channels": 11}}, "ask for in_channels = 5, and its arguments say 3"),
        ({"sha256": None}, "sha256 is no text"),
        ({"confidence": [0.5, 0.9]}, "damaged"),
        ({"confidence": {"soft_dice": [0.5, 0.9], "dsc": [0.1]}}, "dsc of the confidence differ in length"),
        ({"confidence": {"soft_dice": [0.9, 0.5], "dsc": [0.1, 0.2]}}, "soft_dice of the confidence does not ascend"),
        ({"confidence": {"soft_dice": [0.5, 0.9], "dsc": [0.2, 0.1]}}, "dsc of the confidence falls"),
        ({"confidence": {"soft_dice": [0.5, 0.9], "dsc": [0.2, 1.1]}}, "is not from 0 to 1"),
        ({"input": {"pixel_mm": 0, "bright_quantile": 0.98, "context_mm": [0]}}, "pixel_mm is not above 0"),
        ({"input": {"pixel_mm": 1, "bright_quantile": 0.98, "context_mm": [1, 2]}}, "lacks the slice itself"),
        ({"input": {"pixel_mm": 1, "bright_quantile": 0.98, "context_mm": [0], "zoom": 2}}, "unknown entries: zoom"),
        ({"input": {"pixel_mm": float("nan"), "bright_quantile": 1, "context_mm": [0]}}, "pixel_mm is no number"),
    ],
)
def test_metadata_that_cannot_be_is_refused_in_one_sentence(a_bundle_folder, rewrite, changes, sentence):
    rewrite(a_bundle_folder / METADATA, **{f"muscleseg__{name}": value for name, value in changes.items()})

    with pytest.raises(MuscleSegError, match=sentence) as refused:
        read_bundle(a_bundle_folder)
    assert len(str(refused.value).splitlines()) == 1


def test_a_calibration_that_is_written_is_read_and_nothing_else_changes(a_bundle_folder):
    before = json.loads((a_bundle_folder / METADATA).read_text(encoding="utf-8"))
    calibration = Calibration((0.5, 0.9), (0.2, 0.8))

    write_confidence(a_bundle_folder, calibration)

    assert read_bundle(a_bundle_folder).metadata.confidence == calibration
    after = json.loads((a_bundle_folder / METADATA).read_text(encoding="utf-8"))
    after["muscleseg"].pop("confidence")
    assert after == before


def test_a_bundle_of_an_earlier_version_that_spells_license_the_british_way_is_read(a_bundle_folder):
    path = a_bundle_folder / METADATA
    content = json.loads(path.read_text(encoding="utf-8"))
    content["muscleseg"]["licence"] = content["muscleseg"].pop("license")
    path.write_text(json.dumps(content), encoding="utf-8")

    assert read_bundle(a_bundle_folder).metadata.license == "Apache-2.0"


def test_a_network_without_a_calibration_is_read(a_bundle_folder):
    assert read_bundle(a_bundle_folder).metadata.confidence is None


@pytest.mark.parametrize(
    ("architecture", "title"),
    [
        ("unet2d-small", "Small U-Net 2D (Magma 2025)"),
        ("unet2d", "U-Net 2D (Hostin 2023)"),
        ("attention-unet", "Attention U-Net (Oktay 2018)"),
    ],
)
def test_a_bundle_without_a_title_is_called_by_its_architecture_and_paper(a_bundle_folder, architecture, title):
    path = a_bundle_folder / METADATA
    content = json.loads(path.read_text(encoding="utf-8"))
    content["muscleseg"].pop("title")
    content["muscleseg"] |= {"architecture": architecture, "arguments": {"in_channels": 5, "out_channels": 11}}
    path.write_text(json.dumps(content), encoding="utf-8")

    assert read_bundle(a_bundle_folder).metadata.title == title


def test_a_bundle_s_own_title_goes_first(a_bundle_folder, rewrite):
    rewrite(a_bundle_folder / METADATA, muscleseg__title="Fast")

    assert read_bundle(a_bundle_folder).metadata.title == "Fast"


@pytest.mark.parametrize("title", ["", 7, None, "two\nlines"])
def test_a_title_that_fits_no_line_is_refused(a_bundle_folder, rewrite, title):
    rewrite(a_bundle_folder / METADATA, muscleseg__title=title)

    with pytest.raises(MuscleSegError, match="title is"):
        read_bundle(a_bundle_folder)


def figure(value, *, metric="mean DSC", **more):
    return {"data": "some scan", "metric": metric, "value": value, **more}


@pytest.mark.parametrize(
    ("figures", "dsc"),
    [
        ([], None),
        ([figure(0.9)], None),  # learned from, or digital
        ([figure(0.9), figure(0.7, is_left_out=True)], 0.7),
        ([figure(0.6, is_left_out=True), figure(0.8, is_left_out=True)], 0.7),  # the mean of scans
        ([figure(0.1, metric="SD of DSC", is_left_out=True), figure(0.7, is_left_out=True)], 0.7),
    ],
)
def test_the_dsc_on_people_left_out_is_the_mean_of_their_scans_alone(a_bundle_folder, rewrite, figures, dsc):
    rewrite(a_bundle_folder / METADATA, muscleseg__measurements=figures)

    assert read_bundle(a_bundle_folder).metadata.left_out_dsc == (dsc if dsc is None else pytest.approx(dsc))


def test_a_figure_left_out_by_half_is_refused(a_bundle_folder, rewrite):
    rewrite(a_bundle_folder / METADATA, muscleseg__measurements=[figure(0.7, is_left_out=0.5)])

    with pytest.raises(MuscleSegError, match="neither true nor false"):
        read_bundle(a_bundle_folder)


@pytest.mark.parametrize("channels", [["many"], 5, [[1]], [-4, 8]])
def test_arguments_that_the_architecture_does_not_take_are_refused(a_bundle_folder, rewrite, channels):
    arguments = {"in_channels": 5, "out_channels": 11, "channels": channels}
    rewrite(a_bundle_folder / METADATA, muscleseg__arguments=arguments)

    with pytest.raises(MuscleSegError, match=r"does not take its arguments|do not fit the network"):
        read_bundle(a_bundle_folder).load()


@pytest.mark.parametrize("content", ["not json", "[]", "7", '{"version": "1", "muscleseg": {"input": {}}}'])
def test_damaged_metadata_is_refused(a_bundle_folder, content):
    (a_bundle_folder / METADATA).write_text(content)

    with pytest.raises(MuscleSegError, match="is damaged"):
        read_bundle(a_bundle_folder)


def test_any_single_entry_that_is_nonsense_is_refused_with_a_sentence(a_bundle_folder):
    path = a_bundle_folder / METADATA
    whole = json.loads(path.read_text())
    outcomes = Counter()
    for entry in whole["muscleseg"]:
        for nonsense in (None, [], {}, "", -1, [[None]], {"a": {}}):
            path.write_text(json.dumps({**whole, "muscleseg": {**whole["muscleseg"], entry: nonsense}}))
            try:
                read_bundle(a_bundle_folder)
            except MuscleSegError:
                outcomes["refused"] += 1
            else:
                outcomes["read"] += 1

    # Texts may be empty and figures may be none; everything else has to be something.
    assert outcomes["refused"] > 70


def test_a_bundle_of_a_three_dimensional_network_of_legs_is_read(a_bundle_folder, rewrite):
    given = {"pixel_mm": 1.5, "bright_quantile": 0.98, "context_mm": [0.0], "slice_mm": 6.0}
    arguments = {"in_channels": 1, "out_channels": 11}
    rewrite(a_bundle_folder / METADATA, muscleseg__input=given, muscleseg__arguments=arguments)

    metadata = read_bundle(a_bundle_folder).metadata

    assert metadata.input == LegInput(1.5, 0.98, (0.0,), slice_mm=6.0)
    assert "all its axial slices, 6 mm apart" in metadata.input_summary


def test_a_place_is_one_more_channel(a_bundle_folder, rewrite):
    given = {"pixel_mm": 1.5, "bright_quantile": 0.98, "context_mm": [-24, 0, 24], "has_place": True}
    arguments = {"in_channels": 4, "out_channels": 11}
    rewrite(a_bundle_folder / METADATA, muscleseg__input=given, muscleseg__arguments=arguments)

    assert read_bundle(a_bundle_folder).metadata.input.has_place


VOLUME = {
    "axes": "RAS",
    "spacing_mm": [1, 1, 3],
    "window": [96, 96, 32],
    "overlap": 0.5,
    "normalization": "percentiles",
    "percentiles": [1, 99],
}


@pytest.fixture
def a_volume_bundle(a_bundle_folder, rewrite):
    """A bundle of a network that sees the whole scan: right and left vastus lateralis, and something ignored."""

    def make(**changes):
        arguments = {"in_channels": 1, "out_channels": 4}
        rewrite(
            a_bundle_folder / METADATA,
            muscleseg__input={**VOLUME, **changes},
            muscleseg__arguments=arguments,
            muscleseg__labels=[9, 109, 0],
        )
        return read_bundle(a_bundle_folder)

    return make


def test_a_bundle_that_sees_the_whole_scan_has_no_confidence(a_volume_bundle):
    folder = a_volume_bundle().folder
    content = json.loads((folder / METADATA).read_text(encoding="utf-8"))
    content["muscleseg"]["confidence"] = {"soft_dice": [0, 0.9], "dsc": [0, 0.8]}
    (folder / METADATA).write_text(json.dumps(content), encoding="utf-8")

    with pytest.raises(MuscleSegError, match="only of a network that is shown single legs"):
        read_bundle(folder)


def test_a_bundle_that_sees_the_whole_scan_has_labels_of_both_legs(a_volume_bundle):
    metadata = a_volume_bundle().metadata

    assert metadata.input == VolumeInput("RAS", (1.0, 1.0, 3.0), (96, 96, 32), 0.5, "percentiles", (1.0, 99.0))
    assert metadata.labels == (9, 109, 0)
    assert "windows of 96 x 96 x 32 voxels" in metadata.input_summary


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"axes": "RAR"}, "axes are three directions"),
        ({"axes": "RASS"}, "axes are three directions"),
        ({"spacing_mm": [1, 1]}, "spacing_mm is not three numbers"),
        ({"window": [96, 96, 0]}, "window is not positive"),
        ({"overlap": 1}, "overlap is not from 0 to 0.9"),
        ({"normalization": "histogram"}, "the normalization 'histogram' is unknown"),
        ({"normalization": []}, r"the normalization \[\] is unknown"),
        ({"percentiles": [99, 1]}, "percentiles are not two ascending numbers"),
    ],
)
def test_an_input_that_cannot_be_is_refused(a_volume_bundle, changes, sentence):
    with pytest.raises(MuscleSegError, match=sentence):
        a_volume_bundle(**changes)
