import hashlib

import numpy as np
import pydicom
import pytest
import SimpleITK as sitk  # noqa: N813 - everybody's name for it

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import Geometry, Volume, read_volume, write_dicom


@pytest.fixture
def a_volume(oblique_affine, voxels):
    return Volume(voxels - 30, Geometry((3, 4, 5), oblique_affine), description="T1-weighted")


@pytest.fixture
def write(tmp_path):
    def make(volume, name="series", **options):
        write_dicom(volume, tmp_path / name, **{"identity": "one", "patient": "PHANTOM", "thickness_mm": 4.0} | options)
        return sorted((tmp_path / name).iterdir())

    return make


def test_the_series_comes_back_as_it_was(tmp_path, voxels, any_affine, write):
    volume = Volume(voxels, Geometry((3, 4, 5), any_affine), description="T1-weighted")
    write(volume)
    back = read_volume(tmp_path / "series")
    # a reader may stack the slices from the other end
    k = back.geometry.index_from_world(volume.geometry.world_from_index((0, 0, 0)))[2]
    np.testing.assert_array_equal(back.array[:: 1 if k < 1 else -1], voxels)
    corners = [volume.geometry.world_from_index(corner) for corner in ((0, 0, 0), (4, 3, 2))]
    corners_back = [back.geometry.world_from_index(corner) for corner in ((0, 0, k), (4, 3, 2 - k))]
    np.testing.assert_allclose(corners_back, corners, atol=1e-5)


def test_itk_finds_the_voxels_in_the_same_place(a_volume, write):
    image = sitk.ReadImage([str(path) for path in write(a_volume)])
    np.testing.assert_array_equal(sitk.GetArrayFromImage(image), a_volume.array)
    lps = np.array(image.TransformIndexToPhysicalPoint((4, 3, 0)))
    np.testing.assert_allclose(lps * (-1, -1, 1), a_volume.geometry.world_from_index((4, 3, 0)), atol=1e-5)


def test_the_same_volume_gives_the_same_files(a_volume, write):
    first, again = (
        [hashlib.sha256(path.read_bytes()).hexdigest() for path in write(a_volume, name)] for name in ("a", "b")
    )
    assert first == again


def test_another_identity_is_another_study(a_volume, write):
    first, second = (pydicom.dcmread(write(a_volume, name, identity=name)[0]) for name in ("a", "b"))
    for uid in ("SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID", "FrameOfReferenceUID"):
        assert first[uid].value != second[uid].value


def test_slices_are_images_of_their_own_in_one_series(a_volume, write):
    slices = [pydicom.dcmread(path) for path in write(a_volume)]
    assert len({image.SOPInstanceUID for image in slices}) == 3
    assert len({image.SeriesInstanceUID for image in slices}) == 1
    assert [image.InstanceNumber for image in slices] == [1, 2, 3]


def test_a_viewer_is_told_what_the_standard_asks_for(a_volume, write):
    dataset = pydicom.dcmread(write(a_volume, attributes={"EchoTime": 11.0, "RepetitionTime": 549.0})[0])
    assert dataset.SOPClassUID == dataset.file_meta.MediaStorageSOPClassUID == "1.2.840.10008.5.1.4.1.1.4"
    assert (dataset.Modality, str(dataset.PatientName), dataset.PatientID) == ("MR", "PHANTOM", "PHANTOM")
    assert (dataset.EchoTime, dataset.RepetitionTime, dataset.SliceThickness) == (11, 549, 4)
    assert dataset.SpacingBetweenSlices == pytest.approx(6)
    assert dataset.SeriesDescription == "T1-weighted"
    # type 2 in the modules of an MR image: there, and with or without a value
    for keyword in (
        *("PatientBirthDate", "PatientSex", "StudyDate", "StudyTime", "ReferringPhysicianName", "StudyID"),
        *("AccessionNumber", "SeriesNumber", "Manufacturer", "PositionReferenceIndicator", "SliceThickness"),
        *("ScanOptions", "EchoTrainLength", "PatientPosition", "ImageType", "ScanningSequence", "SequenceVariant"),
    ):
        assert keyword in dataset


def test_every_value_is_valid(a_volume, write, monkeypatch):
    monkeypatch.setattr(pydicom.config.settings, "reading_validation_mode", pydicom.config.RAISE)
    for path in write(a_volume):
        assert len(list(pydicom.dcmread(path))) > 40  # each is checked as it is read


def test_there_is_no_date_in_it(a_volume, write):
    dataset = pydicom.dcmread(write(a_volume)[0])
    assert not [element for element in dataset if element.VR in ("DA", "DT", "TM") and element.value]


def test_voxels_of_another_type_are_refused(a_volume, write):
    with pytest.raises(MuscleSegError, match="round its values"):
        write(Volume(a_volume.array.astype(np.float32), a_volume.geometry))


def test_a_sheared_grid_is_refused(voxels, write):
    affine = np.eye(4)
    affine[0, 2] = 0.3
    with pytest.raises(MuscleSegError, match="right angles"):
        write(Volume(voxels, Geometry((3, 4, 5), affine)))


def test_a_folder_that_cannot_be_made_is_named(a_volume, tmp_path, write):
    (tmp_path / "file").write_text("")
    with pytest.raises(MuscleSegError, match="cannot be made"):
        write(a_volume, "file/series")
