"""A stroke goes into the muscle that the panel names, and into no other."""

import numpy as np
import pytest
import slicer

from Testing.module.strokes import (
    GRACILIS,
    INTERMEDIUS,
    LATERALIS,
    RECTUS_FEMORIS,
    SARTORIUS,
    changed,
    choose,
    masks,
    paint,
    settle,
)


@pytest.fixture
def desk(at_desk):
    """A person at the muscles of one thigh, who can paint as the Segment Editor's brush does."""
    at_desk.drawn = masks(at_desk)
    return at_desk


def delete(desk, value):
    from MuscleSegLib.scene.segmentations import segments_by_value

    node = desk.parameters.segmentation
    node.GetSegmentation().RemoveSegment(segments_by_value(node)[value])


def named(desk):
    """Return what the label, the list and the editor say is edited."""
    table, segments = desk.ui.musclesTable, desk.parameters.segmentation.GetSegmentation()
    segment = segments.GetSegment(desk.ui.segmentEditor.currentSegmentID() or "")
    row = table.currentRow()
    return (
        desk.ui.correctLabel.text,
        table.item(row, 1).text() if row >= 0 else "",
        segment.GetName() if segment is not None else "",
    )


@pytest.mark.slow
def test_nothing_is_edited_before_a_muscle_is_chosen(desk):
    assert named(desk) == ("Choose a muscle in the list above.", "", "")


@pytest.mark.parametrize("value", [GRACILIS, RECTUS_FEMORIS, LATERALIS])
@pytest.mark.slow
def test_a_deleted_muscle_that_is_chosen_is_what_the_stroke_goes_into(desk, value):
    choose(desk, SARTORIUS)
    desk.ui.segmentEditor.setActiveEffectByName("Paint")
    delete(desk, value)
    choose(desk, value)
    desk.ui.musclesTable.cellClicked.emit(desk.ui.musclesTable.currentRow(), 1)  # a click is both signals
    desk.host.work()

    name = desk.ui.musclesTable.item(desk.ui.musclesTable.currentRow(), 1).text()
    assert named(desk) == (name, name, name)
    brush = desk.drawn[value]
    paint(desk, brush)
    assert changed(desk) == set()  # drawn again as it was, and nothing else


@pytest.mark.slow
def test_a_segment_made_anew_has_our_name_color_code_and_place(desk):
    from MuscleSegLib.scene.segmentations import segments_by_value, tag_of

    node = desk.parameters.segmentation
    terms = slicer.vtkSegment.GetTerminologyEntryTagName()

    def described():
        segments = node.GetSegmentation()
        identity = segments_by_value(node)[GRACILIS]
        segment = segments.GetSegment(identity)
        return segment.GetName(), segment.GetColor(), tag_of(segment, terms), segments.GetSegmentIndex(identity)

    before = described()
    delete(desk, GRACILIS)
    choose(desk, GRACILIS)
    assert described() == before


@pytest.mark.slow
def test_a_muscle_that_is_deleted_while_it_is_edited_leaves_the_editor_without_one(desk):
    choose(desk, GRACILIS)
    desk.ui.segmentEditor.setActiveEffectByName("Paint")
    delete(desk, GRACILIS)
    neighbor = desk.parameters.segmentation.GetSegmentation().GetNthSegmentID(0)
    desk.ui.segmentEditor.setCurrentSegmentID(neighbor)  # as the editor's own table does by itself

    assert desk.ui.segmentEditor.currentSegmentID() == ""
    assert desk.ui.segmentEditor.activeEffect() is None
    assert "There is no Gracilis" in desk.ui.correctLabel.text


@pytest.mark.slow
def test_a_muscle_that_an_undo_takes_away_leaves_the_editor_without_one(desk):
    delete(desk, GRACILIS)
    choose(desk, GRACILIS)
    desk.ui.segmentEditor.setActiveEffectByName("Paint")
    desk.ui.segmentEditor.undo()
    settle(desk, lambda: "There is no Gracilis" in desk.ui.correctLabel.text)
    assert desk.ui.segmentEditor.currentSegmentID() == ""
    assert desk.ui.segmentEditor.activeEffect() is None


@pytest.mark.slow
def test_a_segment_of_the_user_that_is_chosen_in_the_editor_is_named(desk):
    choose(desk, GRACILIS)
    node = desk.parameters.segmentation
    node.GetSegmentation().AddEmptySegment("mine", "Lesion")
    desk.ui.segmentEditor.setCurrentSegmentID("mine")
    desk.host.work()
    assert named(desk) == ("Lesion", "", "Lesion")
    assert not desk.ui.restoreButton.enabled
    choose(desk, GRACILIS)
    assert named(desk) == ("Gracilis", "Gracilis", "Gracilis")


@pytest.mark.parametrize("value", [GRACILIS, RECTUS_FEMORIS, LATERALIS])
@pytest.mark.slow
def test_a_deleted_muscle_is_restored(desk, value):
    delete(desk, value)
    choose(desk, value)
    settle(desk, lambda: desk.ui.restoreButton.enabled)
    desk.host.click(desk.ui.restoreButton)
    assert changed(desk) == set()
    desk.ui.segmentEditor.undo()
    assert changed(desk) == {value}


@pytest.mark.slow
def test_a_muscle_under_a_bent_transform_is_told_of_and_raises_nothing(desk, message):
    import vtk

    bend = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLTransformNode", "bend")
    bend.SetAndObserveTransformToParent(vtk.vtkThinPlateSplineTransform())
    desk.parameters.segmentation.SetAndObserveTransformNodeID(bend.GetID())
    choose(desk, GRACILIS)
    assert "Harden transform" in message(desk.ui.correctMessage)


def over_the_border(desk, into):
    """Return voxels of a muscle and of the background beside it."""
    mask = desk.drawn[into]
    grown = mask.copy()
    grown[:, 1:] |= mask[:, :-1]
    free = ~np.any([other for value, other in desk.drawn.items() if value != into], axis=0)
    return grown & (free | mask)


@pytest.mark.parametrize("into", [INTERMEDIUS, RECTUS_FEMORIS, SARTORIUS])
@pytest.mark.slow
def test_a_stroke_ends_at_the_border_of_other_muscles(desk, into):
    choose(desk, LATERALIS)
    brush = over_the_border(desk, into)
    paint(desk, brush)
    assert changed(desk) == {LATERALIS}
    assert np.array_equal(masks(desk)[LATERALIS], desk.drawn[LATERALIS] | (brush & ~desk.drawn[into]))


@pytest.mark.parametrize("is_shown", [True, False])
@pytest.mark.slow
def test_a_stroke_ends_at_the_border_of_a_hidden_muscle_and_of_a_segment_of_the_user(desk, is_shown):
    node = desk.parameters.segmentation
    free = ~np.any(list(desk.drawn.values()), axis=0)
    slicer.util.updateSegmentBinaryLabelmapFromArray(
        free.astype(np.uint8), node, node.GetSegmentation().AddEmptySegment("mine", "Lesion"), desk.parameters.scan
    )
    node.GetDisplayNode().SetAllSegmentsVisibility(is_shown)
    choose(desk, LATERALIS)
    paint(desk, np.ones_like(free))
    assert changed(desk) == set()
    lesion = slicer.util.arrayFromSegmentBinaryLabelmap(node, "mine", desk.parameters.scan)
    assert np.array_equal(lesion > 0, free)


@pytest.mark.slow
def test_smoothing_takes_nothing_from_a_neighbor(desk):
    choose(desk, LATERALIS)
    desk.ui.segmentEditor.setActiveEffectByName("Smoothing")
    effect = desk.ui.segmentEditor.activeEffect()
    effect.setParameter("KernelSizeMm", 15)
    effect.self().onApply()
    assert changed(desk) == {LATERALIS}


@pytest.mark.slow
def test_one_click_lets_a_neighbor_give_way_which_is_then_named_and_another_gives_it_back(desk, message):
    choose(desk, LATERALIS)
    desk.ui.segmentEditor.setActiveEffectByName("Paint")
    desk.host.click(desk.ui.protectCheckBox)
    paint(desk, desk.drawn[INTERMEDIUS])
    settle(desk, lambda: desk.ui.restoreButton.enabled)
    assert changed(desk) == {LATERALIS, INTERMEDIUS}
    assert "Vastus intermedius" in message(desk.ui.correctMessage)

    desk.host.click(desk.ui.restoreButton)
    assert changed(desk) == set()
    assert "Vastus intermedius" in message(desk.ui.correctMessage)
    desk.ui.segmentEditor.undo()
    assert changed(desk) == {LATERALIS, INTERMEDIUS}
    desk.host.click(desk.ui.protectCheckBox)
    paint(desk, np.ones_like(desk.drawn[GRACILIS]))
    assert changed(desk) == {LATERALIS, INTERMEDIUS}


@pytest.mark.slow
def test_muscles_are_protected_in_a_scene_in_which_they_were_not(desk, tmp_path):
    node = desk.ui.segmentEditor.mrmlSegmentEditorNode()
    node.SetMaskMode(slicer.vtkMRMLSegmentationNode.EditAllowedEverywhere)
    slicer.util.saveScene(str(tmp_path / "scene.mrb"))
    slicer.mrmlScene.Clear(0)
    slicer.util.loadScene(str(tmp_path / "scene.mrb"))
    desk.host.work()
    choose(desk, LATERALIS)
    paint(desk, np.ones_like(desk.drawn[GRACILIS]))
    assert changed(desk) == {LATERALIS}
