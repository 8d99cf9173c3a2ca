"""Scans of digital people that an evaluation keeps: damaged ones are made again."""

import json

import numpy as np
import pytest

from MuscleSegLib.evaluation.study.digital_test_subjects import cached_subject
from MuscleSegLib.phantom import digital_legs
from MuscleSegLib.phantom.protocols import protocol
from MuscleSegLib.phantom.scanning import acquire


@pytest.fixture(scope="module")
def acquired():
    legs = digital_legs("calf", seed=3, fat_fraction=None)
    return acquire(legs, protocol("quick", length_mm=legs.length_mm, legs=2))


@pytest.mark.parametrize("damage", ["cut image", "cut labels", "no truth", "deep truth", "empty"])
@pytest.mark.slow
def test_a_scan_that_was_damaged_is_made_again(tmp_path, acquired, damage):
    calls = []

    def scan():
        calls.append(1)
        return acquired

    first = cached_subject("a", scan, "calf", ["anatomy"], tmp_path)
    folder = next(tmp_path.iterdir())
    if damage == "empty":
        for path in folder.iterdir():
            path.unlink()
    elif damage == "no truth":
        (folder / "truth.json").unlink()
    elif damage == "deep truth":
        (folder / "truth.json").write_text("[" * 100_000, encoding="utf-8")
    else:
        path = folder / ("labels.nii.gz" if "labels" in damage else "anatomy.nii.gz")
        path.write_bytes(path.read_bytes()[:-500])

    for _ in range(2):
        again = cached_subject("a", scan, "calf", ["anatomy"], tmp_path)
        assert np.array_equal(again.labels.array, first.labels.array)
        assert json.dumps(again.truth) == json.dumps(first.truth)
    assert len(calls) == 2
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]
