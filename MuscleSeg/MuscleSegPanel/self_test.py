"""Self test: a user's way from sample data to a table, in a real Slicer as in the tests' host."""

import time
from collections.abc import Callable

import numpy as np
import slicer
import slicer.util
from slicer.ScriptedLoadableModule import ScriptedLoadableModuleTest

from MuscleSegLib.anatomy import labels_of
from MuscleSegLib.inference import segments_of
from MuscleSegLib.scene.automatic import automatic_of, keep_automatic
from MuscleSegLib.scene.muscle_masks import mask_of, set_mask
from MuscleSegLib.scene.segmentations import segments_by_value, show_labels
from MuscleSegLib.volume import Volume
from MuscleSegPanel import dependencies, sample_data
from MuscleSegPanel.parameters import Parameters

_LONGEST_S = 300.0  # the first segmentation on a slow computer, with the worker's start
_ADDUCTOR_OR_ANTERIOR = 1


def run(case: ScriptedLoadableModuleTest, region: str) -> None:
    """Load digital legs, segment them, edit a muscle, look at the table.

    Without the packages that the network needs, the true muscles take the place of the segmented ones.

    Args:
        case: Slicer's test case, which tells the user of each step.
        region: "thigh" or "calf".
    """
    if slicer.util.mainWindow() is not None:
        slicer.util.selectModule("MuscleSeg")
    panel = slicer.util.getModuleWidget("MuscleSeg").panel
    case.delayDisplay(f"Making digital legs ({region})")
    scanned = sample_data.scanned(region)
    scans = sample_data.show(region, scanned.images)
    panel.parameters.scan = scans["anatomy"]
    assert panel.parameters.ff is scans["ff"]
    if dependencies.missing():
        _show_truth(panel.parameters, region, scanned.labels)
    else:
        case.delayDisplay("Segmenting")
        _segment(panel, region)
    expected = {label.value for label in labels_of(region, two_legs=True)}
    assert set(segments_by_value(panel.parameters.segmentation)) == expected
    case.delayDisplay("Correcting a muscle")
    _correct_and_restore(panel)
    _edit_what_is_named(panel)
    case.delayDisplay(f"Passed ({region})")


def _segment(panel: object, region: str) -> None:
    _wait(lambda: panel.parameters.region != "")
    assert panel.parameters.region == region
    panel.segment()
    _wait(lambda: not panel.jobs.is_segmenting)
    assert panel.parameters.segmentation is not None, panel.network.message.text


def _show_truth(parameters: Parameters, region: str, labels: Volume) -> None:
    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode")
    show_labels(node, labels, segments_of(region, two_legs=True), reference=parameters.scan)
    keep_automatic(node, labels)
    parameters.region = region
    parameters.segmentation = node


def _correct_and_restore(panel: object) -> None:
    parameters, value = panel.parameters, _ADDUCTOR_OR_ANTERIOR
    _wait(lambda: panel.review.measuring.table is not None and not panel.review.measuring.is_busy)
    before = {row.row.label: row for row in panel.review.measuring.table.rows()}
    assert all(row.row.ff_mean_percent is not None for row in before.values())
    mask = mask_of(parameters.segmentation, value, parameters.scan)
    smaller = mask.array.copy()
    smaller[int(np.argmax(mask.array.sum(axis=(1, 2))))] = False  # its largest slice
    set_mask(parameters.segmentation, value, Volume(smaller, mask.geometry))
    _wait(lambda: panel.review.is_corrected)
    after = {row.row.label: row for row in panel.review.measuring.table.rows()}
    assert [label for label in after if after[label] != before[label]] == [value]
    assert after[value].change.volume_cm3 < 0
    automatic = automatic_of(parameters.segmentation)
    set_mask(parameters.segmentation, value, Volume(automatic.array == value, automatic.geometry))
    _wait(lambda: not panel.review.is_corrected)


def _edit_what_is_named(panel: object) -> None:
    """Choose a deleted muscle, check that the editor edits no other, and restore it."""
    node, correction, value = panel.parameters.segmentation, panel.review.correction, _ADDUCTOR_OR_ANTERIOR
    widget = correction.editor
    panel.review.muscles.choose_next()
    node.GetSegmentation().RemoveSegment(segments_by_value(node)[value])
    panel.review.muscles.choose_next()
    while panel.review.muscles.chosen != value:
        panel.review.muscles.choose_next()
    assert widget.currentSegmentID() == segments_by_value(node)[value]
    outside = slicer.vtkMRMLSegmentationNode.EditAllowedOutsideAllSegments
    assert widget.mrmlSegmentEditorNode().GetMaskMode() == outside
    widget.setActiveEffectByName("Fill between slices")
    assert list(node.GetDisplayNode().GetVisibleSegmentIDs()) == [widget.currentSegmentID()]
    widget.setActiveEffect(None)
    assert len(node.GetDisplayNode().GetVisibleSegmentIDs()) == len(segments_by_value(node))
    correction.restore()
    _wait(lambda: not panel.review.is_corrected)


def _wait(until: Callable[[], bool]) -> None:
    end = time.monotonic() + _LONGEST_S
    while not until() and time.monotonic() < end:
        slicer.app.processEvents()
        time.sleep(0.01)
    if not until():
        message = "It took too long."
        raise AssertionError(message)
