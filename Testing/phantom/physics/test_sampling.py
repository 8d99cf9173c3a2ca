import numpy as np
import pytest

from MuscleSegLib.phantom import Plane, Tissue
from MuscleSegLib.phantom.physics.sampling import averaged, points_of, protons
from MuscleSegLib.phantom.tissue_values import Pool
from MuscleSegLib.volume import Geometry


def plane(tissues, fat=0.0, edema=0.0):
    codes = np.array(tissues, np.uint8)
    return Plane(
        codes,
        np.broadcast_to(np.float32(fat), codes.shape),
        np.broadcast_to(np.float32(edema), codes.shape),
        np.zeros(codes.shape, np.bool_),
    )


def test_points_lie_a_quarter_voxel_from_the_centers():
    affine = np.diag([-2.0, -4.0, 5.0, 1.0])
    affine[:2, 3] = 10.0, 20.0
    x, y = points_of(Geometry((1, 2, 3), affine))
    np.testing.assert_allclose(x[0], [10.5, 9.5, 8.5, 7.5, 6.5, 5.5])
    np.testing.assert_allclose(y[:, 0], [21, 19, 17, 15])


def test_one_point_a_voxel_is_its_center():
    affine = np.diag([-2.0, -4.0, 5.0, 1.0])
    x, y = points_of(Geometry((1, 2, 3), affine), points=1)
    np.testing.assert_allclose(x[0], [0, -2, -4])
    np.testing.assert_allclose(y[:, 0], [0, -4])


def test_averages_are_of_four_points():
    np.testing.assert_allclose(averaged(np.array([[0, 1, 4, 4], [2, 5, 4, 4]], np.float32)), [[2, 4]])


def test_muscle_is_water_fat_and_edema():
    (voxel,) = protons(plane(np.full((2, 2), Tissue.MUSCLE_3), fat=0.25, edema=0.5)).T.reshape(1, -1)
    assert voxel[Pool.FAT] == pytest.approx(0.8 * 0.25)
    assert voxel[Pool.EDEMA_WATER] == pytest.approx(0.8 * 0.75 * 0.5)
    assert voxel[Pool.MUSCLE_WATER] == pytest.approx(0.8 * 0.75 * 0.5)


def test_where_tissues_meet_a_voxel_holds_some_of_each():
    tissues = [[Tissue.MUSCLE_1, Tissue.MUSCLE_1], [Tissue.MUSCLE_1, Tissue.VEIN]]
    voxel = protons(plane(tissues))[:, 0, 0]
    assert voxel[Pool.MUSCLE_WATER] == pytest.approx(0.75 * 0.80)
    assert voxel[Pool.VENOUS_BLOOD] == pytest.approx(0.25 * 0.85)


def test_air_holds_nothing():
    assert not protons(plane(np.zeros((4, 4)))).any()
