"""Propagation from the command line."""

import json
from dataclasses import replace

import numpy as np
import pytest

from MuscleSegLib.inference import segments_of
from MuscleSegLib.inference.drawn_slices import drawn_slices
from MuscleSegLib.phantom import digital_legs
from MuscleSegLib.volume import Geometry, Volume, read_labels, write_labels, write_volume

GRACILIS = 3


@pytest.fixture(scope="module")
def thigh(plain_scan):
    """Five slices of both thighs and their labels."""
    affine = np.array([[-2.5, 0, 0, 216], [0, -2.5, 0, 140], [0, 0, 20, -40], [0, 0, 0, 1]])
    return plain_scan(digital_legs("thigh", seed=2, fat_fraction=10), Geometry((5, 113, 173), affine))


@pytest.fixture
def scan_file(thigh, tmp_path):
    write_volume(thigh[0], tmp_path / "scan.nii.gz")
    return tmp_path / "scan.nii.gz"


@pytest.fixture
def write(thigh, tmp_path):
    """Write labels of some slices of the thigh to a file."""

    def labels_file(name, slices, *, drawn=None):
        array = np.zeros_like(thigh[1].array)
        array[slices] = thigh[1].array[slices]
        segments = segments_of("thigh", two_legs=True, drawn=drawn or {})
        write_labels(Volume(array, thigh[1].geometry), tmp_path / name, segments=segments)
        return tmp_path / name

    return labels_file


def test_the_named_slices_are_carried_to_those_between(muscleseg, thigh, scan_file, write, tmp_path):
    labels, output = write("drawn.nii.gz", [0, 2, 4]), tmp_path / "all.nii.gz"
    options = ["--region", "thigh", "--image", scan_file, "--no-network", "--slices", "0,2,4"]

    ended = muscleseg("propagate", labels, *options, "--output", output, "--json")

    assert ended.code == 0, ended.err
    summary = json.loads(ended.out)
    assert (summary["filled"], summary["network"]) == ([1, 3], None)
    carried, _ = read_labels(output)
    assert np.array_equal(carried.array[[0, 2, 4]], thigh[1].array[[0, 2, 4]])
    assert carried.array[[1, 3]].any(axis=(1, 2)).all()


def test_without_slices_those_with_labels_are_given(muscleseg, scan_file, write, tmp_path):
    labels = write("drawn.nii.gz", [0, 2])

    ended = muscleseg(
        "propagate",
        labels,
        "--region",
        "thigh",
        "--image",
        scan_file,
        "--no-network",
        "--output",
        tmp_path / "a.nii.gz",
    )

    assert ended.code == 0, ended.err
    assert "Slices drawn anew: 1." in ended.out


def test_slices_changed_after_segmenting_are_given_and_told_again_later(muscleseg, thigh, scan_file, write, tmp_path):
    as_drawn = thigh[1].array.copy()
    as_drawn[[0, 2]] = np.where(as_drawn[[0, 2]] == GRACILIS, 0, as_drawn[[0, 2]])  # what a network missed
    as_drawn[1] = np.where(as_drawn[1] == GRACILIS, 0, as_drawn[1])
    array = thigh[1].array.copy()
    array[1] = as_drawn[1]
    segments = segments_of("thigh", two_legs=True, drawn=drawn_slices(as_drawn))
    write_labels(Volume(array, thigh[1].geometry), tmp_path / "corrected.seg.nrrd", segments=segments)
    options = ["--region", "thigh", "--image", scan_file, "--no-network", "--output"]

    ended = muscleseg("propagate", tmp_path / "corrected.seg.nrrd", *options, tmp_path / "a.seg.nrrd", "--json")

    assert ended.code == 0, ended.err
    assert json.loads(ended.out)["given"] == {str(GRACILIS): [0, 2]}
    carried, _ = read_labels(tmp_path / "a.seg.nrrd")
    assert np.array_equal(np.where(carried.array == GRACILIS, 0, carried.array), np.where(array == GRACILIS, 0, array))
    assert (carried.array[1] == GRACILIS).any()
    again = muscleseg("propagate", tmp_path / "a.seg.nrrd", *options, tmp_path / "b.seg.nrrd", "--json")
    assert json.loads(again.out)["given"] == {str(GRACILIS): [0, 2]}  # what was filled is no correction


def test_labels_that_nobody_corrected_are_refused(muscleseg, thigh, scan_file, write, tmp_path):
    labels = write("as_drawn.seg.nrrd", [0, 1, 2, 3, 4], drawn=drawn_slices(thigh[1].array))

    ended = muscleseg(
        "propagate", labels, "--region", "thigh", "--image", scan_file, "--output", tmp_path / "a.seg.nrrd"
    )

    assert ended.code == 1
    assert "No slice" in ended.err
    assert not (tmp_path / "a.seg.nrrd").exists()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--slices", "0,9"], "has no slice 9"),
        (["--slices", "1"], "hold no label"),
        (["--slices", ""], "is given"),
        (["--slices", "0,2", "--muscles", "soleus"], "is no muscle of the thigh"),
        (["--slices", "0,2", "--muscles", "heart"], "is no muscle of the thigh"),
        (["--slices", "0,2", "--network", "nobody"], "nobody"),
    ],
)
def test_wrong_options_are_told_in_a_sentence(muscleseg, scan_file, write, tmp_path, options, sentence):
    labels, output = write("drawn.nii.gz", [0, 2]), tmp_path / "a.nii.gz"

    ended = muscleseg("propagate", labels, "--region", "thigh", "--image", scan_file, *options, "--output", output)

    assert ended.code == 1
    assert sentence in ended.err
    assert not output.exists()


def test_an_image_of_another_grid_is_refused(muscleseg, thigh, write, tmp_path):
    write_volume(
        replace(thigh[0], geometry=Geometry(thigh[0].array.shape, np.diag([1, 1, 5, 1.0]))), tmp_path / "x.nii.gz"
    )

    ended = muscleseg(
        *("propagate", write("drawn.nii.gz", [0, 2]), "--region", "thigh", "--image", tmp_path / "x.nii.gz"),
        *("--output", tmp_path / "a.nii.gz"),
    )

    assert ended.code == 1
    assert "does not lie on the grid" in ended.err


@pytest.mark.parametrize(("name", "sides"), [("gracilis", {3, 103}), ("left gracilis", {103}), ("right_gracilis", {3})])
def test_muscles_are_chosen_by_name(muscleseg, thigh, scan_file, write, tmp_path, name, sides):
    labels, output = write("drawn.nii.gz", [0, 2]), tmp_path / "a.nii.gz"
    options = ["--region", "thigh", "--image", scan_file, "--no-network", "--muscles", name, "--output", output]

    ended = muscleseg("propagate", labels, *options)

    assert ended.code == 0, ended.err
    assert set(np.unique(read_labels(output)[0].array[1])) - {0} == sides
