"""Segments that somebody else put beside the muscles, or changed: they stay, and muscles are still found."""

from dataclasses import replace

import numpy as np
import pytest

from MuscleSegLib.volume import Volume


@pytest.fixture
def drawn(grid):
    """Mask drawn by a user: a block over muscles and beside them."""
    array = np.zeros(grid.shape, np.uint8)
    array[3:5, 4:38, 15:40] = 1
    return Volume(array, grid)


def own_segment(node, mask, paint):
    identity = node.GetSegmentation().AddEmptySegment("lesion", "lesion")
    paint(node, identity, mask)
    return identity


def test_segments_of_the_user_are_kept_and_not_read(shown, labels, thigh, volume_node, drawn, paint):
    import slicer

    from MuscleSegLib.scene.segmentations import labels_of, show_labels

    identity = own_segment(shown, drawn, paint)  # painting takes the voxels from the muscles
    show_labels(shown, labels, thigh, reference=volume_node)

    slicer_mask = slicer.util.arrayFromSegmentBinaryLabelmap(shown, identity, volume_node)
    assert np.array_equal(slicer_mask > 0, drawn.array > 0)
    assert np.array_equal(labels_of(shown, volume_node).array, labels.array)


def test_the_user_s_segment_may_share_the_muscles_layer(shown, labels, thigh, volume_node, drawn, paint):
    from MuscleSegLib.scene.segmentations import labels_of, show_labels

    free = replace(drawn, array=drawn.array * (labels.array == 0))
    own_segment(shown, free, paint)
    shown.GetSegmentation().CollapseBinaryLabelmaps(False)
    assert shown.GetSegmentation().GetNumberOfLayers() == 1
    nothing = replace(labels, array=np.zeros_like(labels.array))
    show_labels(shown, nothing, thigh, reference=volume_node)

    assert not labels_of(shown, volume_node).array.any()
    assert shown.GetSegmentation().GetNumberOfSegments() == 21


def test_a_segmentation_of_somebody_else_gets_the_muscles_too(scene, labels, thigh, volume_node, drawn, paint):
    import slicer

    from MuscleSegLib.scene.segmentations import labels_of, show_labels

    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "theirs")
    node.SetReferenceImageGeometryParameterFromVolumeNode(volume_node)
    identity = own_segment(node, drawn, paint)
    show_labels(node, labels, thigh, reference=volume_node)

    slicer_mask = slicer.util.arrayFromSegmentBinaryLabelmap(node, identity, volume_node)
    assert np.array_equal(slicer_mask > 0, drawn.array > 0)
    assert np.array_equal(labels_of(node, volume_node).array, labels.array)


def test_of_a_copied_muscle_the_first_counts(shown, volume_node, labels):
    import slicer

    from MuscleSegLib.scene.segmentations import labels_of, segments_by_value

    identity = segments_by_value(shown)[3]
    copied = slicer.vtkSegment()
    copied.DeepCopy(shown.GetSegmentation().GetSegment(identity))
    shown.GetSegmentation().AddSegment(copied, "copy")

    assert segments_by_value(shown)[3] == identity
    assert np.array_equal(labels_of(shown, volume_node).array, labels.array)


def test_labels_are_found_after_slicer_has_renumbered_and_reordered_them(shown, volume_node, labels):
    from MuscleSegLib.scene.segmentations import labels_of, segments_by_value

    segmentation = shown.GetSegmentation()
    identities = segments_by_value(shown)
    segmentation.SeparateSegmentLabelmap(identities[7])
    segmentation.ReorderSegments([identities[110], identities[2]])
    segmentation.CollapseBinaryLabelmaps(True)

    assert np.array_equal(labels_of(shown, volume_node).array, labels.array)


def test_a_muscle_that_somebody_deleted_is_background(shown, volume_node, labels):
    from MuscleSegLib.scene.segmentations import labels_of, segments_by_value

    shown.GetSegmentation().RemoveSegment(segments_by_value(shown)[9])

    assert np.array_equal(labels_of(shown, volume_node).array, np.where(labels.array == 9, 0, labels.array))
