import gzip
import logging
import struct

import nibabel
import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813 - everybody's name for it

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import read_volume
from Testing.volume.nifti_files import save_nifti


@pytest.fixture
def noise():
    """Voxels that do not compress, so that a part of the file is a part of the voxels."""
    return np.random.default_rng(0).integers(1, 30000, (20, 30, 10)).astype(np.int16)


@pytest.mark.parametrize(("sform", "qform"), [(1, 1), (2, 0), (0, 1)], ids=["both", "sform", "qform"])
def test_nifti_voxels_lie_where_nibabel_puts_them(tmp_path, voxels, any_affine, sform, qform):
    path = save_nifti(tmp_path / "scan.nii.gz", voxels.T, any_affine, sform=sform, qform=qform)
    volume = read_volume(path)
    np.testing.assert_array_equal(volume.array, voxels)
    np.testing.assert_allclose(volume.geometry.affine, nibabel.load(path).affine, atol=1e-5)
    assert volume.path == path


@pytest.mark.parametrize("dtype", ["uint8", "int16", "uint16", "int32", "float32", "float64", "int64"])
def test_the_voxel_type_on_disk_is_kept(tmp_path, voxels, dtype):
    path = save_nifti(tmp_path / "scan.nii", voxels.T.astype(dtype))
    assert read_volume(path).array.dtype == dtype


def test_big_endian_files_are_read(tmp_path, voxels):
    image = nibabel.Nifti1Image(voxels.T, np.eye(4)).as_reoriented([[0, 1], [1, 1], [2, 1]])
    header = image.header.as_byteswapped(">")
    nibabel.save(nibabel.Nifti1Image(voxels.T, np.eye(4), header), tmp_path / "scan.nii")
    assert (tmp_path / "scan.nii").read_bytes()[:4] == struct.pack(">i", 348)
    np.testing.assert_array_equal(read_volume(tmp_path / "scan.nii").array, voxels)


def test_scaled_voxels_have_their_real_values(tmp_path, voxels):
    image = nibabel.Nifti1Image(voxels.T, np.eye(4))
    image.header.set_slope_inter(0.5, 10)
    nibabel.save(image, tmp_path / "scan.nii")
    np.testing.assert_allclose(
        read_volume(tmp_path / "scan.nii").array, nibabel.load(tmp_path / "scan.nii").get_fdata().T
    )


@pytest.mark.parametrize("order", ["<", ">"])
def test_missing_values_of_scaled_files_in_any_byte_order_stay_missing(tmp_path, voxels, order):
    values = voxels.astype(np.float32)
    values[0, 1, :3] = np.nan, np.inf, -np.inf
    image = nibabel.Nifti1Image(values.T, np.eye(4))
    image = nibabel.Nifti1Image(values.T, np.eye(4), image.header.as_byteswapped(order))
    nibabel.save(image, tmp_path / "scan.nii.gz")
    content = bytearray(gzip.decompress((tmp_path / "scan.nii.gz").read_bytes()))
    struct.pack_into(order + "2f", content, 112, 2.0, 1.0)  # scl_slope, scl_inter
    (tmp_path / "scan.nii.gz").write_bytes(gzip.compress(content))
    np.testing.assert_array_equal(read_volume(tmp_path / "scan.nii.gz").array, values * 2 + 1)


def test_the_description_is_the_nifti_field_descrip(tmp_path, voxels):
    path = save_nifti(tmp_path / "scan.nii", voxels.T, descrip=b"TE=1.2;phase=0")
    assert read_volume(str(path)).description == "TE=1.2;phase=0"


@pytest.mark.parametrize("name", ["scan.nii", "scan.nii.gz"])
def test_a_2d_nifti_is_one_slice_with_its_orientation(tmp_path, name):
    coronal = np.array([[2.0, 0, 0, 5], [0, 0, 3, 6], [0, 2, 0, 7], [0, 0, 0, 1]])
    path = save_nifti(tmp_path / name, np.arange(20, dtype=np.int16).reshape(5, 4).T, coronal)
    assert len(nibabel.load(path).shape) == 2
    volume = read_volume(path)
    np.testing.assert_array_equal(volume.array, np.arange(20).reshape(1, 5, 4))
    np.testing.assert_allclose(volume.geometry.affine, coronal)


@pytest.mark.parametrize("part", [0.999, 0.5, 0.02])
@pytest.mark.parametrize("name", ["scan.nii", "scan.nii.gz"])
def test_a_nifti_that_was_cut_off_is_not_filled_with_zeros(tmp_path, noise, name, part):
    content = save_nifti(tmp_path / name, noise).read_bytes()
    (tmp_path / name).write_bytes(content[: int(len(content) * part)])
    with pytest.raises(MuscleSegError, match=rf"{name} is damaged or incomplete"):
        read_volume(tmp_path / name)


@pytest.mark.parametrize("size", [4, 100, 340])
def test_a_nifti_that_ends_in_its_header_is_refused(tmp_path, noise, size):
    content = save_nifti(tmp_path / "scan.nii", noise).read_bytes()
    (tmp_path / "scan.nii").write_bytes(content[:size])
    with pytest.raises(MuscleSegError, match=r"ends inside its header"):
        read_volume(tmp_path / "scan.nii")


def test_a_whole_stream_that_holds_too_few_voxels_is_refused(tmp_path, noise):
    content = save_nifti(tmp_path / "scan.nii", noise).read_bytes()
    (tmp_path / "scan.nii.gz").write_bytes(gzip.compress(content[:-2]))
    with pytest.raises(MuscleSegError, match=r"2 of 12352 bytes are missing"):
        read_volume(tmp_path / "scan.nii.gz")


def test_an_image_without_voxels_is_refused(tmp_path, noise):
    content = bytearray(save_nifti(tmp_path / "scan.nii", noise).read_bytes())
    struct.pack_into("<h", content, 42, 0)
    (tmp_path / "scan.nii").write_bytes(content)
    with pytest.raises(MuscleSegError, match=r"holds no voxels \(its size is 0 x 30 x 10\)"):
        read_volume(tmp_path / "scan.nii")


def test_a_sheared_nifti_is_refused(tmp_path, voxels):
    sheared = np.diag([2.0, 2, 6, 1])
    sheared[0, 2] = 1.0
    path = save_nifti(tmp_path / "scan.nii", voxels.T, sheared, qform=0)
    with pytest.raises(MuscleSegError, match=r"scan\.nii has voxel axes that are not at right angles"):
        read_volume(path)


def test_a_sheared_nifti_with_a_qform_is_read_by_that(tmp_path, voxels):
    sheared = np.diag([2.0, 2, 6, 1])
    sheared[0, 2] = 0.05
    path = save_nifti(tmp_path / "scan.nii", voxels.T, sheared)
    np.testing.assert_allclose(read_volume(path).geometry.affine, nibabel.load(path).get_qform(), atol=1e-5)


def test_nifti_2_is_refused_by_name(tmp_path, voxels):
    nibabel.save(nibabel.Nifti2Image(voxels.T, np.eye(4)), tmp_path / "scan.nii")
    with pytest.raises(MuscleSegError, match="NIfTI-2"):
        read_volume(tmp_path / "scan.nii")


def test_a_compressed_file_with_a_plain_name_is_refused_with_the_right_name(tmp_path, voxels):
    save_nifti(tmp_path / "scan.nii.gz", voxels.T).rename(tmp_path / "scan.nii")
    with pytest.raises(MuscleSegError, match=r"rename it to scan\.nii\.gz"):
        read_volume(tmp_path / "scan.nii")


def test_an_image_that_does_not_say_how_it_lies_is_logged(tmp_path, voxels, caplog):
    with caplog.at_level(logging.WARNING):
        read_volume(save_nifti(tmp_path / "scan.nii", voxels.T, sform=0, qform=0))
    assert "left and right may be exchanged" in caplog.text


@pytest.fixture
def two_sizes(tmp_path, voxels):
    """A function that writes a NIfTI file whose sform says 2 mm where the other field says something else."""

    def write(stated_mm):
        path = save_nifti(tmp_path / "scan.nii", voxels.T, np.diag([2.0, 2, 6, 1]), qform=0)
        content = bytearray(path.read_bytes())
        struct.pack_into("<f", content, 80, stated_mm)
        path.write_bytes(content)
        return path

    return write


@pytest.mark.parametrize("stated_mm", [3.0, 0.2, 2.1])
def test_a_nifti_with_two_voxel_sizes_is_refused(two_sizes, stated_mm):
    # ITK would take the stated size; nibabel takes the sform.
    with pytest.raises(MuscleSegError, match=rf"two voxel sizes, {stated_mm:g} x 2 x 6 .*pixdim.* 2 x 2 x 6 .*sform"):
        read_volume(two_sizes(stated_mm))


@pytest.mark.parametrize("shown", [True, False])
def test_itk_warns_nobody_while_reading_and_as_before_afterward(two_sizes, capfd, shown):
    before = sitk.ProcessObject.GetGlobalWarningDisplay()
    try:
        sitk.ProcessObject.SetGlobalWarningDisplay(shown)
        read_volume(two_sizes(2.01))  # within rounding, but ITK has something to say
        assert sitk.ProcessObject.GetGlobalWarningDisplay() == shown
    finally:
        sitk.ProcessObject.SetGlobalWarningDisplay(before)
    assert capfd.readouterr().err == ""
