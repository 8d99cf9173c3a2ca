import numpy as np
import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.maps import two_point_fat_fraction


def test_below_half_it_is_the_share_of_fat_and_above_it_that_of_water(images):
    fat = np.array([0.0, 0.2, 0.45, 0.7])
    opposed, in_phase = images(np.stack([np.abs(1 - 2 * fat), np.ones(4)]).reshape(2, 1, 1, 4) * 500)
    np.testing.assert_allclose(two_point_fat_fraction(opposed, in_phase).array.ravel(), [0, 20, 45, 30], atol=1e-4)


def test_where_there_is_nothing_it_has_no_value(images):
    opposed, in_phase = images(np.array([[[[5, 0]]], [[[10, 0]]]]))
    np.testing.assert_array_equal(two_point_fat_fraction(opposed, in_phase).array.ravel(), [25, np.nan])


def test_images_on_different_grids_are_refused(images):
    opposed, in_phase = images(np.ones((1, 1, 2, 2)))[0], images(np.ones((1, 1, 2, 3)))[0]
    with pytest.raises(MuscleSegError, match="do not lie on the same grid"):
        two_point_fat_fraction(opposed, in_phase)
