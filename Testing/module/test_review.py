"""Looking through the muscles, correcting one, choosing maps, and charts: all that needs no worker."""

import numpy as np
import pytest
import slicer

from MuscleSegLib.biomarkers import Row


def slice_node():
    return slicer.app.layoutManager().sliceWidget("Red").mrmlSliceNode()


def shown(work):
    display = work.parameters.segmentation.GetDisplayNode()
    segments = work.parameters.segmentation.GetSegmentation()
    return [
        segments.GetSegment(identity).GetName()
        for identity in segments.GetSegmentIDs()
        if display.GetSegmentVisibility(identity)
    ]


def chosen_in_editor(work):
    segments = work.parameters.segmentation.GetSegmentation()
    return segments.GetSegment(work.ui.segmentEditor.currentSegmentID()).GetName()


def row_of(work, name):
    table = work.ui.musclesTable
    return next(row for row in range(table.rowCount) if table.item(row, 1).text() == name)


@pytest.mark.slow
def test_choosing_a_muscle_goes_to_it_and_to_its_segment(at_desk):
    slice_node().JumpSliceByCentering(0, 0, 1000)
    at_desk.ui.musclesTable.setCurrentCell(row_of(at_desk, "Gracilis"), 1)
    at_desk.host.work()

    assert abs(slice_node().GetSliceOffset()) < 200  # in the leg again
    assert chosen_in_editor(at_desk) == "Gracilis"
    assert at_desk.ui.correctLabel.text == "Gracilis"

    at_desk.host.click(at_desk.ui.nextButton)
    assert chosen_in_editor(at_desk) == at_desk.ui.correctLabel.text != "Gracilis"
    at_desk.host.click(at_desk.ui.previousButton)
    assert chosen_in_editor(at_desk) == "Gracilis"


@pytest.mark.slow
def test_a_segment_chosen_in_the_editor_is_chosen_in_the_list(at_desk):
    from MuscleSegLib.scene.segmentations import segments_by_value

    soleus_like = segments_by_value(at_desk.parameters.segmentation)[7]
    at_desk.ui.segmentEditor.setCurrentSegmentID(soleus_like)
    at_desk.host.work()
    assert at_desk.ui.correctLabel.text == "Semitendinosus"
    assert at_desk.ui.musclesTable.currentRow() == row_of(at_desk, "Semitendinosus")


@pytest.mark.slow
def test_one_muscle_can_be_shown_alone_and_hidden(at_desk):
    import qt

    table = at_desk.ui.musclesTable
    table.setCurrentCell(row_of(at_desk, "Sartorius"), 1)
    at_desk.host.click(at_desk.ui.onlyButton)
    assert shown(at_desk) == ["Sartorius"]
    at_desk.host.click(at_desk.ui.onlyButton)
    assert len(shown(at_desk)) == 10
    table.item(row_of(at_desk, "Sartorius"), 0).setCheckState(qt.Qt.Unchecked)
    at_desk.host.work()
    assert "Sartorius" not in shown(at_desk)


@pytest.mark.slow
def test_the_editor_has_no_second_list_and_no_gap_where_it_was(at_desk):
    frame = slicer.util.findChild(at_desk.ui.segmentEditor, "SegmentsTableResizableFrame")
    assert at_desk.ui.segmentEditor.visible
    assert not frame.visible


@pytest.mark.slow
def test_the_editor_forbids_overlap_and_is_put_away_with_the_module(at_desk):
    editor = at_desk.ui.segmentEditor
    node = editor.mrmlSegmentEditorNode()
    assert node.GetOverwriteMode() == slicer.vtkMRMLSegmentEditorNode.OverwriteAllSegments
    assert {"Fill between slices", "Smoothing"} <= set(editor.effectNameOrder())
    editor.setActiveEffectByName("Paint")
    at_desk.widget.parent.exit()
    assert editor.activeEffect() is None
    at_desk.widget.parent.enter()


@pytest.mark.slow
def test_an_effect_of_the_editor_measures_its_muscle_again(at_desk):
    before = at_desk.table()
    at_desk.ui.musclesTable.setCurrentCell(row_of(at_desk, "Gracilis"), 1)
    at_desk.host.work()
    at_desk.ui.segmentEditor.setActiveEffectByName("Smoothing")
    effect = at_desk.ui.segmentEditor.activeEffect()
    effect.setParameter("KernelSizeMm", 12)
    effect.self().onApply()

    at_desk.host.spin(lambda: at_desk.table() != before)

    after = at_desk.table()
    assert [name for name in after if after[name] != before[name]] == ["Gracilis"]


@pytest.mark.slow
def test_edits_made_in_another_module_are_found_when_the_panel_is_entered(at_desk):
    before = at_desk.table()
    at_desk.widget.parent.exit()
    at_desk.shrink(4)
    at_desk.host.work()
    assert at_desk.table() == before
    at_desk.widget.parent.enter()
    at_desk.host.work()
    assert at_desk.table() != before


@pytest.mark.slow
def test_fat_and_water_become_a_fat_fraction_that_lies_over_the_scan(at_desk, message):
    from MuscleSegLib.scene.volumes import add_volume, volume_of

    ff = volume_of(at_desk.scans["ff"])
    share = np.nan_to_num(ff.array) / 100
    made = {name: type(ff)(1000 * part, ff.geometry) for name, part in (("fat", share), ("water", 1 - share))}
    at_desk.ui.ffSelector.setCurrentNode(None)
    at_desk.host.work()
    without = at_desk.table()
    for name, volume in made.items():
        getattr(at_desk.ui, f"{name}Selector").setCurrentNode(add_volume(volume, name))
    at_desk.host.work()

    assert "computed" in message(at_desk.ui.mapsMessage)
    assert not without["Gracilis"][1]
    expected = next(row for row in at_desk.panel.review.measuring.table.rows() if row.name == "Gracilis")
    assert float(at_desk.table()["Gracilis"][1]) == pytest.approx(expected.row.ff_mean_percent, abs=0.06)
    assert expected.row.ff_ratio_of_sums_percent is not None  # measured in the two images themselves

    composite = slicer.app.layoutManager().sliceWidget("Red").mrmlSliceCompositeNode()
    at_desk.ui.overlayCheckBox.checked = True
    at_desk.host.work()
    assert composite.GetForegroundVolumeID() == at_desk.parameters.ff.GetID()
    at_desk.ui.overlayCheckBox.checked = False
    at_desk.host.work()
    assert not composite.GetForegroundVolumeID()


@pytest.mark.slow
def test_the_table_node_and_the_charts_hold_what_was_measured(at_desk):
    from Testing.scene.table_rows import rows_of

    rows = [live_row.row for live_row in at_desk.panel.review.measuring.table.rows()]
    assert list(rows_of(at_desk.parameters.table, Row)) == rows
    at_desk.host.click(at_desk.ui.barsButton)
    at_desk.host.click(at_desk.ui.profilesButton)
    charts = slicer.util.getNodesByClass("vtkMRMLPlotChartNode")
    assert {"FF mean (%)", "FF mean (%) along the limb"} <= {chart.GetTitle() for chart in charts}


@pytest.mark.slow
def test_a_segmentation_that_is_not_ours_says_so(at_desk, message):
    other = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode", "tumor")
    other.GetSegmentation().AddEmptySegment("tumor")
    at_desk.ui.segmentationSelector.setCurrentNode(other)
    at_desk.host.work()
    assert "no muscles" in message(at_desk.ui.resultsMessage)
    assert at_desk.table() == {}


@pytest.mark.slow
def test_nothing_is_chosen_in_place_of_a_map_that_is_removed(at_desk):
    slicer.mrmlScene.RemoveNode(at_desk.scans["ff"])
    at_desk.host.work()
    assert at_desk.ui.ffSelector.currentNode() is None
    cells = at_desk.table()["Gracilis"]
    assert (cells[1], bool(cells[2])) == ("", True)


@pytest.mark.slow
def test_a_shortcut_does_nothing_where_its_button_is_disabled(at_desk):
    import qt

    assert not at_desk.ui.segmentButton.enabled  # the packages are missing
    for shortcut in at_desk.widget.parent.findChildren(qt.QShortcut):
        shortcut.activated.emit()
    at_desk.host.work()
    assert not at_desk.panel.jobs.is_segmenting
    assert qt.QApplication.clipboard().text().startswith("Muscle\tVolume (cm³)")
