"""Segmenting several images of one scan from the command line."""

import json

import numpy as np
import pytest
import SimpleITK

from MuscleSegLib.phantom import digital_legs
from MuscleSegLib.volume import Geometry, Volume, read_labels, read_volume, resample, write_volume

GRID = Geometry((3, 113, 173), np.array([[-2.5, 0, 0, 216], [0, -2.5, 0, 140], [0, 0, 24, -24], [0, 0, 0, 1]]))
PLACE = {"PixelSpacing": [[2.5, 2.5]] * 3, "heights": [0.0, 24.0, 48.0], "FrameOfReferenceUID": ["1.2.3"] * 3}


@pytest.fixture(scope="module")
def images(plain_scan):
    """Images of the same two thighs in two contrasts, and their true labels; the first image is T1-weighted."""
    bright, labels = plain_scan(digital_legs("thigh", seed=2, fat_fraction=5), GRID)
    fat = np.clip((bright.array / 1000 - 0.34) / 0.66, 0, 1)
    water = np.where(bright.array > 170, 900 - 800 * fat, bright.array)
    stored = {"t1": bright.array, "water": water}
    return {name: Volume(array.astype(np.int16), GRID) for name, array in stored.items()} | {"labels": labels}


@pytest.fixture
def files(images, tmp_path):
    """The files of both images."""
    for name in ("t1", "water"):
        write_volume(images[name], tmp_path / f"{name}.nii.gz")
    return [tmp_path / f"{name}.nii.gz" for name in ("t1", "water")]


@pytest.fixture
def segmented(muscleseg, tmp_path):
    """Segment images, and return their labels, [k, j, i], and the summary."""

    def segment(*paths, options=()):
        output = tmp_path / "labels.nii.gz"
        ended = muscleseg("segment", *paths, *options, "--region", "thigh", "--output", output, "--json")
        assert ended.code == 0, ended.err
        return read_labels(output)[0].array, json.loads(ended.out)

    return segment


def mean_dsc(labels, truth):
    values = np.unique(truth)[1:]
    overlaps = [2 * ((labels == v) & (truth == v)).sum() / ((labels == v).sum() + (truth == v).sum()) for v in values]
    return np.mean(overlaps)


@pytest.mark.slow
def test_two_images_in_either_order_give_nearly_the_same_labels_no_worse_than_the_worse_one(segmented, files, images):
    alone = [mean_dsc(segmented(path)[0], images["labels"].array) for path in files]
    (labels, summary), (exchanged, _) = segmented(*files), segmented(*files[::-1])

    is_muscle = (labels > 0) | (exchanged > 0)
    assert (labels == exchanged)[is_muscle].mean() > 0.999
    assert mean_dsc(labels, images["labels"].array) >= min(alone)
    assert summary["images"] == [str(path) for path in files]


def test_the_labels_lie_on_the_first_image_s_grid(muscleseg, images, files, tmp_path):
    coarse = Geometry((3, 85, 130), GRID.affine @ np.diag([4 / 3, 4 / 3, 1, 1]))
    write_volume(resample(images["water"], coarse, interpolation="linear"), tmp_path / "coarse.nii.gz")
    for first, second in ((files[0], tmp_path / "coarse.nii.gz"), (tmp_path / "coarse.nii.gz", files[0])):
        ended = muscleseg("segment", first, second, "--region", "thigh", "--output", tmp_path / "labels.nii.gz")

        assert ended.code == 0, ended.err
        assert read_labels(tmp_path / "labels.nii.gz")[0].geometry.is_close(read_volume(first).geometry)
        assert f"Segmented together: {first}, {second}." in ended.out


def of_another_field_of_view(images):
    affine = GRID.affine.copy()
    affine[2, 3] += 60
    return Volume(images["water"].array, Geometry(GRID.shape, affine))


def of_one_slice(images):
    return Volume(images["water"].array[1:2], Geometry((1, 113, 173), GRID.affine))


def of_labels(images):
    return images["labels"]


def again(images):
    return images["t1"]


def of_nothing(images):
    return Volume(np.zeros(GRID.shape, np.int16), GRID)


@pytest.mark.parametrize("wrong", [of_another_field_of_view, of_one_slice, of_labels, again, of_nothing])
@pytest.mark.parametrize("is_third", [False, True])
def test_an_image_that_is_none_of_the_scan_is_refused_in_one_sentence_with_its_name(
    muscleseg, images, files, tmp_path, wrong, is_third
):
    write_volume(wrong(images), tmp_path / "other.nii.gz")
    paths = [*files[: 1 + is_third], tmp_path / "other.nii.gz"]

    ended = muscleseg("segment", *paths, "--region", "thigh", "--output", tmp_path / "labels.nii.gz")

    assert ended.code == 1
    (sentence,) = [line for line in ended.err.splitlines() if not line.startswith("Warning: ")]
    assert "other.nii.gz" in sentence
    assert not (tmp_path / "labels.nii.gz").exists()


def test_a_flat_image_is_refused_with_its_name(muscleseg, images, files, tmp_path):
    SimpleITK.WriteImage(SimpleITK.GetImageFromArray(images["water"].array[1]), tmp_path / "flat.mha")

    ended = muscleseg("segment", files[0], tmp_path / "flat.mha", "--region", "thigh", "--output", tmp_path / "l.nii")

    assert ended.code == 1
    (sentence,) = [line for line in ended.err.splitlines() if not line.startswith("Warning: ")]
    assert "flat.mha" in sentence


@pytest.mark.parametrize(
    ("attributes", "reason"),
    [({"PatientID": "P2"}, "different patients"), ({"FrameOfReferenceUID": ["9.8.7"] * 3}, "frames of reference")],
)
def test_another_person_s_scan_is_refused_with_its_name(muscleseg, images, write_series, tmp_path, attributes, reason):
    write_series(tmp_path / "first", images["t1"].array, **{**PLACE, "PatientID": "P1"})
    write_series(tmp_path / "second", images["water"].array, **{**PLACE, "PatientID": "P1", **attributes})

    ended = muscleseg(
        *("segment", tmp_path / "first", tmp_path / "second"), "--region", "thigh", "--output", tmp_path / "l.nii"
    )

    assert ended.code == 1
    assert len(ended.err.splitlines()) == 1
    assert str(tmp_path / "second") in ended.err
    assert reason in ended.err


@pytest.mark.parametrize("option", ["--output", "--overview"])
@pytest.mark.parametrize("number", [0, 1])
def test_no_output_may_be_one_of_the_images(muscleseg, files, tmp_path, option, number):
    before = files[number].read_bytes()
    outputs = {"--output": tmp_path / "labels.nii.gz", option: files[number]}

    ended = muscleseg("segment", *files, "--region", "thigh", *(word for pair in outputs.items() for word in pair))

    assert ended.code == 1
    assert f"{files[number]} is given twice" in ended.err
    assert files[number].read_bytes() == before


@pytest.fixture(params=[{"SeriesInstanceUID": "1.2.3"}, {}], ids=["one series", "a series each"])
def dixon_folder(images, write_series, tmp_path, request):
    """A DICOM folder of both images, the T1-weighted one as if it were the fat image."""
    for word, name in (("W", "water"), ("F", "t1")):
        image_type = f"ORIGINAL\\PRIMARY\\{word}\\ND"
        attributes = {**PLACE, "ImageType": image_type, **request.param}
        write_series(tmp_path / "dixon", images[name].array, prefix=word, **attributes)
    return tmp_path / "dixon"


@pytest.mark.slow
def test_several_image_types_of_one_folder_are_segmented_together(segmented, dixon_folder, files):
    together, summary = segmented(dixon_folder, options=("--image-type", "W", "--image-type", "fat"))

    assert summary["images"] == [str(dixon_folder)]
    assert summary["image_types"] == ["W", "fat"]
    expected, _ = segmented(*files[::-1])
    assert (together > 0).sum() == pytest.approx((expected > 0).sum(), rel=0.01)
    alone, _ = segmented(dixon_folder, options=("--image-type", "W"))
    assert (alone != together).any()


def test_image_types_beside_several_images_are_refused(muscleseg, dixon_folder, files, tmp_path):
    types = ("--image-type", "W", "--image-type", "F")

    ended = muscleseg("segment", dixon_folder, files[1], *types, "--region", "thigh", "--output", tmp_path / "l.nii")

    assert ended.code == 1
    assert "Several images are given, and several image types" in ended.err
