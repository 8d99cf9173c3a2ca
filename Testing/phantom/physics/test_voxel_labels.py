import numpy as np

from MuscleSegLib.phantom import Plane, Tissue
from MuscleSegLib.phantom.physics.sampling import POINTS
from MuscleSegLib.phantom.physics.voxel_labels import labels_of


def labeled(*tissues, **options):
    """Label voxels whose centers are like their last points but one."""
    planes = [plane(tissue, **options) for tissue in tissues]
    centers = plane(tissues[0][1::POINTS, 1::POINTS], **options)
    return labels_of(centers, planes)


def plane(tissues, *, is_left=False):
    codes = np.asarray(tissues, np.uint8)
    nothing = np.zeros(codes.shape, np.float32)
    return Plane(codes, nothing, nothing, np.full(codes.shape, is_left, np.bool_))


def points(rows, columns):
    return np.full((rows * POINTS, columns * POINTS), Tissue.OTHER_MUSCLE, np.uint8)


def test_a_voxel_has_the_muscle_at_its_center():
    tissues = points(1, 2)
    tissues[:, :2], tissues[:, 2:] = 4, 5
    np.testing.assert_array_equal(labeled(tissues), [[4, 5]])


def test_a_muscle_thinner_than_a_voxel_keeps_its_area():
    tissues = points(10, 6)
    for column in (4, 5):  # half a voxel wide: the centers see all of it, or nothing
        thin = tissues.copy()
        thin[:, column] = 4
        assert (labeled(thin) == 4).sum() == 5


def test_voxels_that_a_muscle_fills_least_make_way():
    tissues = points(1, 4)
    tissues[1, 1::POINTS] = 4  # it is at every center, and fills a quarter of the voxels but for the last
    tissues[:, 6:] = 4
    np.testing.assert_array_equal(labeled(tissues)[0, 3], 4)
    assert (labeled(tissues) == 4).sum() == 2  # 3 / 4 + 1, to the nearest


def test_areas_are_those_of_the_whole_slice():
    thin, thick = points(4, 6), points(4, 6)
    thin[:, :4], thick[:, :8] = 4, 4  # the muscle ends at voxel 2 in one plane and at voxel 4 in the other
    labels = labeled(thin, thick)
    assert (labels[:, :2] == 4).all()
    assert not labels[:, 4:].any()
    assert (labels == 4).sum() == 12


def test_what_is_no_labeled_muscle_is_background():
    assert not labeled(points(2, 2)).any()


def test_the_left_leg_has_labels_of_its_own():
    tissues = points(1, 1)
    tissues[:] = 7
    assert labeled(tissues, is_left=True).item() == 107
