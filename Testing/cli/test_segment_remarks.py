"""Remarks on an odd image, kept by its segmentation: in summary, labels for Slicer and the worker's result."""

import json
from dataclasses import replace

import nibabel
import numpy as np
import pytest

from MuscleSegLib.phantom import digital_legs
from MuscleSegLib.volume import Geometry, write_volume
from MuscleSegLib.worker.jobs import run
from MuscleSegLib.worker.messages import SegmentJob


@pytest.fixture(scope="module")
def thighs(plain_scan):
    """Three slices in the middle of both thighs, their axes from right to left, front to back and feet to head."""
    affine = np.array([[-2.5, 0, 0, 216], [0, -2.5, 0, 140], [0, 0, 24, -24], [0, 0, 0, 1]])
    image, _ = plain_scan(digital_legs("thigh", seed=2, fat_fraction=5), Geometry((3, 113, 173), affine))
    return replace(image, array=image.array.astype(np.int16))


def oddly_saved(kind, folder, image, write_series):
    """Save an image with something odd about it, and return its path and what is to be said."""
    spacing = image.geometry.spacing_mm
    if kind == "nifti":
        saved = nibabel.Nifti1Image(image.array.T, None)
        saved.header.set_zooms(spacing)
        saved.header["qform_code"] = saved.header["sform_code"] = 0
        nibabel.save(saved, folder / "odd.nii")
        return folder / "odd.nii", "does not say how it lies in the patient"
    heights, pixel = [24.0 * k for k in range(3)], [[spacing[1], spacing[0]]] * 3
    place = {"heights": heights, "PixelSpacing": pixel}
    if kind == "absent at an end":
        write_series(folder / "odd", image.array, InstanceNumber=[3, 4, 5], **place)
        return folder / "odd", "has image numbers from 3 to 5, but 3 images"
    for word in ("W", "OP"):
        words = ["DERIVED", "PRIMARY", word]
        write_series(
            folder / "odd", image.array, prefix=word, ImageType="\\".join(words), SeriesInstanceUID="1.2.3", **place
        )
    return folder / "odd", "the water images are taken, and not opposed-phase"


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["nifti", "absent at an end", "several kinds"])
def test_a_segmentation_says_what_is_odd_about_its_image_once(muscleseg, tmp_path, thighs, write_series, kind):
    path, sentence = oddly_saved(kind, tmp_path, thighs, write_series)

    ended = muscleseg("segment", path, "--region", "thigh", "--output", tmp_path / "labels.nii.gz", "--json")

    assert ended.code == 0, ended.err
    (note,) = [note for note in json.loads(ended.out)["notes"] if sentence in note]
    assert str(path) in note
    assert ended.err.count(sentence) == 1


@pytest.mark.parametrize("kind", ["nifti", "absent at an end"])
def test_labels_for_slicer_keep_what_is_odd_about_their_image(muscleseg, tmp_path, thighs, write_series, kind):
    path, sentence = oddly_saved(kind, tmp_path, thighs, write_series)
    run(SegmentJob(path, "thigh", tmp_path / "labels.seg.nrrd"), lambda *_: None)

    ended = muscleseg("measure", tmp_path / "labels.seg.nrrd", "--json")

    rows = [row["warnings"] for row in json.loads(ended.out) if row["volume_cm3"]]
    assert rows
    assert all(text.count(sentence) == 1 for text in rows)


@pytest.mark.parametrize("kind", ["nifti", "absent at an end", "single slice"])
def test_the_worker_s_result_says_what_is_odd_about_its_image(tmp_path, thighs, write_series, kind):
    if kind == "single slice":
        path, sentence = tmp_path / "odd.nrrd", "has a single slice"
        middle = replace(thighs, array=thighs.array[1:2], geometry=Geometry((1, 113, 173), thighs.geometry.affine))
        write_volume(middle, path)
    else:
        path, sentence = oddly_saved(kind, tmp_path, thighs, write_series)

    result = run(SegmentJob(path, "thigh", tmp_path / "labels.nii.gz"), lambda *_: None)

    assert [sentence in note and str(path) in note for note in result["notes"] if sentence in note] == [True]
