"""Strokes in the Segment Editor: choosing a muscle, painting, and the muscles that changed."""

import numpy as np
import slicer

from MuscleSegLib.volume import Volume

GRACILIS, RECTUS_FEMORIS, SARTORIUS, INTERMEDIUS, LATERALIS = 3, 4, 5, 8, 9


def masks(desk):
    """Return the voxels of each muscle that has a segment."""
    from MuscleSegLib.scene.muscle_masks import mask_of
    from MuscleSegLib.scene.segmentations import segments_by_value

    node, scan = desk.parameters.segmentation, desk.parameters.scan
    return {value: mask_of(node, value, scan).array for value in segments_by_value(node)}


def choose(desk, value):
    desk.ui.musclesTable.setCurrentCell(desk.panel.review.muscles._values.index(value), 1)
    desk.host.work()


def paint(desk, mask):
    """Paint what the editor edits, by Slicer's own logic with the settings in the editor's node."""
    from MuscleSegLib.scene.layers import image_of
    from MuscleSegLib.scene.volumes import geometry_of
    from Testing.slicer_host.segment_effects import modify_segment

    editor, node = desk.ui.segmentEditor, desk.parameters.segmentation
    editor.saveStateForUndo()
    brush = image_of(Volume(mask, geometry_of(desk.parameters.scan)), node)
    mode = slicer.vtkSlicerSegmentEditorLogic.ModificationModeAdd
    modify_segment(editor.mrmlSegmentEditorNode(), editor.currentSegmentID(), brush, mode)


def changed(desk):
    """Return the muscles that are not as drawn; one whose segment is gone counts."""
    now = masks(desk)
    return {value for value, mask in desk.drawn.items() if not np.array_equal(mask, now.get(value))}


def settle(desk, until):
    desk.host.spin(until)
    desk.host.work()
