"""NIfTI headers that contradict themselves: refused with the name of the field, or read as the standard says.

Offsets, rules and units are those of nifti1.h; what is read is compared with nibabel.
"""

import gzip
import logging
import struct

import nibabel
import numpy as np
import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import read_labels, read_volume
from Testing.volume.nifti_files import (
    BITPIX,
    DATATYPE,
    DIM,
    INF,
    MAGIC,
    NAN,
    PIXDIM,
    QFORM_CODE,
    QOFFSET,
    QUATERNION,
    SFORM_CODE,
    SLOPE,
    SROW_X,
    UNITS,
    VOX_OFFSET,
    save_nifti,
)


@pytest.fixture
def saved(tmp_path, affine):
    """A function that writes 8 x 7 x 5 voxels with fields of their header changed, each as (offset, format, values)."""

    def write(*changes, dtype=np.int16, sform=1, qform=1, order="<", name="scan.nii"):
        voxels = np.arange(280, dtype=dtype).reshape(8, 7, 5)
        path = save_nifti(tmp_path / "plain.nii", voxels, affine, sform=sform, qform=qform)
        image = nibabel.load(path)
        nibabel.save(nibabel.Nifti1Image(voxels, image.affine, image.header.as_byteswapped(order)), path)
        content = bytearray(path.read_bytes())
        for offset, form, *values in changes:
            struct.pack_into(order + form, content, offset, *values)
        (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
        return tmp_path / name

    return write


@pytest.mark.parametrize(
    ("field", "change"),
    [
        (r"pixdim\[1\]", (PIXDIM + 4, "f", 0.0)),
        (r"pixdim\[2\]", (PIXDIM + 8, "f", -2.2)),
        (r"pixdim\[3\]", (PIXDIM + 12, "f", NAN)),
        (r"pixdim\[3\]", (PIXDIM + 12, "f", 0.0)),
        (r"pixdim\[1\]", (PIXDIM + 4, "f", INF)),
        (r"pixdim\[0\]", (PIXDIM, "f", NAN)),
        (r"pixdim\[0\]", (PIXDIM, "f", -0.7)),
        (r"pixdim\[0\]", (PIXDIM, "f", 5.0)),
        ("quatern_b", (QUATERNION, "f", NAN)),
        ("quatern_d", (QUATERNION + 8, "f", INF)),
        ("quatern_c", (QUATERNION, "3f", 0.9, 0.9, 0.1)),
        ("quatern_c", (QUATERNION, "3f", 0.0, 1.01, 0.0)),
        ("qoffset_x", (QOFFSET, "f", NAN)),
        ("qoffset_z", (QOFFSET + 8, "f", -INF)),
        ("srow_x", (SROW_X, "f", NAN)),
        ("srow_z", (SROW_X + 44, "f", INF)),
        ("sform", (SROW_X, "12f", *[0.0] * 12)),
        ("qform_code", (QFORM_CODE, "h", -1)),
        ("sform_code", (SFORM_CODE, "h", 257)),
        ("magic", (MAGIC, "4s", b"n+1x")),
        ("magic", (MAGIC, "4s", b"\0\0\0\0")),
        ("magic is ni1", (MAGIC, "4s", b"ni1\0")),
        ("vox_offset", (VOX_OFFSET, "f", 0.0)),
        ("vox_offset", (VOX_OFFSET, "f", 348.0)),
        ("vox_offset", (VOX_OFFSET, "f", 352.5)),
        ("vox_offset", (VOX_OFFSET, "f", -352.0)),
        ("vox_offset", (VOX_OFFSET, "f", NAN)),
        ("vox_offset", (VOX_OFFSET, "f", INF)),
        ("bytes are missing", (VOX_OFFSET, "f", 368.0)),
        ("bytes", (VOX_OFFSET, "f", 1e30)),
        ("bitpix", (BITPIX, "h", 8)),
        ("bitpix", (BITPIX, "h", 32)),
        ("bitpix", (BITPIX, "h", 0)),
        ("bitpix", (DATATYPE, "h", 16)),
        ("datatype", (DATATYPE, "2h", 0, 0)),
        ("datatype", (DATATYPE, "2h", 1, 1)),
        ("datatype", (DATATYPE, "2h", 77, 16)),
        ("scl_slope", (SLOPE, "f", INF)),
        ("scl_inter", (SLOPE, "2f", 2.0, NAN)),
        ("scl_inter", (SLOPE, "2f", 1.0, -INF)),
        ("xyzt_units", (UNITS, "B", 5)),
        ("xyzt_units", (UNITS, "B", 15)),
        (r"dim\[0\]", (DIM, "h", 0)),
        (r"dim\[0\]", (DIM, "h", 1)),
        (r"dim\[0\]", (DIM, "h", 8)),
        (r"dim\[0\]", (DIM, "h", -3)),
        ("size is 8 x -7 x 5", (DIM + 4, "h", -7)),
    ],
)
@pytest.mark.parametrize(("order", "name"), [("<", "scan.nii"), (">", "scan.nii.gz")])
def test_a_header_that_cannot_be_right_is_refused_with_the_field(saved, field, change, order, name):
    with pytest.raises(MuscleSegError, match=rf"{name} .*{field}"):
        read_volume(saved(change, order=order, name=name))


@pytest.mark.parametrize(
    ("axis", "value"), [(1, 0.0), (2, NAN), (3, -20.0), (1, -2.2), (3, INF)], ids=lambda value: f"{value:g}"
)
@pytest.mark.parametrize(("sform", "qform"), [(1, 0), (0, 1), (0, 0)], ids=["sform", "qform", "neither"])
def test_a_voxel_size_that_is_none_is_refused_whatever_places_the_image(saved, axis, value, sform, qform):
    with pytest.raises(MuscleSegError, match=rf"pixdim\[{axis}\]"):
        read_volume(saved((PIXDIM + 4 * axis, "f", value), sform=sform, qform=qform))


def test_fields_of_a_form_that_is_not_there_do_not_matter(saved, affine):
    path = saved((PIXDIM, "f", NAN), (QUATERNION, "3f", NAN, 7.0, INF), sform=1, qform=0)
    np.testing.assert_allclose(read_volume(path).geometry.affine, affine, atol=1e-5)
    path = saved((SROW_X, "3f", NAN, INF, 0.0), sform=0, qform=1)
    np.testing.assert_allclose(read_volume(path).geometry.affine, affine, atol=1e-4)


def test_a_handedness_of_zero_is_that_of_one(saved):
    path = saved((PIXDIM, "f", 0.0), sform=0)
    np.testing.assert_allclose(read_volume(path).geometry.affine, nibabel.load(path).affine, atol=1e-4)


@pytest.mark.parametrize("ending", [(".nii", "<"), (".nii", ">"), (".nii.gz", "<")], ids=str)
@pytest.mark.parametrize("qform", [0, 1])
def test_an_sform_that_gives_many_slices_no_direction_is_refused(saved, ending, qform):
    zeros = [(SROW_X + 16 * row + 8, "f", 0.0) for row in range(3)]
    with pytest.raises(MuscleSegError, match="sform.*slices no direction"):
        read_volume(saved(*zeros, qform=qform, order=ending[1], name=f"scan{ending[0]}"))


@pytest.mark.parametrize("scaling", [(0.0, 5.0), (0.0, NAN), (NAN, 0.0), (NAN, 7.0), (NAN, NAN), (0.0, INF)], ids=str)
def test_voxels_without_a_slope_are_not_scaled(saved, scaling, caplog):
    path = saved((SLOPE, "2f", *scaling))
    with caplog.at_level(logging.WARNING):
        volume = read_volume(path)
    np.testing.assert_array_equal(volume.array, np.arange(280).reshape(8, 7, 5).T)  # as stored
    assert volume.array.dtype == np.int16
    assert ("scl_inter" in caplog.text) == (scaling[1] in (5.0, 7.0))


@pytest.mark.parametrize("scaling", [(0.5, 10.0), (-1.0, 0.0), (1.0, 5.0), (1e-3, -2.0)], ids=str)
@pytest.mark.parametrize("dtype", [np.uint16, np.int32, np.float32, np.float64])
def test_voxels_with_a_slope_are_scaled_as_nibabel_does(saved, scaling, dtype):
    path = saved((SLOPE, "2f", *scaling), dtype=dtype)
    np.testing.assert_allclose(read_volume(path).array, nibabel.load(path).get_fdata().T, rtol=1e-6)


@pytest.mark.parametrize("units", [1, 3], ids=["m", "um"])
def test_millimeters_that_are_called_something_else_are_refused(saved, units):
    with pytest.raises(MuscleSegError, match="voxels are .* mm apart"):
        read_volume(saved((UNITS, "B", units)))


@pytest.mark.parametrize("name", ["scan.nii", "scan.nii.gz"])
@pytest.mark.parametrize(
    "change",
    [(DIM + 6, "h", 4), (DIM + 6, "h", 2), (DIM + 4, "h", 6), (DIM + 2, "h", 7), (DIM, "4h", 2, 8, 7, 1)],
    ids=str,
)
def test_a_file_with_more_voxels_than_its_header_says_is_refused(saved, name, change):
    with pytest.raises(MuscleSegError, match=rf"{name} .*more voxels than its sizes"):
        read_volume(saved(change, name=name))


@pytest.mark.parametrize("name", ["scan.nii", "scan.nii.gz"])
def test_a_few_bytes_behind_the_voxels_do_not_matter(saved, name):
    path = saved(name=name)
    content = gzip.decompress(path.read_bytes()) if name.endswith(".gz") else path.read_bytes()
    content += b"\0" * 16
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    np.testing.assert_array_equal(read_volume(path).array, np.arange(280).reshape(8, 7, 5).T)


def test_an_extension_between_header_and_voxels_is_passed_over(tmp_path, voxels):
    image = nibabel.Nifti1Image(voxels.T, np.eye(4))
    image.header.extensions.append(nibabel.nifti1.Nifti1Extension("comment", b"from the scanner" * 9))
    nibabel.save(image, tmp_path / "scan.nii.gz")
    np.testing.assert_array_equal(read_volume(tmp_path / "scan.nii.gz").array, voxels)


def test_several_compressed_parts_in_a_row_are_one_file(tmp_path, saved):
    content = saved().read_bytes()
    (tmp_path / "scan.nii.gz").write_bytes(gzip.compress(content[:300]) + gzip.compress(content[300:]))
    np.testing.assert_array_equal(read_volume(tmp_path / "scan.nii.gz").array, np.arange(280).reshape(8, 7, 5).T)


def test_a_checksum_that_is_wrong_is_noticed(saved):
    path = saved(name="scan.nii.gz")
    content = bytearray(path.read_bytes())
    content[-8] ^= 1
    path.write_bytes(content)
    with pytest.raises(MuscleSegError, match=r"scan\.nii\.gz is damaged"):
        read_volume(path)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("error", [2e-7, -3e-7, 8e-4], ids=str)
def test_labels_that_are_nearly_whole_numbers_are_those_numbers(tmp_path, dtype, error):
    labels = np.array([0, 1, 2, 9, 101, 110] * 10).reshape(3, 4, 5)
    stored = np.where(labels > 0, labels + error, 0).astype(dtype)
    read, _ = read_labels(save_nifti(tmp_path / "labels.nii.gz", stored.T))
    np.testing.assert_array_equal(read.array, labels)
    assert read.array.dtype == np.uint8


def test_labels_that_nibabel_has_scaled_are_read(tmp_path):
    labels = np.array([0, 1, 2, 9, 101, 110] * 10).reshape(3, 4, 5)
    image = nibabel.Nifti1Image(labels.T.astype(np.float64), np.eye(4))
    image.set_data_dtype(np.int16)  # nibabel spreads floats over the 65,536 values that there are
    nibabel.save(image, tmp_path / "labels.nii.gz")
    assert np.abs(nibabel.load(tmp_path / "labels.nii.gz").get_fdata().T - labels).max() > 1e-5
    np.testing.assert_array_equal(read_labels(tmp_path / "labels.nii.gz")[0].array, labels)


@pytest.mark.parametrize("values", [[0.0, 0.4, 1.0], [0.0, 1.01, 2.0], [0.0, 0.0, 5e-4], [0.0, NAN, 1.0], [0, INF, 1]])
def test_what_is_no_label_map_stays_none(tmp_path, values):
    array = np.array(values * 20, np.float32).reshape(3, 4, 5)
    with pytest.raises(MuscleSegError, match="not a label map"):
        read_labels(save_nifti(tmp_path / "map.nii.gz", array.T))
