"""DICOM segmentations of muscles, from the command line."""

import json

import numpy as np
import pytest

from MuscleSegLib.volume import Geometry, Volume, write_volume
from Testing.cli.blocks import rows

SHAPE = (4, 8, 50)


def box(*slices):
    mask = np.zeros(SHAPE, np.uint8)
    mask[slices] = 1
    return mask


MASKS = {
    "left vastus lateralis": box(slice(0, 4), slice(2, 6), slice(30, 40)),
    "femur": box(slice(0, 4), slice(2, 4), slice(22, 24)),
    "right rectus femoris": box(slice(1, 3), slice(2, 6), slice(10, 15)),
}
"""In an order that is none of the codes'."""

VOXEL_CM3 = 0.5 * 1.5 * 6 / 1000


def rows_of(ended):
    assert ended.code == 0, ended.err
    return {(row["side"], row["muscle"]): row for row in json.loads(ended.out) if row["volume_cm3"]}


@pytest.mark.parametrize("kind", ["BINARY", "LABELMAP"])
@pytest.mark.parametrize("region", [(), ("--region", "thigh")])
def test_muscles_are_measured_by_their_names(muscleseg, tmp_path, write_dicom_seg, kind, region):
    path = write_dicom_seg(tmp_path, MASKS, kind)

    ended = muscleseg("measure", path, *region, "--json")

    volumes = {key: row["volume_cm3"] for key, row in rows_of(ended).items()}
    assert volumes == {
        ("left", "vastus lateralis"): pytest.approx(160 * VOXEL_CM3, rel=1e-3),
        ("right", "rectus femoris"): pytest.approx(40 * VOXEL_CM3, rel=1e-3),
    }
    assert '"femur" is no muscle' in ended.err


def test_codes_tell_muscles_whose_labels_say_nothing(muscleseg, tmp_path, write_dicom_seg):
    path = write_dicom_seg(tmp_path, {"Segment_1|MDC 7:932": MASKS["left vastus lateralis"]})  # musculus soleus

    ended = muscleseg("measure", path, "--region", "calf", "--json")

    assert {muscle for _, muscle in rows_of(ended)} == {"soleus"}


def test_a_segmentation_and_its_images_may_share_a_folder(muscleseg, tmp_path, write_dicom_seg, write_series):
    for word, signal in (("W", 30), ("F", 10)):
        image_type = f"DERIVED\\PRIMARY\\{word}\\{word}"
        write_series(tmp_path / "dixon", np.full(SHAPE, signal, np.int16), prefix=word, ImageType=image_type)
    write_dicom_seg(tmp_path / "dixon", MASKS)

    folder = tmp_path / "dixon"
    ended = muscleseg("measure", folder, "--region", "thigh", "--fat", folder, "--water", folder, "--json")

    assert rows_of(ended)["left", "vastus lateralis"]["ff_mean_percent"] == pytest.approx(25)


def test_a_segmentation_is_a_reference_of_an_evaluation(muscleseg, tmp_path, write_dicom_seg):
    path = write_dicom_seg(tmp_path / "made", MASKS)
    for folder in ("reference", "prediction"):
        (tmp_path / folder).mkdir()
    path.rename(tmp_path / "reference" / "P1.dcm")
    affine = np.array([[-0.5, 0, 0, 20], [0, -1.5, 0, 30], [0, 0, 6, 100], [0, 0, 0, 1.0]])
    array = 109 * MASKS["left vastus lateralis"] + 4 * MASKS["right rectus femoris"]
    labels = Volume(array.astype(np.uint8), Geometry(SHAPE, affine))
    write_volume(labels, tmp_path / "prediction" / "P1.nii.gz")

    ended = muscleseg(
        *("evaluate", "--prediction", tmp_path / "prediction", "--reference", tmp_path / "reference"),
        *("--region", "thigh", "--processes", 1, "--output", tmp_path / "report"),
    )

    assert ended.code == 0, ended.err
    compared = {row["muscle"]: float(row["dsc"]) for row in rows(tmp_path / "report" / "muscles.csv") if row["dsc"]}
    assert compared == {"vastus lateralis": 1, "rectus femoris": 1}
