"""A real process with the shipped networks."""

import os
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from MuscleSegLib.bundle import find_bundle
from MuscleSegLib.inference import confidence_of, segment
from MuscleSegLib.volume import read_labels, read_volume, write_volume
from MuscleSegLib.worker import CostJob, RegionJob, SegmentJob

BOTH_LEGS = {*range(1, 11), *range(101, 111)}


@pytest.fixture(scope="module")
def first(worker, small_scan, tmp_path_factory):
    """The first job, which starts the worker."""
    outcome = worker.do(SegmentJob(small_scan, "thigh", tmp_path_factory.mktemp("first") / "labels.seg.nrrd"))
    return outcome.result


@pytest.mark.slow
def test_the_labels_are_those_that_the_library_finds(first, small_scan):
    labels, segments = read_labels(first["output"])

    expected = segment(read_volume(small_scan), find_bundle("thigh"), device=first["device"])
    assert np.array_equal(labels.array, expected.labels.array)
    assert {segment.value for segment in segments} == BOTH_LEGS
    assert confidence_of(segments) == pytest.approx(expected.confidence, abs=6e-4)


@pytest.mark.slow
def test_the_result_says_how_it_was_made(first):
    about = find_bundle("thigh").metadata

    assert first["network"] == f"{about.name} {about.version}"
    assert first["sides"] == ["right", "left"]
    assert set(first["confidence"]) == {str(value) for value in BOTH_LEGS}
    assert first["seconds"]["total"] >= sum(first["seconds"][part] for part in ("read", "legs", "load", "network"))


@pytest.fixture
def darker(small_scan, tmp_path):
    """The scan in another contrast: fat is dark."""
    scan = read_volume(small_scan)
    array = np.where(scan.array > 170, 1300 - scan.array, scan.array)
    write_volume(replace(scan, array=array), tmp_path / "darker.nrrd")
    return tmp_path / "darker.nrrd"


def test_several_images_are_segmented_together_as_by_the_library(worker, first, small_scan, segment_job, darker):
    result = worker.do(segment_job(small_scan, companions=(darker,))).result

    settings = {"companions": [read_volume(darker)], "device": result["device"]}
    expected = segment(read_volume(small_scan), find_bundle("thigh"), **settings).labels.array
    assert np.array_equal(read_labels(result["output"])[0].array, expected)
    assert (first["images"], result["images"]) == (1, 2)


def test_an_image_that_is_not_there_is_named(worker, small_scan, segment_job, tmp_path):
    ((how, sentence),) = worker.do(segment_job(small_scan, companions=(tmp_path / "gone.nrrd",))).ended

    assert how == "failed"
    assert "gone.nrrd" in sentence


def test_the_second_job_is_done_by_the_same_process(worker, first, small_scan, segment_job, tmp_path):
    before = worker.pid

    result = worker.do(segment_job(small_scan, output=tmp_path / "labels.nii.gz")).result

    assert worker.pid == before
    assert np.array_equal(read_labels(result["output"])[0].array, read_labels(first["output"])[0].array)


def test_progress_rises_to_the_end_and_says_what_is_done(worker, small_scan, segment_job):
    seen = worker.do(segment_job(small_scan)).seen

    fractions = [fraction for fraction, _ in seen]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert any("left leg" in message for _, message in seen)


def test_jobs_wait_for_one_another(worker, small_scan, segment_job, tmp_path):
    outputs = [tmp_path / f"{number}.nrrd" for number in range(2)]
    outcomes = [worker.begin(segment_job(small_scan, output=output))[1] for output in outputs]

    for outcome in outcomes:
        outcome.wait(worker.client)

    assert [outcome.result["output"] for outcome in outcomes] == list(map(str, outputs))


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"image": Path("nowhere.nii.gz")}, "does not exist"),
        ({"network": "no-such-network"}, "There is no network"),
        ({"output": Path("nowhere") / "labels.nrrd"}, "does not exist: create it"),
        ({"output": Path("labels.docx")}, "choose a name that ends with"),
    ],
)
def test_a_mistake_is_told_in_one_sentence_and_the_worker_goes_on(worker, small_scan, segment_job, settings, sentence):
    worker.client.start()
    before = worker.pid

    message = worker.do(segment_job(**{"image": small_scan, **settings})).sentence

    assert sentence in message
    assert "\n" not in message
    assert worker.pid == before


def test_a_damaged_image_is_told_in_one_sentence(worker, segment_job, tmp_path):
    bad = tmp_path / "bad.nii.gz"
    bad.write_bytes(b"no image")

    assert str(bad) in worker.do(segment_job(bad)).sentence


@pytest.mark.slow
def test_a_network_has_a_price(worker):
    name = find_bundle("calf").metadata.name

    cost = worker.do(CostJob("calf", name)).result

    assert cost["network"] == name
    assert 0.01 < cost["seconds"] < 60
    assert 3e8 < cost["peak_bytes"] < 1e9


def test_a_network_that_does_not_exist_has_none(worker):
    assert "no network 'nobody-s'" in worker.do(CostJob("calf", "nobody-s")).sentence


def test_the_region_is_found(worker, large_scan):
    result = worker.do(RegionJob(large_scan)).result

    assert result["region"] == "thigh"
    assert result["is_sure"]


@pytest.mark.parametrize("bad", ["x" * 300 + ".nrrd", "null\0.nrrd", "half\ud800.nrrd"], ids=["long", "null", "half"])
@pytest.mark.parametrize("field", ["image", "output"])
def test_an_impossible_name_in_a_job_is_one_sentence(worker, small_scan, segment_job, field, bad):
    if sys.platform != "linux" and "\0" not in bad:
        pytest.skip("other systems take other names")
    job = segment_job(**{"image": small_scan, field: Path(bad)})

    sentence = worker.do(job).sentence

    assert "unexpected" not in sentence
    assert "for the name of a file" in sentence or "no file's name can hold" in sentence


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux takes names that are not UTF-8")
def test_names_that_are_not_utf8_are_worked_with(worker, small_scan, segment_job, tmp_path):
    name = os.fsdecode(b"m\xfcller")
    image, output = tmp_path / f"{name}.nrrd", tmp_path / f"{name}.nii.gz"
    image.symlink_to(small_scan)

    assert worker.do(segment_job(image, output=output)).result["output"] == str(output)
    assert read_labels(output)[0].array.any()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM")
@pytest.mark.parametrize("share", [0.2, 0.6])
@pytest.mark.parametrize("end", ["SIGKILL", "SIGTERM", "cancel"])
@pytest.mark.slow
def test_whenever_a_job_ends_the_old_file_or_the_whole_new_one_is_there(
    worker, small_scan, segment_job, first, end, share
):
    """A few moments of those that Testing/benchmarks/storage.py tries."""
    job = segment_job(small_scan)
    job.output.write_bytes(b"old")
    job_id, outcome = worker.begin(job)
    outcome.wait(worker.client, until=lambda: outcome.has_reached(0.01))
    time.sleep(share * first["seconds"]["total"])

    worker.client.cancel(job_id) if end == "cancel" else os.kill(worker.pid, getattr(signal, end))
    outcome.wait(worker.client)
    worker.client.stop()  # a process that was killed after its job is not missed yet, and would be given the next one

    assert job.output.read_bytes() == b"old" or read_labels(job.output)[0].array.any()
    assert (outcome.how == "result") == (job.output.read_bytes() != b"old")
    assert list(job.output.parent.iterdir()) == [job.output]
