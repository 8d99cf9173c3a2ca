import locale

import numpy as np
import pydicom
import pytest
import SimpleITK as sitk  # noqa: N813 - everybody's name for it

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import read_volume


def test_slope_and_intercept_are_applied_slice_by_slice(tmp_path, voxels, write_series):
    write_series(tmp_path, voxels, RescaleSlope=[1.0, 2.0, 0.5], RescaleIntercept=[0.0, -10.0, 3.0])
    volume = read_volume(tmp_path)
    assert volume.array.dtype == np.float32
    np.testing.assert_allclose(volume.array[0], voxels[0])
    np.testing.assert_allclose(volume.array[1], voxels[1] * 2.0 - 10)
    np.testing.assert_allclose(volume.array[2], voxels[2] * 0.5 + 3)


def test_a_slope_of_one_keeps_the_type(tmp_path, voxels, write_series):
    write_series(tmp_path, voxels.astype(np.uint16), RescaleSlope=1.0, RescaleIntercept=0.0)
    assert read_volume(tmp_path).array.dtype == np.uint16


def test_a_color_picture_is_refused(tmp_path, voxels, write_series):
    write_series(tmp_path, voxels, SamplesPerPixel=3, PhotometricInterpretation="RGB")
    with pytest.raises(MuscleSegError, match="is a color picture"):
        read_volume(tmp_path)


def compress(path, compressor):
    """Let GDCM write an image again, compressed, with its place in the patient."""
    dataset = pydicom.dcmread(path)
    image = sitk.ReadImage(str(path))
    writer = sitk.ImageFileWriter()
    writer.SetImageIO("GDCMImageIO")
    writer.KeepOriginalImageUIDOn()
    writer.UseCompressionOn()
    writer.SetCompressor(compressor)
    writer.SetFileName(str(path))
    for key in image.GetMetaDataKeys():
        image.SetMetaData(key, image.GetMetaData(key))
    before = locale.setlocale(locale.LC_ALL)
    writer.Execute(image)
    locale.setlocale(locale.LC_ALL, before)  # GDCM changes it, and with it how Python reads text files
    return dataset, pydicom.dcmread(path)


@pytest.mark.parametrize("compressor", ["JPEG2000", "JPEG"])
def test_compressed_images_are_decoded_and_rescaled_once(tmp_path, voxels, write_series, compressor):
    paths = write_series(tmp_path, np.kron(voxels, np.ones((1, 16, 16), np.int16)).astype(np.uint16))
    for path in paths:
        before, after = compress(path, compressor)
        assert after.file_meta.TransferSyntaxUID.is_compressed
        for keyword in ("ImagePositionPatient", "ImageOrientationPatient", "SeriesInstanceUID", "PixelSpacing"):
            setattr(after, keyword, getattr(before, keyword))
        after.RescaleSlope, after.RescaleIntercept = 2.0, 1.0
        after.save_as(path)
    np.testing.assert_array_equal(read_volume(tmp_path).array[:, ::16, ::16], voxels * 2.0 + 1.0)


def test_run_length_encoded_images_are_decoded(tmp_path, voxels, write_series):
    for path in write_series(tmp_path, voxels):
        dataset = pydicom.dcmread(path)
        dataset.compress(pydicom.uid.RLELossless)
        dataset.save_as(path)
    np.testing.assert_array_equal(read_volume(tmp_path).array, voxels)


def test_pixels_that_nobody_can_decode_are_refused(tmp_path, voxels, write_series):
    for path in write_series(tmp_path, voxels):
        dataset = pydicom.dcmread(path)
        dataset.PixelData = pydicom.encaps.encapsulate([b"\1\2\3\4" * 20])
        dataset["PixelData"].is_undefined_length = True
        dataset.file_meta.TransferSyntaxUID = pydicom.uid.JPEG2000Lossless
        dataset.save_as(path)
    with pytest.raises(MuscleSegError, match=r"compressed in a way that cannot be decoded .*JPEG 2000"):
        read_volume(tmp_path)


@pytest.mark.parametrize("syntax", ["1.2.3", None])
def test_pixels_of_an_unknown_syntax_are_refused(tmp_path, voxels, write_series, syntax):
    for path in write_series(tmp_path, voxels):
        content = path.read_bytes()
        stored = pydicom.uid.ExplicitVRLittleEndian.encode()
        path.write_bytes(content.replace(stored, (syntax or "").encode().ljust(len(stored), b"\0")))
    with pytest.raises(MuscleSegError, match="is damaged"):
        read_volume(tmp_path)


def test_an_enhanced_file_is_a_volume(tmp_path, voxels, write_enhanced):
    path = write_enhanced(tmp_path / "enhanced", voxels[[2, 0, 1]], heights=[12.0, 0.0, 6.0])
    for given in (path, tmp_path):
        volume = read_volume(given)
        np.testing.assert_array_equal(volume.array, voxels)
        np.testing.assert_allclose(
            volume.geometry.affine, [[-0.5, 0, 0, 20], [0, -1.5, 0, 30], [0, 0, 6, 100], [0, 0, 0, 1]], atol=1e-9
        )


def test_an_enhanced_file_is_rescaled_by_its_frames(tmp_path, voxels, write_enhanced):
    write_enhanced(tmp_path / "enhanced.dcm", voxels, heights=[0.0, 6.0, 12.0], slope=0.5)
    np.testing.assert_allclose(read_volume(tmp_path).array, voxels * 0.5)


def test_an_enhanced_file_that_lacks_frames_is_refused(tmp_path, voxels, write_enhanced):
    write_enhanced(tmp_path / "enhanced.dcm", voxels[[0, 1, 1]], heights=[0.0, 6.0, 18.0])
    with pytest.raises(MuscleSegError, match="lacks 1 slice"):
        read_volume(tmp_path)


def test_frames_without_a_place_are_refused(tmp_path, voxels, write_enhanced):
    path = write_enhanced(tmp_path / "loop.dcm", voxels, heights=[0.0, 6.0, 12.0])
    dataset = pydicom.dcmread(path)
    del dataset.PerFrameFunctionalGroupsSequence
    dataset.save_as(path)
    with pytest.raises(MuscleSegError, match="without saying where each of them lies"):
        read_volume(path)
