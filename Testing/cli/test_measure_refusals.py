"""Inputs and options of ``muscleseg measure`` that are refused, each with a sentence."""

import json

import numpy as np
import pytest

from MuscleSegLib.inference import segments_of
from MuscleSegLib.volume import Geometry, Volume, read_labels, write_labels


@pytest.mark.parametrize("text", ["t2", "t2=", "t2=0", "t2=-5", "t2=nan", "adc=5"])
def test_a_thickness_that_is_none_is_refused(muscleseg, a_label_file, text):
    ended = muscleseg("measure", a_label_file, "--region", "thigh", "--thickness", text)

    assert ended.code == 2
    assert "as in t2=20" in ended.err


def test_a_file_that_does_not_say_what_its_labels_mean_needs_the_region(muscleseg, a_label_file):
    ended = muscleseg("measure", a_label_file)

    assert ended.code == 1
    assert "give --region thigh, --region calf or --scheme" in ended.err


def test_a_map_elsewhere_in_the_patient_is_refused(muscleseg, a_label_file, save, tmp_path):
    far = save("far.nii.gz", np.ones((4, 8, 50), np.float32), origin_mm=(0, 0, 900))

    ended = muscleseg("measure", a_label_file, "--region", "thigh", "--t2", far, "--output", tmp_path / "t.csv")

    assert ended.code == 1
    assert "do not overlap" in ended.err
    assert not (tmp_path / "t.csv").exists()


def test_labels_that_the_scheme_does_not_know_are_named(muscleseg, save, tmp_path):
    labels = save("labels.nii.gz", np.full((2, 4, 4), 7, np.uint8))

    ended = muscleseg("measure", labels, "--region", "calf", "--output", tmp_path / "t.csv")

    assert ended.code == 1
    assert "(7)" in ended.err
    assert "--scheme thigh" in ended.err
    assert not (tmp_path / "t.csv").exists()


def test_fat_needs_water(muscleseg, a_label_file, an_ff_file):
    ended = muscleseg("measure", a_label_file, "--region", "thigh", "--fat", an_ff_file)

    assert ended.code == 1
    assert "--fat and --water together" in ended.err


def test_a_table_never_replaces_an_input(muscleseg, a_label_file):
    before = a_label_file.read_bytes()

    ended = muscleseg("measure", a_label_file, "--region", "thigh", "--output", a_label_file)

    assert ended.code == 1
    assert a_label_file.read_bytes() == before


@pytest.mark.parametrize("share", ["0.4", "1", "half"])
def test_a_share_that_makes_no_sense_is_wrong_use(muscleseg, a_label_file, share):
    assert muscleseg("measure", a_label_file, "--region", "thigh", "--minimum-share", share).code == 2


@pytest.mark.parametrize("percent", ["0", "101", "half"])
def test_a_limit_that_makes_no_sense_is_wrong_use(muscleseg, a_label_file, percent):
    assert muscleseg("measure", a_label_file, "--region", "thigh", "--ff-limit", percent).code == 2


@pytest.mark.parametrize("kind", ["nii.gz", "mha", "seg.nrrd"])
def test_labels_without_any_muscle_are_refused_and_nothing_is_written(muscleseg, tmp_path, kind):
    nothing = Volume(np.zeros((4, 8, 50), np.uint8), Geometry((4, 8, 50), np.diag([3.0, 3.0, 10.0, 1.0])))
    write_labels(nothing, tmp_path / f"none.{kind}", segments=segments_of("thigh", two_legs=False))

    ended = muscleseg("measure", tmp_path / f"none.{kind}", "--region", "thigh", "--output", tmp_path / "t.xlsx")

    assert ended.code == 1
    assert f"none.{kind} holds no muscle (every voxel of it is background)" in ended.err
    assert not (tmp_path / "t.xlsx").exists()


@pytest.mark.parametrize(
    "options",
    [("--fat", "a", "--water", "a"), ("--ff", "a", "--t2", "a"), ("--mtr", "labels"), ("--ff", "link", "--mtr", "a")],
)
def test_one_file_for_two_inputs_is_refused_with_both(muscleseg, a_label_file, an_ff_file, tmp_path, options):
    (tmp_path / "link.nii.gz").symlink_to(an_ff_file)
    files = {"a": an_ff_file, "labels": a_label_file, "link": tmp_path / "link.nii.gz"}
    ended = muscleseg("measure", a_label_file, "--region", "thigh", *(files.get(word, word) for word in options))

    assert ended.code == 1
    assert "is given as " in ended.err
    assert options[-2] in ended.err


@pytest.mark.parametrize("names", [("fat", "water"), ("ff", "mtr"), ("mtr", "t2")])
def test_a_copy_of_a_file_for_another_input_is_refused(muscleseg, a_label_file, an_ff_file, tmp_path, names):
    copy = tmp_path / "copy.nii.gz"
    copy.write_bytes(an_ff_file.read_bytes())
    ended = muscleseg("measure", a_label_file, "--region", "thigh", f"--{names[0]}", an_ff_file, f"--{names[1]}", copy)

    assert ended.code == 1
    assert "voxel by voxel" in ended.err
    assert str(an_ff_file) in ended.err
    assert str(copy) in ended.err


@pytest.mark.parametrize(("value", "region"), [(1, "thigh"), (1, "calf"), (255, "thigh")])
def test_a_mask_given_as_muscles_is_refused_or_said(muscleseg, a_label_file, save, value, region):
    mask = save("mask.nii.gz", np.where(read_labels(a_label_file)[0].array > 0, value, 0).astype(np.uint8))
    ended = muscleseg("measure", mask, "--region", region, "--json")

    if value == 255:
        assert ended.code == 1
        assert "(255)" in ended.err
    else:
        assert "not if it is a mask of several" in json.loads(ended.out)[0]["warnings"]


def test_ten_muscles_are_not_called_a_mask(muscleseg, a_label_file):
    ended = muscleseg("measure", a_label_file, "--region", "thigh", "--json")

    assert not any("mask" in row["warnings"] for row in json.loads(ended.out))
