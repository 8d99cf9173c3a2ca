"""Slicer's plot views: what their chart nodes cannot say, the names below bars and where the legend stands."""

import qt
import slicer

from MuscleSegLib.scene.plots import dress

_WITH_PLOT = slicer.vtkMRMLLayoutNode.SlicerLayoutFourUpPlotView


class PlotViews:
    """The plot views of the layout, dressed anew whenever another chart is chosen in one of them."""

    def __init__(self) -> None:
        self._followed: list[tuple[slicer.vtkMRMLNode, int]] = []

    def open(self) -> None:
        """Show the layout with a plot, whose charts of muscles get the muscles' names."""
        slicer.app.layoutManager().setLayout(_WITH_PLOT)
        self.stop()
        for view in self._views():
            node = view.mrmlPlotViewNode()
            self._followed.append((node, node.AddObserver("ModifiedEvent", self._on_change)))
        self._on_change()

    def stop(self) -> None:
        """Follow the views no longer."""
        for node, observer in self._followed:
            node.RemoveObserver(observer)
        self._followed = []

    def _on_change(self, *_caller_and_event: object) -> None:
        qt.QTimer.singleShot(0, self._dress)  # when the view shows the chart

    def _dress(self) -> None:
        for view in self._views():
            node = view.mrmlPlotViewNode()
            dress(view.plotView().chart(), node.GetPlotChartNode() if node is not None else None)

    def _views(self) -> list[slicer.qMRMLPlotWidget]:
        manager = slicer.app.layoutManager()
        return [manager.plotWidget(number) for number in range(manager.plotViewCount)]
