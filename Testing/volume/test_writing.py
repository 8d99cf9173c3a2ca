import nibabel
import numpy as np
import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import Geometry, Volume, read_volume, write_volume

FORMATS = ["nii", "nii.gz", "nrrd", "mha"]


@pytest.mark.parametrize("ending", FORMATS)
def test_a_volume_comes_back_as_it_was(tmp_path, voxels, any_affine, ending):
    volume = Volume(voxels, Geometry((3, 4, 5), any_affine), description="fat fraction, percent")
    write_volume(volume, tmp_path / f"map.{ending}")
    back = read_volume(tmp_path / f"map.{ending}")
    np.testing.assert_array_equal(back.array, voxels)
    # 32-bit floats of NIfTI; the origin of 400 mm has steps of 3e-5 mm.
    np.testing.assert_allclose(back.geometry.affine, any_affine, atol=4e-5 if "nii" in ending else 1e-12)
    assert back.geometry.is_close(volume.geometry)
    assert back.description == "fat fraction, percent"


def test_nibabel_finds_the_voxels_in_the_same_place(tmp_path, voxels, any_affine):
    write_volume(Volume(voxels, Geometry((3, 4, 5), any_affine)), tmp_path / "map.nii.gz")
    image = nibabel.load(tmp_path / "map.nii.gz")
    np.testing.assert_array_equal(np.asarray(image.dataobj).T, voxels)
    np.testing.assert_allclose(image.get_sform(), any_affine, atol=4e-5)
    np.testing.assert_allclose(image.get_qform(), any_affine, atol=4e-5)


def test_nothing_drifts_when_a_nifti_is_written_again_and_again(tmp_path, voxels, oblique_affine):
    volume = Volume(voxels, Geometry((3, 4, 5), oblique_affine))
    for _ in range(10):
        write_volume(volume, tmp_path / "map.nii")
        volume = read_volume(tmp_path / "map.nii")
    np.testing.assert_allclose(volume.geometry.affine, oblique_affine, atol=4e-5)


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize(
    ("dtype", "kept"),
    [("uint8", "uint8"), ("float32", "float32"), ("float64", "float64"), ("bool", "uint8"), ("float16", "float32")],
)
def test_the_voxel_type_is_kept_where_the_format_has_it(tmp_path, voxels, ending, dtype, kept):
    write_volume(Volume(voxels.astype(dtype), Geometry((3, 4, 5), np.eye(4))), tmp_path / f"map.{ending}")
    assert read_volume(tmp_path / f"map.{ending}").array.dtype == kept


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_missing_values_stay_missing(tmp_path, voxels, dtype, ending):
    values = voxels.astype(dtype)
    values[0, 1, :3] = np.nan, np.inf, -np.inf
    write_volume(Volume(values, Geometry((3, 4, 5), np.eye(4))), tmp_path / f"map.{ending}")
    np.testing.assert_array_equal(read_volume(tmp_path / f"map.{ending}").array, values)


def test_a_long_description_is_cut_to_what_nifti_holds(tmp_path, voxels):
    # 40 times "é" of two bytes: 79 bytes hold 39 of them.
    write_volume(Volume(voxels, Geometry((3, 4, 5), np.eye(4)), description="é" * 40), tmp_path / "map.nii")
    assert nibabel.load(tmp_path / "map.nii").header["descrip"].item().rstrip(b"\0").decode() == "é" * 39


def test_a_description_of_several_lines_becomes_one(tmp_path, voxels):
    write_volume(
        Volume(voxels, Geometry((3, 4, 5), np.eye(4)), description="one\ntwo:=x\r\n three"), tmp_path / "map.nrrd"
    )
    assert read_volume(tmp_path / "map.nrrd").description == "one two:=x three"


@pytest.mark.parametrize("name", ["map.png", "map", "map.nhdr", "map.seg.nrrd"])
def test_an_unknown_ending_is_refused_with_those_that_work(tmp_path, voxels, name):
    with pytest.raises(MuscleSegError, match=rf"{name} cannot be written.*\.nii\.gz, \.nii, \.nrrd, \.mha"):
        write_volume(Volume(voxels, Geometry((3, 4, 5), np.eye(4))), tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_a_sheared_grid_is_refused(tmp_path, voxels):
    affine = np.eye(4)
    affine[0, 2] = 0.3
    with pytest.raises(MuscleSegError, match="right angles"):
        write_volume(Volume(voxels, Geometry((3, 4, 5), affine)), tmp_path / "map.nii")


def test_a_failed_write_leaves_the_old_file_as_it_was(tmp_path, voxels, monkeypatch):
    path = tmp_path / "map.nii.gz"
    path.write_bytes(b"what was there")

    def fail(image, name, **options):
        with open(name, "wb") as file:  # noqa: PTH123 - a path as text, as ITK gets it
            file.write(b"half")
        raise RuntimeError("disk full")

    monkeypatch.setattr("SimpleITK.WriteImage", fail)
    with pytest.raises(MuscleSegError, match=r"map\.nii\.gz could not be written"):
        write_volume(Volume(voxels, Geometry((3, 4, 5), np.eye(4))), path)
    assert path.read_bytes() == b"what was there"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_folder_is_named(tmp_path, voxels):
    with pytest.raises(MuscleSegError, match="does not exist"):
        write_volume(Volume(voxels, Geometry((3, 4, 5), np.eye(4))), tmp_path / "away" / "map.nii")
