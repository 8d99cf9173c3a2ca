"""Forms of NIfTI headers: qform and sform that differ, units, shear, and places of no person."""

import logging
import struct

import nibabel
import numpy as np
import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import Geometry, Volume, read_volume, write_volume
from Testing.volume.conftest import rotation
from Testing.volume.nifti_files import PIXDIM, SROW_X, UNITS, save_nifti


def shifted(millimeters, axis=0):
    return lambda affine: affine + np.outer(np.eye(4)[axis] * millimeters, np.eye(4)[3])


def mirrored(axis):
    return lambda affine: np.diag(1.0 - 2.0 * np.eye(4)[axis]) @ affine


def turned(degrees):
    def turn(affine):
        matrix = np.eye(4)
        matrix[:3, :3] = rotation(2, degrees)
        return matrix @ affine

    return turn


@pytest.mark.parametrize(
    "change",
    [shifted(30.0), shifted(-5.0, 1), shifted(1.0, 2), mirrored(0), mirrored(1), mirrored(2), turned(90), turned(5)],
    ids=["30 mm", "5 mm", "1 mm", "left and right", "front and back", "up and down", "90 degrees", "5 degrees"],
)
@pytest.mark.parametrize("codes", [(1, 1), (1, 2), (2, 1), (1, 4)], ids=str)
def test_a_qform_and_an_sform_that_differ_are_refused(tmp_path, affine, change, codes):
    image = nibabel.Nifti1Image(np.arange(280, dtype=np.int16).reshape(8, 7, 5), affine)
    image.set_qform(affine, codes[0])
    image.set_sform(change(affine), codes[1])
    nibabel.save(image, tmp_path / "scan.nii.gz")
    with pytest.raises(MuscleSegError, match=r"scan\.nii\.gz .*qform.*sform"):
        read_volume(tmp_path / "scan.nii.gz")


@pytest.mark.parametrize("shift_mm", [0.0, 0.02, 0.3])
def test_a_qform_and_an_sform_that_differ_by_rounding_are_read(tmp_path, affine, shift_mm):
    image = nibabel.Nifti1Image(np.arange(280, dtype=np.int16).reshape(8, 7, 5), affine)
    image.set_qform(affine, 1)
    image.set_sform(shifted(shift_mm)(affine), 1)
    nibabel.save(image, tmp_path / "scan.nii.gz")
    read = read_volume(tmp_path / "scan.nii.gz").geometry.affine
    np.testing.assert_allclose(read, nibabel.load(tmp_path / "scan.nii.gz").affine, atol=1e-5)


@pytest.mark.parametrize("turn", range(0, 360, 45))
def test_quaternions_near_half_a_turn_are_no_contradiction(tmp_path, turn):
    # Where b^2 + c^2 + d^2 is nearly 1, 32 bits tell the angle to 6e-4 only: 0.5 mm at the far corner of this scan.
    matrix = np.eye(4)
    matrix[:3, :3] = rotation(2, 180.0 + 0.02) @ rotation(0, turn / 100) @ np.diag([1.0, 1.0, 4.0])
    image = nibabel.Nifti1Image(np.zeros((400, 400, 90), np.uint8), matrix)
    image.set_qform(matrix, 1)
    image.set_sform(matrix, 1)
    nibabel.save(image, tmp_path / "scan.nii.gz")
    np.testing.assert_allclose(read_volume(tmp_path / "scan.nii.gz").geometry.affine, matrix, atol=1e-4)


@pytest.mark.parametrize(("units", "millimeters"), [(0, 1.0), (1, 1000.0), (2, 1.0), (3, 0.001), (8 + 2, 1.0)])
@pytest.mark.parametrize(("sform", "qform"), [(1, 1), (1, 0), (0, 1)])
def test_lengths_in_other_units_are_millimeters_afterward(tmp_path, affine, units, millimeters, sform, qform):
    stored = np.diag([1 / millimeters] * 3 + [1.0]) @ affine
    path = save_nifti(tmp_path / "scan.nii", np.zeros((8, 7, 5), np.int16), stored, sform=sform, qform=qform)
    content = bytearray(path.read_bytes())
    content[UNITS] = units
    path.write_bytes(content)
    np.testing.assert_allclose(read_volume(path).geometry.affine, affine, rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize("thickness", [(0.0, 7.0), (7.0, 0.0), (7.0, 7.0)], ids=["sform", "pixdim", "both"])
def test_the_thickness_of_one_slice_may_stand_in_one_place(tmp_path, thickness):
    path = save_nifti(tmp_path / "scan.nii", np.zeros((5, 4, 1), np.int16), np.diag([-2.0, -3.0, 7.0, 1.0]), qform=0)
    content = bytearray(path.read_bytes())
    struct.pack_into("<f", content, PIXDIM + 12, thickness[0])
    struct.pack_into("<f", content, SROW_X + 40, thickness[1])
    path.write_bytes(content)
    np.testing.assert_allclose(read_volume(path).geometry.affine, np.diag([-2.0, -3.0, 7.0, 1.0]))


def test_a_slice_without_a_thickness_is_1_mm_thick_and_logged(tmp_path, caplog):
    path = save_nifti(tmp_path / "scan.nii", np.zeros((5, 4), np.int16), np.diag([-2.0, -3.0, 7.0, 1.0]), qform=0)
    content = bytearray(path.read_bytes())
    struct.pack_into("<f", content, PIXDIM + 12, 0.0)
    struct.pack_into("<f", content, SROW_X + 40, 0.0)
    path.write_bytes(content)
    with caplog.at_level(logging.WARNING):
        geometry = read_volume(path).geometry
    np.testing.assert_allclose(geometry.affine, np.diag([-2.0, -3.0, 1.0, 1.0]))
    assert "how thick" in caplog.text


@pytest.mark.parametrize("shear", [1e-4, -3e-4, 1e-3])
@pytest.mark.parametrize("place", [(0, 1), (1, 0), (2, 0)], ids=str)
def test_a_trace_of_shear_is_taken_out(tmp_path, shear, place):
    affine = np.diag([1.5, 1.5, 6.0, 1.0])
    affine[place] = shear * 1.5
    path = save_nifti(tmp_path / "scan.nii", np.zeros((100, 100, 20), np.int16), affine, qform=0)

    volume = read_volume(path)

    assert volume.geometry.is_close(Geometry((20, 100, 100), affine), tolerance_mm=0.1)  # 0.15 mm over the whole image
    write_volume(volume, tmp_path / "again.nii")  # only grids at right angles can be written
    np.testing.assert_allclose(nibabel.load(tmp_path / "again.nii").affine, volume.geometry.affine, atol=1e-5)


@pytest.mark.parametrize("shear", [0.02, 0.1, -0.5])
def test_more_shear_is_refused_before_any_work(tmp_path, shear):
    affine = np.diag([1.5, 1.5, 6.0, 1.0])
    affine[0, 1] = shear * 1.5
    path = save_nifti(tmp_path / "scan.nii", np.zeros((100, 100, 20), np.int16), affine, qform=0)
    with pytest.raises(MuscleSegError, match=r"scan\.nii has voxel axes that are not at right angles"):
        read_volume(path)


@pytest.mark.parametrize("spacing_mm", [1e9, 1e-9, 1e4, 1e-3, 600.0])
@pytest.mark.parametrize("axis", [0, 2])
@pytest.mark.parametrize("ending", ["nii.gz", "nrrd", "mha"])
def test_voxels_of_no_person_are_refused(tmp_path, spacing_mm, axis, ending):
    affine = np.diag([2.0, 2.0, 20.0, 1.0])
    affine[axis, axis] = spacing_mm
    write_volume(Volume(np.zeros((5, 7, 8), np.int16), Geometry((5, 7, 8), affine)), tmp_path / f"scan.{ending}")
    with pytest.raises(MuscleSegError, match=rf"scan\.{ending} .*voxels are .* mm apart"):
        read_volume(tmp_path / f"scan.{ending}")


@pytest.mark.parametrize("place_mm", [1e6, -1e9, 1e12])
@pytest.mark.parametrize("ending", ["nii.gz", "nrrd", "mha"])
def test_places_that_no_scanner_has_are_refused(tmp_path, place_mm, ending):
    affine = shifted(place_mm)(np.diag([2.0, 2.0, 20.0, 1.0]))
    write_volume(Volume(np.zeros((5, 7, 8), np.int16), Geometry((5, 7, 8), affine)), tmp_path / f"scan.{ending}")
    with pytest.raises(MuscleSegError, match=rf"scan\.{ending} .*from the scanner"):
        read_volume(tmp_path / f"scan.{ending}")
