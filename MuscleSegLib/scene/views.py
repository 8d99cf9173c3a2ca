"""Slice views: the shown volume, the shown point, and the logic of both."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import slicer

from MuscleSegLib.scene.volumes import require_voxels
from MuscleSegLib.volume import Geometry

_PARALLEL = 0.9
"""Least cosine of the angle between a view and a volume's slices for the view to show one of them."""


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


def slice_in_view(geometry: Geometry) -> int | None:
    """Return the slice of a volume, along its third axis, that a view shows; None where no view shows any.

    Of several views along the slices the one that lies best counts.

    Args:
        geometry: The volume's grid, RAS millimeters.
    """
    across = geometry.affine[:3, 2] / np.linalg.norm(geometry.affine[:3, 2])
    best, shown = _PARALLEL, None
    for node in slicer.util.getNodesByClass("vtkMRMLSliceNode"):
        matrix = slicer.util.arrayFromVTKMatrix(node.GetSliceToRAS())
        cosine = abs(float(matrix[:3, 2] @ across))
        index = round(float(geometry.index_from_world(matrix[:3, 3])[2]))
        if cosine > best + 1e-6 and 0 <= index < geometry.shape[0]:
            best, shown = cosine, index
    return shown
