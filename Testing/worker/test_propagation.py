"""Propagation in a real process, without a network: what it writes, what it only proposes, and how it is stopped."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from MuscleSegLib.inference import segments_of
from MuscleSegLib.phantom import digital_legs
from MuscleSegLib.propagation import propagate
from MuscleSegLib.volume import Geometry, read_labels, read_volume, write_labels, write_volume
from MuscleSegLib.worker import PropagateJob

GIVEN = {3: (0, 4), 4: (1, 4)}
SLICES = 6


@pytest.fixture(scope="module")
def thigh(tmp_path_factory, plain_scan) -> Path:
    """Folder of a scan of one thigh, another image of it in other gray values, and its muscles."""
    folder = tmp_path_factory.mktemp("thigh")
    affine = np.array([[-3.0, 0, 0, 108], [0, -3, 0, 108], [0, 0, 12, -30], [0, 0, 0, 1]])
    image, labels = plain_scan(
        digital_legs("thigh", seed=1, legs=1, fat_fraction=5), Geometry((SLICES, 72, 72), affine)
    )
    write_volume(image, folder / "scan.nii")
    write_volume(replace(image, array=image.array.max() - image.array), folder / "other.nii")
    write_labels(labels, folder / "labels.nii", segments=segments_of("thigh", two_legs=False))
    return folder


@pytest.fixture
def job(thigh, tmp_path) -> Any:
    def make(**settings: Any) -> PropagateJob:
        files = {"labels": thigh / "labels.nii", "image": thigh / "scan.nii", "output": tmp_path / "labels.nrrd"}
        return PropagateJob(**{**files, "given": GIVEN, **settings})

    return make


@pytest.mark.parametrize(
    "settings", [{}, {"beyond": 1}, {"companions": ("other.nii",)}], ids=["alone", "beyond", "two"]
)
def test_the_labels_are_those_of_the_library(worker, thigh, job, settings):
    companions = [thigh / name for name in settings.get("companions", ())]
    settings = {**settings, "companions": tuple(companions)}

    result = worker.do(job(**settings)).result

    drawn = read_labels(thigh / "labels.nii")[0]
    images = [read_volume(path) for path in (thigh / "scan.nii", *companions)]
    expected = propagate(drawn, images, GIVEN, beyond=settings.get("beyond", 0))
    labels = read_labels(result["output"])[0].array
    assert np.array_equal(labels, expected.labels.array)
    assert (result["filled"], result["next_slices"]) == (list(expected.filled), list(expected.next_slices))
    assert (result["network"], result["notes"]) == ("", list(expected.notes))
    for value, slices in GIVEN.items():
        assert np.array_equal(labels[list(slices)] == value, drawn.array[list(slices)] == value)


def test_a_single_slice_says_how_far_it_was_carried(worker, job):
    result = worker.do(job(given={3: (2,)})).result

    assert "one slice alone" in " ".join(result["notes"])


def test_where_nothing_is_given_nothing_is_written(worker, job):
    wanted = job(given={})
    result = worker.do(wanted).result

    assert (result["output"], result["filled"]) == (None, [])
    assert not wanted.output.exists()


def test_a_network_proposes_slices_where_nothing_is_given(worker, job):
    result = worker.do(job(given={}, network="thigh-unet2d-small", device="cpu")).result

    assert result["network"].startswith("thigh-unet2d-small ")
    assert set(result["next_slices"]) <= set(range(SLICES))
    assert result["next_slices"]


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"image": Path("nowhere.nii")}, "does not exist"),
        ({"labels": Path("nowhere.nii")}, "does not exist"),
        ({"companions": (Path("nowhere.nii"),)}, "does not exist"),
        ({"given": {3: (0, SLICES)}}, "has no slice 6"),
        ({"given": {3: (-1,)}}, "has no slice -1"),
        ({"given": {3: ()}}, "No slice"),
        ({"given": {15: (1,)}}, "Label 15"),
        ({"network": "no-such-network"}, "There is no network"),
        ({"output": Path("nowhere") / "labels.nrrd"}, "does not exist: create it"),
        ({"output": Path("labels.docx")}, "choose a name that ends with"),
    ],
)
def test_a_mistake_is_told_in_one_sentence(worker, job, settings, sentence):
    message = worker.do(job(**settings)).sentence

    assert sentence in message
    assert "\n" not in message


def test_a_job_is_canceled_within_a_second_and_leaves_what_was_there(worker, thigh, job, tmp_path):
    image, labels = read_volume(thigh / "scan.nii"), read_labels(thigh / "labels.nii")[0]
    shape = (20 * SLICES, *image.array.shape[1:])
    grid = Geometry(shape, image.geometry.affine @ np.diag([1.0, 1.0, 0.05, 1.0]))
    for volume, name in ((image, "long.nii"), (labels, "long_labels.nii")):
        write_volume(replace(volume, array=np.repeat(volume.array, 20, axis=0), geometry=grid), tmp_path / name)
    wanted = job(image=tmp_path / "long.nii", labels=tmp_path / "long_labels.nii", given={3: (0, shape[0] - 1)})
    wanted.output.write_bytes(b"old")
    job_id, outcome = worker.begin(wanted)
    outcome.wait(worker.client, until=lambda: outcome.has_reached(0.3))

    start = time.monotonic()
    worker.client.cancel(job_id)
    outcome.wait(worker.client)

    assert outcome.how == "canceled"
    assert time.monotonic() - start < 1.0
    assert wanted.output.read_bytes() == b"old"
