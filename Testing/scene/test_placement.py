"""Labels and volumes under transforms and on other grids; SimpleITK, not Slicer, says where voxels should land."""

from dataclasses import replace

import numpy as np
import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import Geometry, Volume, resample


@pytest.fixture
def shown_under(scene, image, labels, thigh, transform):
    """A volume under a turn, its labels (of the turned volume) shown, and the segmentation's node."""
    from MuscleSegLib.scene.segmentations import show_labels
    from MuscleSegLib.scene.volumes import add_volume, geometry_of

    volume_node = add_volume(image, "T1 thigh")
    volume_node.SetAndObserveTransformNodeID(transform(degrees=20, shift_mm=(10, -5, 30)).GetID())
    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "muscles")
    show_labels(node, replace(labels, geometry=geometry_of(volume_node)), thigh, reference=volume_node)
    return volume_node, node


def test_labels_of_a_turned_volume_come_back(shown_under, labels):
    from MuscleSegLib.scene.segmentations import labels_of

    volume_node, node = shown_under

    assert np.array_equal(labels_of(node, volume_node).array, labels.array)


def test_a_new_segmentation_moves_with_its_volume(shown_under, labels, transform):
    from MuscleSegLib.scene.segmentations import labels_of

    volume_node, node = shown_under
    volume_node.GetParentTransformNode().SetAndObserveTransformNodeID(transform(degrees=45).GetID())

    assert np.array_equal(labels_of(node, volume_node).array, labels.array)


def test_a_segmentation_with_another_transform_gets_the_labels_where_the_volume_shows_them(
    scene, shown_under, labels, thigh, transform
):
    from MuscleSegLib.scene.segmentations import labels_of, show_labels
    from MuscleSegLib.scene.volumes import geometry_of

    volume_node, node = shown_under
    node.SetAndObserveTransformNodeID(transform(degrees=-33, shift_mm=(0, 8, 0)).GetID())
    show_labels(node, replace(labels, geometry=geometry_of(volume_node)), thigh, reference=volume_node)

    assert np.array_equal(labels_of(node, volume_node).array, labels.array)


def test_slicer_draws_the_muscles_where_the_transforms_put_them(shown_under, labels):
    import slicer

    from MuscleSegLib.scene.segmentations import segments_by_value
    from MuscleSegLib.scene.volumes import geometry_of

    volume_node, node = shown_under
    places = np.argwhere(labels.array == 109)[:, ::-1]
    world = geometry_of(volume_node).world_from_index(places)
    center = node.GetSegmentCenterRAS(segments_by_value(node)[109])

    assert slicer.util.arrayFromVolume(volume_node).shape == labels.array.shape
    assert center == pytest.approx((world.min(axis=0) + world.max(axis=0)) / 2, abs=3)


def test_a_segmentation_that_was_moved_alone_is_read_where_it_is_now(shown, volume_node, labels, transform):
    from MuscleSegLib.scene.segmentations import labels_of

    move = transform(degrees=7, shift_mm=(4.3, 0, 2))
    shown.SetAndObserveTransformNodeID(move.GetID())

    import slicer

    matrix = slicer.util.arrayFromTransformMatrix(move)
    moved = replace(labels, geometry=Geometry(labels.geometry.shape, matrix @ labels.geometry.affine))
    expected = resample(moved, labels.geometry, interpolation="nearest").array
    values = labels_of(shown, volume_node).array
    assert (values != expected).mean() < 0.001  # at a tie of two voxels, either is the nearest
    assert (values != labels.array).mean() > 0.05


@pytest.mark.parametrize("factor", [0.5, 2.3])
def test_labels_are_looked_up_on_a_reference_of_another_grid(scene, shown, labels, factor):
    from MuscleSegLib.scene.segmentations import labels_of
    from MuscleSegLib.scene.volumes import add_volume

    affine = labels.geometry.affine @ np.diag([factor, factor, 1.1, 1])
    affine[:3, 3] += (0.31, -0.17, 0.4)
    other = Geometry((9, 30, 70), affine)
    reference = add_volume(Volume(np.zeros(other.shape), other), "FF")

    expected = resample(labels, other, interpolation="nearest").array
    assert expected.any()
    assert (labels_of(shown, reference).array != expected).mean() < 0.002


def test_labels_are_cropped_and_padded_without_a_shift(scene, shown, labels):
    from MuscleSegLib.scene.segmentations import labels_of
    from MuscleSegLib.scene.volumes import add_volume

    affine = labels.geometry.affine.copy()
    affine[:3, 3] = labels.geometry.world_from_index((10, -3, 2))
    reference = add_volume(Volume(np.zeros((5, 20, 70)), Geometry((5, 20, 70), affine)), "part")

    expected = np.zeros((5, 20, 70), np.uint8)
    expected[:, 3:20, :50] = labels.array[2:7, :17, 10:60]
    assert np.array_equal(labels_of(shown, reference).array, expected)


def test_a_reference_elsewhere_in_the_patient_has_no_labels(scene, shown, labels):
    from MuscleSegLib.scene.segmentations import labels_of
    from MuscleSegLib.scene.volumes import add_volume

    affine = labels.geometry.affine.copy()
    affine[:3, 3] += (0, 0, 1000)
    far = add_volume(Volume(np.zeros((4, 5, 6)), Geometry((4, 5, 6), affine)), "head")

    assert not labels_of(shown, far).array.any()


def test_labels_on_a_finer_grid_than_the_volume_are_kept_fine(scene, volume_node, thigh, grid):
    from MuscleSegLib.scene.segmentations import labels_of, show_labels
    from MuscleSegLib.scene.volumes import add_volume

    affine = grid.affine @ np.diag([0.5, 0.5, 1, 1])
    fine = Geometry((8, 80, 120), affine)
    array = np.zeros(fine.shape, np.uint8)
    array[:, 31:50, 41:71] = 4
    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode")
    show_labels(node, Volume(array, fine), thigh, reference=volume_node)

    reference = add_volume(Volume(np.zeros(fine.shape), fine), "fine")
    assert np.array_equal(labels_of(node, reference).array, array)


def test_a_segmentation_in_a_warp_is_refused_and_stays_as_it_was(shown, labels, thigh, volume_node, warp):
    from MuscleSegLib.scene.segmentations import labels_of, show_labels

    shown.SetAndObserveTransformNodeID(warp.GetID())
    with pytest.raises(MuscleSegError, match="muscles is warped by the transform bent"):
        show_labels(shown, replace(labels, array=labels.array * 0), thigh, reference=volume_node)
    with pytest.raises(MuscleSegError, match="muscles is warped"):
        labels_of(shown, volume_node)

    shown.SetAndObserveTransformNodeID(None)
    assert np.array_equal(labels_of(shown, volume_node).array, labels.array)


def test_an_empty_segmentation_does_not_follow_its_volume_into_a_warp(scene, labels, thigh, volume_node, warp):
    from MuscleSegLib.scene.segmentations import show_labels

    volume_node.SetAndObserveTransformNodeID(warp.GetID())
    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "new")
    with pytest.raises(MuscleSegError, match="T1 thigh is warped"):
        show_labels(node, labels, thigh, reference=volume_node)

    assert node.GetParentTransformNode() is None
    assert node.GetSegmentation().GetNumberOfSegments() == 0
