"""Thigh and calf of one scan from the command line: one label map, one table."""

import json

import numpy as np
import pytest
import slicerio

from MuscleSegLib.anatomy import CALF, THIGH
from MuscleSegLib.bundle import find_bundle
from MuscleSegLib.phantom import digital_legs
from MuscleSegLib.volume import Geometry, Volume, read_labels, write_labels, write_volume

ROWS = [
    (region.name, side, muscle.name)
    for side in ("right", "left")
    for region in (THIGH, CALF)
    for muscle in region.muscles
]


@pytest.fixture(scope="module")
def whole_limb(plain_scan, tmp_path_factory):
    """Both calves, and both thighs above them, five slices each."""
    affine = np.array([[-2.5, 0, 0, 216], [0, -2.5, 0, 140], [0, 0, 24, -48], [0, 0, 0, 1.0]])
    grid = Geometry((5, 113, 173), affine)
    parts = [plain_scan(digital_legs(region, seed=2, fat_fraction=5), grid)[0].array for region in ("calf", "thigh")]
    array = np.concatenate(parts).astype(np.int16)
    path = tmp_path_factory.mktemp("limb") / "limb.nii.gz"
    write_volume(Volume(array, Geometry(array.shape, affine)), path)
    return path


def rows_of(ended):
    assert ended.code == 0, ended.err
    return [(row["region"], row["side"], row["muscle"]) for row in json.loads(ended.out)]


@pytest.mark.parametrize("name", ["labels.nii.gz", "labels.seg.nrrd"])
@pytest.mark.slow
def test_the_labels_of_thigh_and_calf_make_one_table(muscleseg, whole_limb, tmp_path, name):
    ended = muscleseg("segment", whole_limb, "--region", "auto", "--output", tmp_path / name, "--json")

    assert ended.code == 0, ended.err
    summary = json.loads(ended.out)
    assert summary["region"] == "lower-limb"
    assert any("Slices 6 to 10" in note and "slices 1 to 5 as calf" in note for note in summary["notes"])
    assert rows_of(muscleseg("measure", tmp_path / name, "--json")) == ROWS
    wanted = {*range(1, 11), *range(21, 27)}
    assert set(np.unique(read_labels(tmp_path / name)[0].array)) - {0} == wanted | {value + 100 for value in wanted}


@pytest.mark.slow
def test_names_terms_and_confidence_of_both_are_kept(muscleseg, whole_limb, tmp_path):
    muscleseg("segment", whole_limb, "--region", "auto", "--output", tmp_path / "labels.seg.nrrd")

    stored = slicerio.read_segmentation(str(tmp_path / "labels.seg.nrrd"))["segments"]

    by_value = {segment["labelValue"]: segment for segment in stored}
    assert by_value[126]["name"] == "Left soleus"
    assert by_value[126]["terminology"]["type"][1] == CALF.muscle(6).concept[1]
    assert by_value[9]["name"] == "Right vastus lateralis"
    rows = json.loads(muscleseg("measure", tmp_path / "labels.seg.nrrd", "--json").out)
    assert all(0.5 < row["confidence"] <= 1 for row in rows)


@pytest.mark.parametrize("options", [[], ["--scheme", "lower-limb"]])
@pytest.mark.slow
def test_what_the_values_mean_is_told_by_the_segments_names_or_the_scheme(muscleseg, whole_limb, tmp_path, options):
    muscleseg("segment", whole_limb, "--region", "auto", "--output", tmp_path / "labels.seg.nrrd")
    labels, segments = read_labels(tmp_path / "labels.seg.nrrd")
    name = "other.nii.gz" if options else "other.seg.nrrd"
    write_labels(labels, tmp_path / name, segments=segments, description="")

    assert rows_of(muscleseg("measure", tmp_path / name, *options, "--json")) == ROWS


@pytest.mark.slow
def test_a_table_of_both_names_both_networks(muscleseg, whole_limb, tmp_path):
    muscleseg("segment", whole_limb, "--region", "auto", "--output", tmp_path / "labels.nii.gz")
    muscleseg("measure", tmp_path / "labels.nii.gz", "--output", tmp_path / "table.json")

    origins = {entry["item"]: entry for entry in json.loads((tmp_path / "table.json").read_text())["provenance"]}

    networks = [find_bundle(region).metadata for region in ("thigh", "calf")]
    assert all(about.name in origins["network"]["value"] for about in networks)
    assert all(about.sha256 in json.dumps(origins["network"]) for about in networks)


@pytest.mark.slow
def test_the_region_that_is_not_asked_for_is_named_in_the_summary(muscleseg, whole_limb, tmp_path):
    output = tmp_path / "labels.nii.gz"

    ended = muscleseg("segment", whole_limb, "--region", "calf", "--output", output, "--json")

    assert any("Slices 6 to 10 of 10" in note for note in json.loads(ended.out)["notes"])
    assert [bool(plane.any()) for plane in read_labels(output)[0].array] == [True] * 5 + [False] * 5


@pytest.mark.slow
def test_a_network_cannot_be_chosen_for_both(muscleseg, whole_limb, tmp_path):
    output = tmp_path / "labels.nii.gz"

    ended = muscleseg("segment", whole_limb, "--region", "auto", "--network", "thigh-unet2d-small", "--output", output)

    assert ended.code == 1
    assert "--region auto alone" in ended.err
    assert not output.exists()
