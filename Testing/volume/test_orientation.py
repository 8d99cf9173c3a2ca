import nibabel
import numpy as np
import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import Geometry, Volume, canonical, like


@pytest.fixture
def volume(voxels, any_affine):
    return Volume(voxels, Geometry((3, 4, 5), any_affine))


@pytest.fixture
def oblique(voxels, oblique_affine):
    return Volume(voxels, Geometry((3, 4, 5), oblique_affine))


def test_canonical_is_what_nibabel_makes_of_it(volume):
    turned = canonical(volume)
    expected = nibabel.as_closest_canonical(nibabel.Nifti1Image(volume.array.T, volume.geometry.affine))
    np.testing.assert_array_equal(turned.array, np.asarray(expected.dataobj).T)
    np.testing.assert_allclose(turned.geometry.affine, expected.affine, atol=1e-12)
    assert turned.geometry.axis_codes == "RAS"


def test_canonical_leaves_every_voxel_where_it_is_in_the_patient(volume):
    turned = canonical(volume)
    for value in (0, 7, 59):
        before, after = (
            stored.geometry.world_from_index(np.argwhere(stored.array == value)[0][::-1]) for stored in (volume, turned)
        )
        np.testing.assert_allclose(after, before, atol=1e-12)


@pytest.mark.parametrize("codes", ["LPS", "RAS", "SAR", "PIL", "ILA"])
def test_an_orientation_is_what_nibabel_makes_of_it(oblique, codes):
    turned = oblique.to_orientation(codes)
    image = nibabel.Nifti1Image(oblique.array.T, oblique.geometry.affine)
    transform = nibabel.orientations.ornt_transform(
        nibabel.io_orientation(image.affine), nibabel.orientations.axcodes2ornt(codes)
    )
    expected = image.as_reoriented(transform)
    np.testing.assert_array_equal(turned.array, np.asarray(expected.dataobj).T)
    np.testing.assert_allclose(turned.geometry.affine, expected.affine, atol=1e-12)
    assert turned.geometry.axis_codes == codes


@pytest.mark.parametrize("change", ["permuted", "flipped"])
@pytest.mark.parametrize("axes", [(0, 1, 2), (2, 0, 1), (1, 0, 2)])
def test_permuting_and_flipping_leave_every_voxel_where_it_is_in_the_patient(oblique, change, axes):
    turned = oblique.permuted(axes) if change == "permuted" else oblique.flipped(axes[:2])
    for value in (0, 7, 59):
        before, after = (
            either.geometry.world_from_index(np.argwhere(either.array == value)[0][::-1])
            for either in (oblique, turned)
        )
        np.testing.assert_allclose(after, before, atol=1e-12)


def test_like_brings_a_canonical_volume_exactly_back(volume):
    back = like(canonical(volume), volume.geometry)
    np.testing.assert_array_equal(back.array, volume.array)
    assert back.geometry is volume.geometry
    assert back.array.dtype == volume.array.dtype


def test_turned_arrays_are_contiguous(volume):
    assert canonical(volume).array.flags.c_contiguous


def test_a_turn_of_45_degrees_comes_back_too(voxels):
    half = np.sqrt(0.5)
    affine = np.array([[-half, half, 0, 3], [half, half, 0, 4], [0, 0, 2, 5], [0, 0, 0, 1]])
    volume = Volume(voxels, Geometry((3, 4, 5), affine))
    np.testing.assert_array_equal(like(canonical(volume), volume.geometry).array, voxels)


def test_path_and_description_stay(tmp_path, voxels, oblique_affine):
    volume = Volume(voxels, Geometry((3, 4, 5), oblique_affine), tmp_path / "scan.nii", "from here")
    assert (canonical(volume).path, canonical(volume).description) == (tmp_path / "scan.nii", "from here")


@pytest.mark.parametrize("change", ["moved", "turned", "finer", "cut"])
def test_like_refuses_another_grid(voxels, oblique_affine, change):
    affine = oblique_affine.copy()
    if change == "moved":
        affine[0, 3] += 0.5
    elif change == "turned":
        affine[:3, :3] = affine[:3, :3] @ np.array([[1, -0.05, 0], [0.05, 1, 0], [0, 0, 1]])
    elif change == "finer":
        affine[:3, 0] /= 2
    shape = (2, 4, 5) if change == "cut" else (3, 4, 5)
    with pytest.raises(MuscleSegError, match="voxel grid"):
        like(Volume(voxels, Geometry((3, 4, 5), oblique_affine)), Geometry(shape, affine))


def test_a_volume_needs_the_shape_of_its_grid(voxels):
    with pytest.raises(MuscleSegError, match="voxels on a grid"):
        Volume(voxels, Geometry((3, 4, 6), np.eye(4)))
