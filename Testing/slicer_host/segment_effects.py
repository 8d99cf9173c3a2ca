"""Effects of the Segment Editor: parameters in the editor's node, and the edits of some, by the filters Slicer uses."""

from typing import Any

import slicer
import vtk
from slicer_core.vtkITK import vtkITKMorphologicalContourInterpolator

EFFECTS = (
    *("Threshold", "Paint", "Draw", "Erase", "Level tracing", "Grow from seeds", "Fill between slices", "Margin"),
    *("Hollow", "Smoothing", "Scissors", "Islands", "Logical operators", "Mask volume"),
)
"""The names of the effects that Slicer comes with."""


class Effect:
    """An effect, as ``effectByName`` gives it. Its parameters are attributes of the editor's node."""

    def __init__(self, name: str, editor: Any) -> None:
        self.name = name
        self._editor = editor

    def self(self) -> "Effect":
        """Return the Python side of a scripted effect."""
        return self

    def setParameter(self, name: str, value: Any) -> None:
        self._node().SetAttribute(f"{self.name}.{name}", str(value))

    def setCommonParameter(self, name: str, value: Any) -> None:
        self._node().SetAttribute(name, str(value))

    def parameter(self, name: str) -> str:
        return self._node().GetAttribute(f"{self.name}.{name}") or ""

    def integerParameter(self, name: str) -> int:
        return int(float(self.parameter(name) or 0))

    def doubleParameter(self, name: str) -> float:
        return float(self.parameter(name) or 0)

    def parameterDefined(self, name: str) -> bool:
        return self._node().GetAttribute(f"{self.name}.{name}") is not None

    def onPreview(self) -> None:
        """Compute what "Apply" would do: it is computed then."""

    def onApply(self) -> None:
        """Edit the selected segment (of the effects that do so with one press).

        Raises:
            NotImplementedError: If the host does not know how.

        """
        edits = {"Smoothing": self._smooth, "Fill between slices": self._fill_between_slices}
        if self.name not in edits:
            raise NotImplementedError(f"the host's Segment Editor cannot apply {self.name}")
        segmentation, segment_id = self._editor.segmentationNode(), self._editor.currentSegmentID()
        labels = slicer.vtkOrientedImageData()
        segmentation.GetBinaryLabelmapRepresentation(segment_id, labels)
        change_segment(segmentation, segment_id, edits[self.name](labels))

    def _node(self) -> Any:
        return self._editor.mrmlSegmentEditorNode()

    def _smooth(self, labels: Any) -> Any:
        """Take the median of a neighborhood of ``KernelSizeMm`` (the method MEDIAN, Slicer's default)."""
        size_mm = self.doubleParameter("KernelSizeMm") or 3.0
        kernel = [max(1, round(size_mm / spacing) // 2 * 2 + 1) for spacing in labels.GetSpacing()]
        median = vtk.vtkImageMedian3D()
        median.SetInputData(labels)
        median.SetKernelSize(*kernel)
        return _on_grid_of(labels, median)

    def _fill_between_slices(self, labels: Any) -> Any:
        """Interpolate between the slices that hold the segment."""
        interpolator = vtkITKMorphologicalContourInterpolator()
        interpolator.SetInputData(labels)
        return _on_grid_of(labels, interpolator)


def change_segment(segmentation: Any, segment_id: str, labels: Any) -> None:
    """Put a mask in place of a segment, as an effect does: with the events that observers hear."""
    slicer.vtkSlicerSegmentationsModuleLogic.SetBinaryLabelmapToSegment(
        labels, segmentation, segment_id, slicer.vtkSlicerSegmentationsModuleLogic.MODE_REPLACE, labels.GetExtent()
    )


def _on_grid_of(labels: Any, filter_: Any) -> Any:
    filter_.Update()
    result = slicer.vtkOrientedImageData()
    result.DeepCopy(filter_.GetOutput())
    matrix = vtk.vtkMatrix4x4()
    labels.GetImageToWorldMatrix(matrix)
    result.SetGeometryFromImageToWorldMatrix(matrix)
    return result
