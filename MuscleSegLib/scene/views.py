"""Slice views: the shown volume, the shown point, and the logic of both."""

from __future__ import annotations

from collections.abc import Sequence

import slicer

from MuscleSegLib.scene.volumes import require_voxels


def application_logic() -> slicer.vtkMRMLApplicationLogic:
    """Return the logic of the views and of the selection in them.

    A module gives it, with a window and without.
    """
    return slicer.modules.volumes.logic().GetMRMLApplicationLogic()


def show_in_views(node: slicer.vtkMRMLScalarVolumeNode) -> None:
    """Show a volume in all slice views, whole and in its own planes: an oblique cut through thick slices is blurred.

    Raises:
        MuscleSegError: The volume has no voxels, for which VTK would report errors in each view, or several numbers in
            each.
    """
    require_voxels(node)
    logic = application_logic()
    selection = logic.GetSelectionNode()
    selection.SetActiveVolumeID(node.GetID())
    logic.PropagateBackgroundVolumeSelection(0)
    for slice_node in slicer.util.getNodesByClass("vtkMRMLSliceNode"):
        slice_node.RotateToVolumePlane(node)
    logic.FitSliceToBackground()


def jump_to(ras_mm: Sequence[float]) -> None:
    """Center all slice views on a point, [3] RAS millimeters.

    Raises:
        ValueError: The point has not three coordinates.
    """
    r, a, s = ras_mm
    for node in slicer.util.getNodesByClass("vtkMRMLSliceNode"):
        node.JumpSliceByCentering(r, a, s)
