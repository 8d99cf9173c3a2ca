"""Muscles in a scene are told by names as in a file: the live table and a saved file have the same rows."""

import numpy as np
import pytest

from MuscleSegLib.biomarkers import read_named_labels
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import Volume


def segment_of(node, value):
    from MuscleSegLib.scene.segmentations import segments_by_value

    return node.GetSegmentation().GetSegment(segments_by_value(node)[value])


def drawn(node, name, grid, paint, place):
    array = np.zeros(grid.shape, np.uint8)
    array[place] = 1
    identity = node.GetSegmentation().AddEmptySegment(name, name)
    paint(node, identity, Volume(array, grid))
    return identity


def saved(node, tmp_path):
    import slicer

    storage = slicer.vtkMRMLSegmentationStorageNode()
    storage.SetFileName(str(tmp_path / "a.seg.nrrd"))
    assert storage.WriteData(node)
    return read_named_labels(tmp_path / "a.seg.nrrd")


@pytest.fixture
def by_hand(scene, volume_node, grid, paint):
    """Two muscles of a person who never pressed Segment, and a bone."""
    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "mine")
    node.SetReferenceImageGeometryParameterFromVolumeNode(volume_node)
    for number, name in enumerate(("Left vastus lateralis", "femur right", "right gracilis")):
        drawn(node, name, grid, paint, np.s_[2:4, 4:8, 6 * number : 6 * number + 3 + number])
    return node


def test_a_drawing_by_hand_is_read_by_its_names_in_scene_and_file(by_hand, volume_node, tmp_path):
    from MuscleSegLib.scene.segmentations import labels_of, segments_by_value

    in_scene = labels_of(by_hand, volume_node)

    assert set(segments_by_value(by_hand)) == {109, 3}
    assert [np.count_nonzero(in_scene.array == value) for value in (109, 3)] == [2 * 4 * 3, 2 * 4 * 5]
    named = saved(by_hand, tmp_path)
    assert [np.count_nonzero(named.labels.array == value) for value in (109, 3)] == [2 * 4 * 3, 2 * 4 * 5]
    assert named.passed_over == ("femur right",)


@pytest.mark.parametrize("name", ["Right rectus femoris", "Left sartorius", "femur right"])
def test_a_muscle_renamed_to_something_else_is_in_no_table(shown, volume_node, tmp_path, name):
    from MuscleSegLib.scene.segmentations import labels_of, segments_by_value

    segment_of(shown, 109).SetName(name)

    assert 109 not in segments_by_value(shown)
    with pytest.raises(MuscleSegError, match=f'"{name}" while its tag says "Left vastus lateralis"'):
        labels_of(shown, volume_node)
    with pytest.raises(MuscleSegError, match=f'"{name}" while its tag says "Left vastus lateralis"'):
        saved(shown, tmp_path)


@pytest.mark.parametrize("name", ["VL left corrected", "done"])
def test_a_muscle_renamed_to_nothing_else_stays_the_muscle(shown, labels, volume_node, name):
    from MuscleSegLib.scene.segmentations import labels_of

    segment_of(shown, 109).SetName(name)

    assert np.array_equal(labels_of(shown, volume_node).array, labels.array)


def test_a_muscle_deleted_and_drawn_again_under_its_name_is_found(shown, volume_node, grid, paint):
    from MuscleSegLib.scene.segmentations import labels_of, segments_by_value

    shown.GetSegmentation().RemoveSegment(segments_by_value(shown)[109])
    identity = drawn(shown, "Left vastus lateralis", grid, paint, np.s_[2:4, 4:6, 0:3])

    assert segments_by_value(shown)[109] == identity
    assert np.count_nonzero(labels_of(shown, volume_node).array == 109) == 2 * 2 * 3


def test_a_new_result_leaves_a_muscle_that_somebody_drew(by_hand, labels, thigh, volume_node):
    import slicer

    from MuscleSegLib.scene.segmentations import segments_by_value, show_labels

    identity = segments_by_value(by_hand)[109]
    show_labels(by_hand, labels, thigh, reference=volume_node)

    drawn = slicer.util.arrayFromSegmentBinaryLabelmap(by_hand, identity, volume_node)
    assert np.count_nonzero(drawn) == 2 * 4 * 3
    assert segments_by_value(by_hand)[109] != identity
