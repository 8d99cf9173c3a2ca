"""The button that shows the muscles in 3D with one click."""

import slicer

from MuscleSegLib.scene.surfaces import are_surfaces_shown, show_surfaces

_LAYOUT = slicer.vtkMRMLLayoutNode
_WITHOUT_3D = {_LAYOUT.SlicerLayoutFourUpPlotView: _LAYOUT.SlicerLayoutFourUpView}
"""The layout that takes the place of the one that the plots are shown in."""


class ThreeDButton:
    """A button that is pressed while the chosen segmentation's surfaces are shown."""

    def __init__(self, ui: object) -> None:
        self._button = ui.threeDButton
        self._segmentation: slicer.vtkMRMLSegmentationNode | None = None
        self._button.connect("clicked(bool)", self._on_click)

    def show(self, segmentation: slicer.vtkMRMLSegmentationNode | None) -> None:
        """Press the button in where a segmentation's surfaces are shown."""
        self._segmentation = segmentation
        self._button.enabled = segmentation is not None and segmentation.GetSegmentation().GetNumberOfSegments() > 0
        self._button.checked = segmentation is not None and are_surfaces_shown(segmentation)

    def _on_click(self, is_on: bool) -> None:
        show_surfaces(self._segmentation, is_on=is_on)
        manager = slicer.app.layoutManager()
        if is_on and manager.layout in _WITHOUT_3D:
            manager.setLayout(_WITHOUT_3D[manager.layout])
        if is_on and manager.threeDViewCount:
            manager.threeDWidget(0).threeDView().resetFocalPoint()
        self.show(self._segmentation)
