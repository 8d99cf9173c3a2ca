from dataclasses import replace

import numpy as np
import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import Geometry, Volume


@pytest.fixture
def block(grid):
    """A mask that covers a part of the muscles 6 and 7 and of what is beside them."""
    array = np.zeros(grid.shape, np.bool_)
    array[2:5, 16:23, 3:12] = True
    return Volume(array, grid)


def test_a_mask_is_the_muscle_s_voxels(shown, volume_node, labels):
    from MuscleSegLib.scene.muscle_masks import mask_of

    assert np.array_equal(mask_of(shown, 103, volume_node).array, labels.array == 103)
    assert not mask_of(shown, 5, volume_node).array.any()


def test_a_muscle_becomes_the_mask_and_others_give_way(shown, volume_node, labels, block):
    from MuscleSegLib.scene.muscle_masks import set_mask
    from MuscleSegLib.scene.segmentations import labels_of

    set_mask(shown, 3, block)

    expected = np.where(labels.array == 3, 0, labels.array)
    expected[block.array] = 3
    assert np.array_equal(labels_of(shown, volume_node).array, expected)


def test_muscles_in_another_layer_give_way_too(shown, volume_node, labels, block):
    from MuscleSegLib.scene.muscle_masks import mask_of, set_mask
    from MuscleSegLib.scene.segmentations import segments_by_value

    shown.GetSegmentation().SeparateSegmentLabelmap(segments_by_value(shown)[3])
    set_mask(shown, 3, block)

    assert np.array_equal(mask_of(shown, 3, volume_node).array, block.array)
    assert np.array_equal(mask_of(shown, 6, volume_node).array, (labels.array == 6) & ~block.array)
    assert np.array_equal(mask_of(shown, 109, volume_node).array, labels.array == 109)


def test_an_empty_mask_empties_the_muscle_and_no_other(shown, volume_node, labels, grid):
    from MuscleSegLib.scene.muscle_masks import set_mask
    from MuscleSegLib.scene.segmentations import labels_of

    set_mask(shown, 8, Volume(np.zeros(grid.shape, np.bool_), grid))

    assert np.array_equal(labels_of(shown, volume_node).array, np.where(labels.array == 8, 0, labels.array))


def test_a_muscle_that_was_empty_can_be_set(shown, volume_node, block):
    from MuscleSegLib.scene.muscle_masks import mask_of, set_mask

    set_mask(shown, 105, block)

    assert np.array_equal(mask_of(shown, 105, volume_node).array, block.array)


def test_a_segment_of_the_user_keeps_its_voxels(shown, volume_node, block, paint):
    import slicer

    from MuscleSegLib.scene.muscle_masks import mask_of, set_mask

    identity = shown.GetSegmentation().AddEmptySegment("lesion", "lesion")
    paint(shown, identity, block)
    set_mask(shown, 3, block)

    lesion = slicer.util.arrayFromSegmentBinaryLabelmap(shown, identity, volume_node)
    assert np.array_equal(lesion > 0, block.array)
    assert np.array_equal(mask_of(shown, 3, volume_node).array, block.array)


def test_other_muscles_keep_their_finer_grid(scene, volume_node, thigh, grid, block):
    from MuscleSegLib.scene.muscle_masks import set_mask
    from MuscleSegLib.scene.segmentations import labels_of, show_labels
    from MuscleSegLib.scene.volumes import add_volume

    affine = grid.affine @ np.diag([1 / 3, 1 / 3, 1, 1])
    affine[:3, 3] = grid.world_from_index((-1 / 3, -1 / 3, 0))  # three fine voxels fill each coarse one
    fine = Geometry((8, 120, 180), affine)
    array = np.zeros(fine.shape, np.uint8)
    array[1:7, 70:118, 31:92] = 4
    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "fine")
    show_labels(node, Volume(array, fine), thigh, reference=volume_node)
    set_mask(node, 1, block)

    expected = array.copy()
    expected[np.repeat(np.repeat(block.array, 3, axis=1), 3, axis=2)] = 1
    coarse_labels = labels_of(node, add_volume(Volume(array, fine), "fine"))
    assert np.array_equal(coarse_labels.array, expected)


def test_a_mask_lands_where_it_lies_in_the_patient(shown, volume_node, block, transform):
    from MuscleSegLib.scene.muscle_masks import mask_of, set_mask

    move = transform(degrees=25, shift_mm=(3, 4, 5))
    for node in (shown, volume_node):
        node.SetAndObserveTransformNodeID(move.GetID())
    set_mask(shown, 3, replace(block, geometry=mask_of(shown, 3, volume_node).geometry))

    assert np.array_equal(mask_of(shown, 3, volume_node).array, block.array)


def test_the_center_is_the_middle_of_the_largest_slice(scene, volume_node, thigh, grid):
    from MuscleSegLib.scene.muscle_masks import center_of
    from MuscleSegLib.scene.segmentations import show_labels

    array = np.zeros(grid.shape, np.uint8)
    array[2, 10:15, 10:15] = 4
    array[5, 20:29, 30:41] = 4
    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode")
    show_labels(node, Volume(array, grid), thigh, reference=volume_node)

    assert center_of(node, 4) == pytest.approx(grid.world_from_index((35, 24, 5)))


def test_the_center_of_a_ring_is_in_the_ring(scene, volume_node, thigh, grid):
    from MuscleSegLib.scene.muscle_masks import center_of
    from MuscleSegLib.scene.segmentations import show_labels

    array = np.zeros(grid.shape, np.uint8)
    array[3, 10:21, 10:21] = 4
    array[3, 12:19, 12:19] = 0
    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode")
    show_labels(node, Volume(array, grid), thigh, reference=volume_node)

    i, j, k = np.rint(grid.index_from_world(center_of(node, 4))).astype(int)
    assert array[k, j, i] == 4


def test_the_center_moves_with_the_segmentation(shown, transform):
    from MuscleSegLib.scene.muscle_masks import center_of

    before = center_of(shown, 9)
    shown.SetAndObserveTransformNodeID(transform(shift_mm=(0, 0, 50)).GetID())

    assert center_of(shown, 9) == pytest.approx((*before[:2], before[2] + 50))


def test_a_muscle_without_voxels_has_no_center(shown):
    from MuscleSegLib.scene.muscle_masks import center_of

    assert center_of(shown, 5) is None


def test_a_muscle_that_is_not_there_is_refused(shown, block, volume_node):
    from MuscleSegLib.scene.muscle_masks import center_of, mask_of, set_mask

    with pytest.raises(MuscleSegError, match="muscles has no muscle with the label 42"):
        set_mask(shown, 42, block)
    with pytest.raises(MuscleSegError, match="42"):
        mask_of(shown, 42, volume_node)
    with pytest.raises(MuscleSegError, match="42"):
        center_of(shown, 42)


@pytest.mark.parametrize(("index", "place"), [(3, (14.5, 10)), (0, (14.5, 10))], ids=["with it", "without it"])
def test_the_place_of_a_muscle_in_a_slice_is_its_center_or_in_line_with_it(shown, volume_node, grid, index, place):
    from MuscleSegLib.scene.muscle_masks import center_in_slice

    expected = grid.world_from_index((*place, index))
    assert center_in_slice(shown, 3, volume_node, index) == pytest.approx(expected)


def test_voxels_move_between_two_muscles_and_no_other_changes(shown, volume_node, labels, grid):
    from MuscleSegLib.scene.muscle_masks import change_masks
    from MuscleSegLib.scene.segmentations import labels_of

    moved = Volume(labels.array == 3, grid)
    change_masks(shown, lost={3: moved}, gained={4: moved})

    assert np.array_equal(labels_of(shown, volume_node).array, np.where(labels.array == 3, 4, labels.array))
