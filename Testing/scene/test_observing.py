from dataclasses import replace

import numpy as np
import pytest

from MuscleSegLib.volume import Volume


@pytest.fixture
def watched(shown):
    """The segmentation, and lists of what an observer of it told: values edited, and changes."""
    from MuscleSegLib.scene.observing import SegmentObserver

    edited, changes = [], []
    observer = SegmentObserver(shown, edited.append, lambda: changes.append("changed"))
    yield shown, edited, changes
    observer.stop()


@pytest.fixture
def watched_later(shown):
    """The same, but with what waits to be called, in place of a timer."""
    from MuscleSegLib.scene.observing import SegmentObserver

    edited, changes, waiting = [], [], []
    observer = SegmentObserver(shown, edited.append, lambda: changes.append("changed"), later=waiting.append)
    yield shown, edited, changes, waiting
    observer.stop()


def stroke(grid, rows, columns):
    array = np.zeros(grid.shape, np.bool_)
    array[3, rows, columns] = True
    return Volume(array, grid)


def test_a_stroke_beside_muscles_edits_its_muscle(watched, grid, paint):
    from MuscleSegLib.scene.segmentations import segments_by_value

    node, edited, changes = watched
    paint(node, segments_by_value(node)[9], stroke(grid, slice(27, 30), slice(25, 28)))

    assert edited == [9]
    assert changes == []


def test_a_stroke_into_a_neighbor_edits_both(watched, grid, paint):
    from MuscleSegLib.scene.segmentations import segments_by_value

    node, edited, _ = watched
    paint(node, segments_by_value(node)[9], stroke(grid, slice(25, 28), slice(10, 13)))

    assert sorted(edited) == [8, 9]


def test_a_stroke_of_the_user_s_own_segment_edits_what_it_takes_from(watched, grid, paint):
    node, edited, _ = watched
    identity = node.GetSegmentation().AddEmptySegment("lesion", "lesion")
    paint(node, identity, stroke(grid, slice(13, 15), slice(36, 40)))

    assert edited == [104]


def test_a_stroke_that_changes_nothing_tells_nothing(watched, labels, paint):
    from MuscleSegLib.scene.segmentations import segments_by_value

    node, edited, changes = watched
    paint(node, segments_by_value(node)[9], replace(labels, array=labels.array == 9))

    assert (edited, changes) == ([], [])


def test_slicer_s_rearranging_of_layers_is_no_edit(watched_later):
    from MuscleSegLib.scene.segmentations import segments_by_value

    node, edited, changes, waiting = watched_later
    node.GetSegmentation().SeparateSegmentLabelmap(segments_by_value(node)[9])
    node.GetSegmentation().CollapseBinaryLabelmaps(True)
    (look,) = waiting
    look()

    assert (edited, changes) == ([], [])


def test_many_strokes_are_looked_at_once(watched_later, grid, paint):
    from MuscleSegLib.scene.segmentations import segments_by_value

    node, edited, _, waiting = watched_later
    for column in range(25, 33):
        paint(node, segments_by_value(node)[9], stroke(grid, slice(27, 30), slice(column, column + 1)))
    assert edited == []
    (look,) = waiting
    look()

    assert edited == [9]


def test_a_muscle_that_is_emptied_is_edited(watched, grid):
    from MuscleSegLib.scene.muscle_masks import set_mask

    node, edited, _ = watched
    set_mask(node, 9, Volume(np.zeros(grid.shape, np.bool_), grid))

    assert edited == [9]


def test_what_waits_when_the_observer_stops_tells_nothing(shown, grid, paint):
    from MuscleSegLib.scene.observing import SegmentObserver
    from MuscleSegLib.scene.segmentations import segments_by_value

    edited, waiting = [], []
    observer = SegmentObserver(shown, edited.append, lambda: edited.append("changed"), later=waiting.append)
    paint(shown, segments_by_value(shown)[9], stroke(grid, slice(27, 30), slice(25, 28)))
    observer.stop()
    for look in waiting:
        look()

    assert edited == []


def test_making_surfaces_is_no_edit(watched):
    node, edited, changes = watched
    node.CreateClosedSurfaceRepresentation()

    assert (edited, changes) == ([], [])


def test_moving_the_segmentation_is_no_edit(watched, transform):
    node, edited, changes = watched
    node.SetAndObserveTransformNodeID(transform(degrees=20).GetID())

    assert (edited, changes) == ([], [])


def test_a_warp_above_the_segmentation_does_not_break_the_observer(watched, warp, grid, paint):
    from MuscleSegLib.scene.segmentations import segments_by_value

    node, edited, _ = watched
    identity = segments_by_value(node)[9]
    brush = stroke(grid, slice(27, 30), slice(25, 28))
    paint(node, identity, brush)
    edited.clear()
    node.SetAndObserveTransformNodeID(warp.GetID())
    node.GetSegmentation().ClearSegment(identity)

    assert edited == [9]


def test_a_new_result_edits_what_differs_and_tells_once(watched, labels, thigh, volume_node):
    from MuscleSegLib.scene.segmentations import show_labels

    node, edited, changes = watched
    array = labels.array.copy()
    array[3, 2, 7] = 1
    array[array == 110] = 0
    show_labels(node, replace(labels, array=array), thigh, reference=volume_node)

    assert sorted(edited) == [1, 110]
    assert changes == []


def test_undo_edits_what_it_takes_back(watched_later, grid, paint):
    import slicer

    from MuscleSegLib.scene.segmentations import segments_by_value

    node, edited, changes, waiting = watched_later
    history = slicer.vtkSegmentationHistory()
    history.SetSegmentation(node.GetSegmentation())
    history.SaveState()
    paint(node, segments_by_value(node)[9], stroke(grid, slice(25, 28), slice(10, 13)))
    waiting.pop()()
    edited.clear()
    assert history.RestorePreviousState()
    waiting.pop()()

    assert set(edited) == {8, 9}
    assert changes == []


@pytest.mark.parametrize("change", ["renamed", "colored", "removed", "added"])
def test_a_change_of_the_list_of_muscles_is_told(watched, change):
    import slicer

    from MuscleSegLib.scene.segmentations import segments_by_value

    node, edited, changes = watched
    identity = segments_by_value(node)[105]  # has no voxels
    segment = node.GetSegmentation().GetSegment(identity)
    if change == "renamed":
        segment.SetName("Sartorius of the left leg")
    elif change == "colored":
        segment.SetColor(0, 1, 0)
    elif change == "removed":
        node.GetSegmentation().RemoveSegment(identity)
    else:
        new = slicer.vtkSegment()
        new.SetName("another")
        new.SetTag("MuscleSeg.Label", "77")
        node.GetSegmentation().AddSegment(new)

    assert changes
    assert edited == []


def test_a_muscle_that_is_removed_with_its_voxels_is_a_change(watched):
    from MuscleSegLib.scene.segmentations import segments_by_value

    node, _, changes = watched
    node.GetSegmentation().RemoveSegment(segments_by_value(node)[9])

    assert changes == ["changed"]


def test_nothing_is_told_after_stop(shown, grid, paint):
    from MuscleSegLib.scene.observing import SegmentObserver
    from MuscleSegLib.scene.segmentations import segments_by_value

    edited = []
    observer = SegmentObserver(shown, edited.append, lambda: edited.append("changed"))
    observer.stop()
    observer.stop()
    paint(shown, segments_by_value(shown)[9], stroke(grid, slice(25, 28), slice(10, 13)))
    shown.GetSegmentation().RemoveAllSegments()

    assert edited == []


def test_stop_leaves_no_observer_behind(shown):
    import slicer

    from MuscleSegLib.scene.observing import SegmentObserver

    observer = SegmentObserver(shown, lambda value: None, lambda: None)
    assert shown.HasObserver(slicer.vtkSegmentation.SegmentAdded)
    observer.stop()

    assert not shown.HasObserver(slicer.vtkSegmentation.SegmentAdded)
    assert not shown.HasObserver(slicer.vtkSegmentation.SourceRepresentationModified)
