"""Several files of one place: copies are told by their pixels, and of others it is said what differs."""

import shutil

import numpy as np
import pydicom
import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import read_volume


def copied(path, name, **attributes):
    """A copy as an archive makes it: another instance, perhaps with other attributes."""
    dataset = pydicom.dcmread(path)
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = pydicom.uid.generate_uid()
    for keyword, value in attributes.items():
        setattr(dataset, keyword, value)
    dataset.save_as(path.with_name(name))
    return path.with_name(name)


@pytest.fixture
def paths(tmp_path, voxels, write_series):
    return write_series(tmp_path / "scan", voxels)


def test_a_copied_file_is_read_once_and_told(paths, voxels, caplog):
    shutil.copy(paths[1], paths[1].with_name("copy.dcm"))

    np.testing.assert_array_equal(read_volume(paths[0].parent).array, voxels)
    assert "copy.dcm" in caplog.text


@pytest.mark.parametrize(
    "attributes",
    [{}, {"InstanceNumber": 99}, {"ContentTime": "120000"}, {"InstitutionName": "Elsewhere"}],
    ids=str,
)
def test_copies_of_all_slices_are_read_once(paths, voxels, caplog, attributes):
    for number, path in enumerate(paths):
        copied(path, f"copy{number}.dcm", **attributes)

    np.testing.assert_array_equal(read_volume(paths[0].parent).array, voxels)
    assert "3 copies" in caplog.text


def test_files_that_differ_in_a_private_attribute_alone_are_copies(paths, voxels):
    other = copied(paths[0], "copy.dcm")
    dataset = pydicom.dcmread(other)
    dataset.private_block(0x0019, "SOMEBODY", create=True).add_new(0x01, "LO", "again")
    dataset.save_as(other)

    np.testing.assert_array_equal(read_volume(paths[0].parent).array, voxels)


@pytest.mark.parametrize("which", [(0,), (2,), (0, 1, 2)])
def test_files_that_differ_in_their_pixels_are_no_copies(paths, voxels, which):
    for number in which:
        copied(paths[number], f"again{number}.dcm", PixelData=(voxels[number] + 1).tobytes())

    with pytest.raises(MuscleSegError, match=r"2 images at .*differ in their pixels") as caught:
        read_volume(paths[0].parent)

    assert "remove the copies" not in str(caught.value)


def test_what_differs_beside_the_pixels_is_listed(paths, voxels):
    other = copied(paths[0], "again.dcm", PixelData=(voxels[0] + 1).tobytes(), ContentTime="120000", WindowWidth=10)
    dataset = pydicom.dcmread(other)
    dataset.private_block(0x0019, "SOMEBODY", create=True).add_new(0x01, "LO", "again")
    dataset.save_as(other)

    pattern = r"differ in their pixels, ContentTime, .*\(0019,1001\).*WindowWidth"
    with pytest.raises(MuscleSegError, match=pattern):
        read_volume(paths[0].parent)


@pytest.mark.parametrize("attributes", [{"RescaleSlope": 2.0, "RescaleIntercept": 0.0}, {"RescaleIntercept": 5.0}])
def test_equal_pixels_of_another_scale_are_no_copies(paths, attributes):
    copied(paths[0], "again.dcm", **attributes)

    with pytest.raises(MuscleSegError, match=r"differ in .*Rescale"):
        read_volume(paths[0].parent)


def test_copies_beside_images_that_differ_are_no_excuse(paths, voxels):
    copied(paths[0], "copy.dcm")
    copied(paths[1], "again.dcm", PixelData=(voxels[1] + 1).tobytes())

    with pytest.raises(MuscleSegError, match="differ in their pixels"):
        read_volume(paths[0].parent)
