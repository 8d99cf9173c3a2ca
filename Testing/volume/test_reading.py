import re
import subprocess
import sys

import nibabel
import nrrd
import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813 - everybody's name for it

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import read_volume


def saved(path, array):
    sitk.WriteImage(sitk.GetImageFromArray(array), str(path))
    return path


@pytest.fixture
def noise():
    """Voxels that do not compress, so that a part of the file is a part of the voxels."""
    return np.random.default_rng(0).integers(1, 30000, (20, 30, 10)).astype(np.int16)


@pytest.mark.parametrize("ending", ["nrrd", "nhdr", "mha", "mhd"])
def test_nrrd_and_metaimage_are_turned_from_lps_to_ras(tmp_path, voxels, ending):
    image = sitk.GetImageFromArray(voxels)
    image.SetOrigin((10.0, 20.0, 30.0))
    image.SetSpacing((0.5, 1.5, 6.0))
    image.SetDirection((0, 0, 1, 1, 0, 0, 0, 1, 0))  # i to posterior, j to superior, k to left
    sitk.WriteImage(image, str(tmp_path / f"scan.{ending}"))
    volume = read_volume(tmp_path / f"scan.{ending}")
    np.testing.assert_array_equal(volume.array, voxels)
    np.testing.assert_allclose(
        volume.geometry.affine, [[0, 0, -6, -10], [-0.5, 0, 0, -20], [0, 1.5, 0, 30], [0, 0, 0, 1]]
    )
    assert volume.geometry.axis_codes == "PSL"


def test_nrrd_in_ras_space_is_not_turned(tmp_path, voxels):
    directions = np.diag([0.5, 1.5, 6.0])
    header = {"space": "right-anterior-superior", "space directions": directions, "space origin": [1, 2, 3]}
    nrrd.write(str(tmp_path / "scan.nrrd"), voxels.T, header | {"kinds": ["domain"] * 3})
    expected = [[0.5, 0, 0, 1], [0, 1.5, 0, 2], [0, 0, 6, 3], [0, 0, 0, 1]]
    np.testing.assert_allclose(read_volume(tmp_path / "scan.nrrd").geometry.affine, expected)


def test_a_2d_nrrd_is_one_slice(tmp_path):
    sitk.WriteImage(sitk.Image([4, 5], sitk.sitkInt16), str(tmp_path / "scan.nrrd"))
    assert read_volume(tmp_path / "scan.nrrd").array.shape == (1, 5, 4)


@pytest.mark.parametrize("name", ["scan.nii.gz", "scan.nrrd", "scan.mha"])
def test_a_fourth_dimension_of_one_is_no_dimension(tmp_path, name):
    image = sitk.JoinSeries([sitk.Image([4, 5, 6], sitk.sitkInt16)])
    sitk.WriteImage(image, str(tmp_path / name))
    assert read_volume(tmp_path / name).array.shape == (6, 5, 4)


@pytest.mark.parametrize("name", ["scan.nii.gz", "scan.nrrd", "scan.mha"])
def test_a_4d_file_is_refused_with_the_number_of_time_points(tmp_path, name):
    image = sitk.JoinSeries([sitk.Image([4, 5, 6], sitk.sitkInt16)] * 7)
    sitk.WriteImage(image, str(tmp_path / name))
    with pytest.raises(MuscleSegError, match=rf"{name} is 4D \(7 time points.*one 3D volume"):
        read_volume(tmp_path / name)


def test_a_color_image_is_refused(tmp_path):
    rgb = np.zeros((4, 5, 6), dtype=[("R", "u1"), ("G", "u1"), ("B", "u1")])
    path = tmp_path / "scan.nii"
    nibabel.save(nibabel.Nifti1Image(rgb, np.eye(4)), path)
    with pytest.raises(MuscleSegError, match=r"scan\.nii holds 3 values at every voxel"):
        read_volume(path)


def test_a_vector_image_is_refused(tmp_path):
    sitk.WriteImage(sitk.Image([4, 5, 6], sitk.sitkVectorFloat32, 2), str(tmp_path / "scan.nrrd"))
    with pytest.raises(MuscleSegError, match=r"scan\.nrrd holds 2 values at every voxel"):
        read_volume(tmp_path / "scan.nrrd")


def test_a_complex_image_is_refused(tmp_path):
    path = saved(tmp_path / "scan.nii", np.ones((6, 5, 4), np.complex64))
    with pytest.raises(MuscleSegError, match=r"complex numbers: export the magnitude"):
        read_volume(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(MuscleSegError, match=r"scan\.nii does not exist"):
        read_volume(tmp_path / "scan.nii")


@pytest.mark.parametrize("name", ["notes.txt", "scan.dcm", "scan"])
def test_a_file_that_is_no_image_is_refused_with_what_could_be_given(tmp_path, name):
    (tmp_path / name).write_text("a letter to the doctor" * 20)
    with pytest.raises(MuscleSegError, match=rf"{name} is not an image.*\.nii\.gz.*\.mha"):
        read_volume(tmp_path / name)


@pytest.mark.parametrize("name", ["scan.nii", "scan.nii.gz", "scan.nrrd", "scan.mha", "scan.seg.nrrd"])
@pytest.mark.parametrize("content", [b"", b"not an image " * 99], ids=["empty", "text"])
def test_a_file_that_is_not_what_its_name_says_is_refused(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(MuscleSegError, match=name):
        read_volume(tmp_path / name)


@pytest.mark.parametrize("name", ["scan.nii.gz", "scan.nrrd", "scan.mha"])
def test_compressed_voxels_that_were_changed_are_noticed(tmp_path, noise, name):
    sitk.WriteImage(sitk.GetImageFromArray(noise), str(tmp_path / name), useCompression=True)
    content = bytearray((tmp_path / name).read_bytes())
    content[-200] ^= 0x55
    (tmp_path / name).write_bytes(content)
    with pytest.raises(MuscleSegError, match=rf"{name} is damaged"):
        read_volume(tmp_path / name)


@pytest.mark.parametrize(
    ("ending", "compressed", "lost"),
    # The last 8 bytes of a compressed NRRD are a checksum, without which the voxels are whole.
    [
        ("nrrd", False, 2),
        ("nrrd", True, 20),
        ("nrrd", True, 3000),
        ("mha", False, 2),
        ("mha", True, 2),
        ("mha", True, 3000),
    ],
)
def test_other_formats_that_were_cut_off_are_refused(tmp_path, noise, ending, compressed, lost):
    path = tmp_path / f"scan.{ending}"
    sitk.WriteImage(sitk.GetImageFromArray(noise), str(path), useCompression=compressed)
    path.write_bytes(path.read_bytes()[:-lost])
    with pytest.raises(MuscleSegError, match=rf"scan\.{ending} is damaged"):
        read_volume(path)


def test_a_compressed_metaimage_without_a_length_is_refused(tmp_path, noise):
    path = tmp_path / "scan.mha"
    sitk.WriteImage(sitk.GetImageFromArray(noise), str(path), useCompression=True)
    path.write_bytes(re.sub(rb"CompressedDataSize = \d+\n", b"", path.read_bytes()))
    with pytest.raises(MuscleSegError, match="does not say how long"):
        read_volume(path)


@pytest.mark.parametrize("ending", ["nhdr", "mhd"])
def test_headers_whose_voxels_are_missing_are_refused(tmp_path, noise, ending):
    path = tmp_path / f"scan.{ending}"
    sitk.WriteImage(sitk.GetImageFromArray(noise), str(path))
    for other in tmp_path.iterdir():
        if other != path:
            other.unlink()
    with pytest.raises(MuscleSegError, match=rf"scan\.{ending} is damaged"):
        read_volume(path)


def test_a_series_cannot_be_chosen_in_a_file_that_has_none(tmp_path, voxels):
    with pytest.raises(MuscleSegError, match="not DICOM"):
        read_volume(saved(tmp_path / "scan.nii", voxels), series="3")


def test_importing_the_room_loads_neither_pydicom_nor_slicerio():
    code = (
        "import sys, MuscleSegLib.volume; print({'pydicom', 'slicerio', 'nrrd', 'torch', 'scipy'} & set(sys.modules))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "set()"
