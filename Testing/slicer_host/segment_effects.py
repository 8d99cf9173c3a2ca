"""Effects of the Segment Editor: parameters in the editor's node, and the edits of some, by the filters Slicer uses."""

from collections.abc import Callable
from typing import Any

import slicer
import vtk
from slicer_core.vtkITK import vtkITKMorphologicalContourInterpolator

EFFECTS = (
    *("Threshold", "Paint", "Draw", "Erase", "Level tracing", "Grow from seeds", "Fill between slices", "Margin"),
    *("Hollow", "Smoothing", "Scissors", "Islands", "Logical operators", "Mask volume"),
)
"""The names of the effects that Slicer comes with."""

PREVIEW = "SegmentationResultPreview"
"""The role in the editor's node of what is shown before it is applied."""

_IN_CPP = {"Paint", "Erase", "Scissors"}


class Effect:
    """An effect, as ``effectByName`` gives it. Its parameters are attributes of the editor's node."""

    def __init__(self, name: str, editor: Any) -> None:
        self.name = name
        self._editor = editor
        self._python = ScriptedEffect(self, editor)

    def self(self) -> "ScriptedEffect":
        """Return the Python side of a scripted effect.

        Raises:
            AttributeError: If the effect is written in C++, and has none.
        """
        if self.name in _IN_CPP:
            raise AttributeError(f"{self.name} is not a scripted effect: it has no self()")
        return self._python

    def setParameter(self, name: str, value: Any) -> None:
        self._node().SetAttribute(f"{self.name}.{name}", str(value))

    def doubleParameter(self, name: str) -> float:
        return float(self._node().GetAttribute(f"{self.name}.{name}") or 0)

    def _node(self) -> Any:
        return self._editor.mrmlSegmentEditorNode()


class ScriptedEffect:
    """The Python side of a scripted effect: what its buttons do."""

    def __init__(self, effect: Effect, editor: Any) -> None:
        self.scriptedEffect = effect
        self._editor = editor
        self._previewed: tuple[str, ...] = ()

    def onPreview(self) -> None:
        """Press "Initialize": keep what is visible for "Apply", as a node that the editor's refers to.

        What would be done is computed here only when it is applied.
        """
        self.onCancel()
        preview = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode", "preview")
        self._editor.mrmlSegmentEditorNode().SetNodeReferenceID(PREVIEW, preview.GetID())
        self._previewed = self._editor.segmentationNode().GetDisplayNode().GetVisibleSegmentIDs()

    def onCancel(self) -> None:
        """Press "Cancel": forget the preview."""
        node = self._editor.mrmlSegmentEditorNode()
        preview = node.GetNodeReference(PREVIEW)
        if preview is not None:
            node.SetNodeReferenceID(PREVIEW, None)
            slicer.mrmlScene.RemoveNode(preview)

    def onApply(self) -> None:
        """Press "Apply".

        Smoothing edits the selected segment. "Fill between slices" edits all that were visible at ``onPreview``.

        Raises:
            AttributeError: If there is no preview to apply.
            NotImplementedError: If the host does not know the effect.
        """
        name = self.scriptedEffect.name
        if name not in ("Smoothing", "Fill between slices"):
            raise NotImplementedError(f"the host's Segment Editor cannot apply {name}")
        self._editor.saveStateForUndo()
        if name == "Smoothing":
            _edit(self._editor, self._editor.currentSegmentID(), self._smooth)
            return
        if self._editor.mrmlSegmentEditorNode().GetNodeReference(PREVIEW) is None:
            raise AttributeError("there is no preview to apply: call onPreview() first")
        for segment_id in self._previewed:
            _edit(self._editor, segment_id, _fill_between_slices)
        self.onCancel()

    def _smooth(self, labels: Any) -> Any:
        """Take the median of a neighborhood of ``KernelSizeMm`` (the method MEDIAN, Slicer's default)."""
        size_mm = self.scriptedEffect.doubleParameter("KernelSizeMm") or 3.0
        kernel = [max(1, round(size_mm / spacing) // 2 * 2 + 1) for spacing in labels.GetSpacing()]
        median = vtk.vtkImageMedian3D()
        median.SetInputData(labels)
        median.SetKernelSize(*kernel)
        return _on_grid_of(labels, median)


def _fill_between_slices(labels: Any) -> Any:
    """Interpolate between the slices that hold the segment."""
    interpolator = vtkITKMorphologicalContourInterpolator()
    interpolator.SetInputData(labels)
    return _on_grid_of(labels, interpolator)


def _edit(editor: Any, segment_id: str, edit: Callable[[Any], Any]) -> None:
    labels = slicer.vtkOrientedImageData()
    editor.segmentationNode().GetBinaryLabelmapRepresentation(segment_id, labels)
    logic = slicer.vtkSlicerSegmentEditorLogic
    modify_segment(editor.mrmlSegmentEditorNode(), segment_id, edit(labels), logic.ModificationModeSet)


def modify_segment(node: Any, segment_id: str, labels: Any, mode: int) -> None:
    """Change a segment by a mask as all effects do: by Slicer's own logic, with the node's masking and overwriting."""
    logic = slicer.vtkSlicerSegmentEditorLogic()
    logic.SetMRMLScene(slicer.mrmlScene)
    logic.SetSegmentEditorNode(node)
    logic.ModifySegmentByLabelmap(node.GetSegmentationNode(), segment_id, labels, mode, True, False)


def _on_grid_of(labels: Any, filter_: Any) -> Any:
    filter_.Update()
    result = slicer.vtkOrientedImageData()
    result.DeepCopy(filter_.GetOutput())
    matrix = vtk.vtkMatrix4x4()
    labels.GetImageToWorldMatrix(matrix)
    result.SetGeometryFromImageToWorldMatrix(matrix)
    return result
