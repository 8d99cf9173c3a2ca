import numpy as np

from MuscleSegLib.phantom import Plane, Tissue
from MuscleSegLib.phantom.physics.labeling import labels_of
from MuscleSegLib.phantom.physics.sampling import POINTS


def plane(tissues, *, is_left=False):
    codes = np.asarray(tissues, np.uint8)
    nothing = np.zeros(codes.shape, np.float32)
    return Plane(codes, nothing, nothing, np.full(codes.shape, is_left, np.bool_))


def points(rows, columns):
    return np.full((rows * POINTS, columns * POINTS), Tissue.OTHER_MUSCLE, np.uint8)


def test_a_voxel_is_labeled_with_what_fills_most_of_it():
    tissues = points(1, 2)
    tissues[:, :2], tissues[:, 2:] = 4, 5
    tissues[0, 0] = 5
    np.testing.assert_array_equal(labels_of([plane(tissues)]), [[4, 5]])


def test_a_muscle_thinner_than_a_voxel_keeps_its_area():
    tissues = points(10, 6)
    tissues[:, 4] = 4  # half a voxel wide: no voxel is filled to more than a half
    assert (labels_of([plane(tissues)]) == 4).sum() == 5


def test_a_border_goes_through_the_middle_of_what_a_slice_sees():
    planes = []
    for end in (4, 8):  # the muscle ends at voxel 2 in one plane and at voxel 4 in the other
        tissues = points(4, 6)
        tissues[:, :end] = 4
        planes.append(plane(tissues))
    labels = labels_of(planes)
    assert (labels[:, :2] == 4).all()
    assert not labels[:, 4:].any()
    assert (labels == 4).sum() == 12


def test_what_is_no_labeled_muscle_is_background():
    assert not labels_of([plane(points(2, 2))]).any()


def test_the_left_leg_has_labels_of_its_own():
    tissues = points(1, 1)
    tissues[:] = 7
    assert labels_of([plane(tissues, is_left=True)]).item() == 107
