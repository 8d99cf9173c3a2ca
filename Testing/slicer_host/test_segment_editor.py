"""The stand-in for the Segment Editor keeps its real node, and some of its effects really edit."""

import numpy as np
import pytest


@pytest.fixture
def segmentation(host):
    """Two blocks side by side on a grid of 4 slices, the first one missing in the slices between."""
    import slicer

    volume = slicer.util.addVolumeFromArray(np.zeros((4, 20, 20), np.int16))
    node = host.scene.AddNewNodeByClass("vtkMRMLSegmentationNode")
    node.CreateDefaultDisplayNodes()
    node.SetReferenceImageGeometryParameterFromVolumeNode(volume)
    first, second = np.zeros((2, 4, 20, 20), np.uint8)
    first[[0, 3], 5:15, 2:8] = 1
    second[:, 5:15, 12:18] = 1
    for name, mask in (("first", first), ("second", second)):
        segment_id = node.GetSegmentation().AddEmptySegment(name, name)
        slicer.util.updateSegmentBinaryLabelmapFromArray(mask, node, segment_id, volume)
    return node


@pytest.fixture
def editor(host, segmentation):
    import slicer

    made = slicer.qMRMLSegmentEditorWidget()
    made.setMRMLScene(host.scene)
    made.setMRMLSegmentEditorNode(host.scene.AddNewNodeByClass("vtkMRMLSegmentEditorNode"))
    made.setSegmentationNode(segmentation)
    return made


def voxels(segmentation, name):
    import slicer

    volume = segmentation.GetNodeReference(segmentation.GetReferenceImageGeometryReferenceRole())
    return slicer.util.arrayFromSegmentBinaryLabelmap(segmentation, name, volume)


def test_a_segmentation_comes_with_its_first_segment_and_its_volume_selected(editor, segmentation):
    assert editor.currentSegmentID() == "first"
    role = segmentation.GetReferenceImageGeometryReferenceRole()
    assert editor.sourceVolumeNode() is segmentation.GetNodeReference(role)


def test_an_effect_written_in_cpp_has_no_python_side(editor):
    with pytest.raises(AttributeError, match="Paint is not a scripted effect"):
        editor.effectByName("Paint").self()


def test_the_chosen_segment_is_in_the_node_and_told_where_it_is_chosen_in_the_table(editor):
    import slicer

    emitted = []
    editor.connect("currentSegmentIDChanged(QString)", emitted.append)

    editor.setCurrentSegmentID("second")

    assert editor.mrmlSegmentEditorNode().GetSelectedSegmentID() == "second"
    assert emitted == []
    (table,) = slicer.util.findChildren(editor, className="qMRMLSegmentsTableView")
    table.setSelectedSegmentIDs(["first"])
    assert editor.mrmlSegmentEditorNode().GetSelectedSegmentID() == "first"
    assert emitted == ["first"]


def test_an_effect_is_chosen_by_its_name(editor):
    editor.setActiveEffectByName("Paint")

    assert editor.activeEffect().name == "Paint"

    editor.setActiveEffect(None)

    assert editor.activeEffect() is None


def test_an_effect_keeps_its_parameters_in_the_node(editor):
    editor.effectByName("Smoothing").setParameter("KernelSizeMm", 5)

    assert editor.mrmlSegmentEditorNode().GetAttribute("Smoothing.KernelSizeMm") == "5"
    assert editor.effectByName("Smoothing").doubleParameter("KernelSizeMm") == 5.0


def test_fill_between_slices_fills_the_visible_segments_once_it_was_previewed(editor, segmentation):
    before = voxels(segmentation, "second").sum()
    editor.setActiveEffectByName("Fill between slices")
    effect = editor.activeEffect().self()

    with pytest.raises(AttributeError, match="no preview"):
        effect.onApply()
    effect.onPreview()
    effect.onApply()

    assert voxels(segmentation, "first")[1, 10, 5] == 1
    assert voxels(segmentation, "second").sum() == before


def test_fill_between_slices_leaves_a_hidden_segment(editor, segmentation):
    segmentation.GetDisplayNode().SetSegmentVisibility("first", False)
    editor.setActiveEffectByName("Fill between slices")
    editor.activeEffect().self().onPreview()
    editor.activeEffect().self().onApply()

    assert voxels(segmentation, "first")[1, 10, 5] == 0


def test_smoothing_takes_corners_away(editor, segmentation):
    editor.setCurrentSegmentID("second")
    editor.setActiveEffectByName("Smoothing")
    editor.activeEffect().setParameter("KernelSizeMm", 3)
    editor.activeEffect().self().onApply()

    smoothed = voxels(segmentation, "second")

    assert smoothed[1, 5, 12] == 0
    assert smoothed[1, 10, 15] == 1


def test_an_edit_is_heard_with_its_segment(editor, segmentation):
    import slicer
    import vtk

    heard = []

    @vtk.calldata_type(vtk.VTK_STRING)
    def hear(caller, event, segment_id):
        heard.append(segment_id)

    segmentation.GetSegmentation().AddObserver(slicer.vtkSegmentation.SourceRepresentationModified, hear)
    editor.setActiveEffectByName("Smoothing")
    editor.activeEffect().self().onApply()

    assert "first" in heard


def test_an_effect_that_the_host_cannot_apply_says_so(editor):
    with pytest.raises(NotImplementedError, match="Margin"):
        editor.effectByName("Margin").self().onApply()
