"""One DICOM series with water, fat, in-phase and opposed-phase images, from the command line."""

import json
from dataclasses import replace

import numpy as np
import pytest

from MuscleSegLib.phantom import digital_legs
from MuscleSegLib.volume import Geometry, Volume, read_labels, read_volume, write_dicom, write_volume

TYPES = {"W": 30, "F": 10, "IP": 40, "OP": 20}
"""Signals of a fat fraction of 10 / 40 = 25 %."""


@pytest.fixture
def a_mixed_series(tmp_path, write_series):
    for word, signal in TYPES.items():
        write_series(
            *(tmp_path / "dixon", np.full((4, 8, 50), signal, np.int16)),
            prefix=word,
            ImageType=f"DERIVED\\PRIMARY\\{word}\\{word}\\DERIVED",
            SeriesInstanceUID="1.2.3",
        )
    return tmp_path / "dixon"


@pytest.fixture
def its_labels(tmp_path):
    array = np.zeros((4, 8, 50), np.uint8)
    array[:, 2:6, 10:20] = 4
    affine = np.array([[-0.5, 0, 0, 20], [0, -1.5, 0, 30], [0, 0, 6, 100], [0, 0, 0, 1.0]])
    write_volume(Volume(array, Geometry(array.shape, affine)), tmp_path / "labels.nii.gz")
    return tmp_path / "labels.nii.gz"


def test_fat_and_water_of_one_series_are_chosen_by_themselves(muscleseg, a_mixed_series, its_labels):
    options = ("--region", "thigh", "--fat", a_mixed_series, "--water", a_mixed_series, "--json")
    ended = muscleseg("measure", its_labels, *options)

    assert ended.code == 0, ended.err
    (row,) = (row for row in json.loads(ended.out) if row["muscle"] == "rectus femoris" and row["volume_cm3"])
    assert row["ff_mean_percent"] == pytest.approx(25)


def test_water_given_as_fat_is_refused(muscleseg, a_mixed_series, its_labels, tmp_path, write_series):
    write_series(tmp_path / "w", np.ones((4, 8, 50), np.int16), ImageType="DERIVED\\PRIMARY\\DIXON\\WATER")

    ended = muscleseg("measure", its_labels, "--region", "thigh", "--fat", tmp_path / "w", "--water", a_mixed_series)

    assert ended.code == 1
    assert "holds no fat images" in ended.err


@pytest.mark.parametrize("pair", [("--fat", "--water"), ("--opposed", "--in-phase")])
def test_maps_are_made_of_the_two_images_of_one_series(muscleseg, a_mixed_series, tmp_path, pair):
    options = [part for name in pair for part in (name, a_mixed_series)]

    ended = muscleseg("maps", "ff", *options, "--output", tmp_path / "ff.nii.gz")

    assert ended.code == 0, ended.err
    # Opposed 20 and in phase 40: (40 - 20) / (2 * 40) = 25 %, as of the fat and the water image.
    assert read_volume(tmp_path / "ff.nii.gz").array.mean() == pytest.approx(25)


def test_opposed_and_in_phase_images_that_are_exchanged_are_refused(muscleseg, tmp_path, write_series):
    for word in ("IP", "OP"):
        write_series(tmp_path / word, np.ones((4, 8, 50), np.int16), ImageType=f"DERIVED\\PRIMARY\\{word}\\{word}")

    options = ("--opposed", tmp_path / "IP", "--in-phase", tmp_path / "OP")
    ended = muscleseg("maps", "ff", *options, "--output", tmp_path / "ff.nii.gz")

    assert ended.code == 1
    assert "holds no opposed-phase images" in ended.err


@pytest.mark.slow
def test_a_mixed_series_is_segmented_in_its_water_images_with_a_word(muscleseg, plain_scan, tmp_path):
    affine = np.array([[-2.5, 0, 0, 216], [0, -2.5, 0, 140], [0, 0, 24, -24], [0, 0, 0, 1]])
    image, _ = plain_scan(digital_legs("thigh", seed=2, fat_fraction=5), Geometry((3, 113, 173), affine))
    image = replace(image, array=image.array.astype(np.int16))
    for word in ("OP", "W"):
        attributes = {"ImageType": ["DERIVED", "PRIMARY", word, word]}
        write_dicom(
            image, tmp_path / "dixon" / word, identity="both", patient="P", thickness_mm=5, attributes=attributes
        )

    output = tmp_path / "labels.nii.gz"
    ended = muscleseg("segment", tmp_path / "dixon", "--region", "thigh", "--output", output)

    assert ended.code == 0, ended.err
    assert "the water images are taken, and not opposed-phase" in ended.err
    assert read_labels(output)[0].geometry.is_close(read_volume(tmp_path / "dixon" / "W").geometry)


def test_an_image_type_of_a_file_that_has_none_is_refused(muscleseg, its_labels, tmp_path):
    options = ("--region", "thigh", "--image-type", "W", "--output", tmp_path / "out.nii.gz")
    ended = muscleseg("segment", its_labels, *options)

    assert ended.code == 1
    assert "leave --image-type out" in ended.err
