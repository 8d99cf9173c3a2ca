import numpy as np
import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.maps import fat_fraction
from MuscleSegLib.volume import Geometry, Volume


def signal(values, dtype=np.int16, shift_mm=0.0, path=None):
    affine = np.eye(4)
    affine[0, 3] = shift_mm
    return Volume(np.array(values, dtype=dtype)[None, None], Geometry((1, 1, len(values)), affine), path)


def test_it_is_the_share_of_fat_in_percent():
    fraction = fat_fraction(signal([0, 30, 50, 100]), signal([80, 90, 50, 0]))
    np.testing.assert_allclose(fraction.array.ravel(), [0, 25, 50, 100])


def test_voxels_without_signal_have_no_value():
    fraction = fat_fraction(signal([0, -5, 10]), signal([0, 2, 10]))
    np.testing.assert_array_equal(np.isnan(fraction.array.ravel()), [True, True, False])


def test_large_integers_do_not_wrap_around():
    fraction = fat_fraction(signal([30000]), signal([30000]))
    assert fraction.array.item() == 50.0


def test_the_map_lies_where_the_fat_image_lies():
    fat = signal([1, 2], shift_mm=3.0)
    assert fat_fraction(fat, signal([1, 2], shift_mm=3.0)).geometry is fat.geometry


def test_images_on_different_grids_are_refused_by_name(tmp_path):
    fat, water = signal([1], path=tmp_path / "fat.nii"), signal([1], shift_mm=1.0, path=tmp_path / "water.nii")
    with pytest.raises(MuscleSegError, match=r"fat\.nii .*water\.nii do not lie on the same grid"):
        fat_fraction(fat, water)
