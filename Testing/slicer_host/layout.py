"""The layout manager and its views: the nodes and the logic are Slicer's, and nothing is drawn."""

from typing import Any

import slicer
import vtk
from PySide6.QtCore import Property, QObject, Signal
from PySide6.QtWidgets import QWidget

from Testing.slicer_host.mrml_widgets import qMRMLWidget

_SLICES = {"Red": "Axial", "Yellow": "Sagittal", "Green": "Coronal"}


class qMRMLSliceWidget(qMRMLWidget):
    """A slice view: its node and its logic are Slicer's."""

    _logic: Any = None

    def sliceLogic(self) -> Any:
        return self._logic

    def mrmlSliceNode(self) -> Any:
        return self._logic.GetSliceNode()

    def mrmlSliceCompositeNode(self) -> Any:
        return self._logic.GetSliceCompositeNode()

    def sliceView(self) -> Any:
        return _view("qMRMLSliceView", self)

    def fitSliceToBackground(self) -> None:
        self._logic.FitSliceToBackground()


class qMRMLThreeDWidget(qMRMLWidget):
    """A 3D view."""

    _logic: Any = None

    def viewLogic(self) -> Any:
        return self._logic

    def mrmlViewNode(self) -> Any:
        return self._logic.GetViewNode()

    def threeDView(self) -> Any:
        return _view("qMRMLThreeDView", self)


class qMRMLSliceView(QWidget):
    """Widget of a slice view."""

    def forceRender(self) -> None:
        """Draw: nothing here."""

    scheduleRender = forceRender


class qMRMLThreeDView(QWidget):
    """Widget of a 3D view."""

    def forceRender(self) -> None:
        """Draw: nothing here."""

    scheduleRender = resetFocalPoint = resetCamera = forceRender


class qMRMLPlotView(QWidget):
    """Widget of a plot: its chart is VTK's, without the plots that Slicer puts into it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chart = vtk.vtkChartXY()

    def chart(self) -> Any:
        return self._chart


class qMRMLPlotWidget(qMRMLWidget):
    """A plot view."""

    _node: Any = None

    def mrmlPlotViewNode(self) -> Any:
        return self._node

    def plotView(self) -> Any:
        return _view("qMRMLPlotView", self)


_VIEWS: dict[str, type[QWidget]] = {
    "qMRMLPlotView": qMRMLPlotView,
    "qMRMLSliceView": qMRMLSliceView,
    "qMRMLThreeDView": qMRMLThreeDView,
}


def _view(kind: str, parent: QWidget) -> QWidget:
    return parent.findChild(_VIEWS[kind]) or _VIEWS[kind](parent)


class qSlicerLayoutManager(QObject):
    """Layout manager: the layout is that of the real layout node."""

    layoutChanged = Signal(int)
    SIGNALS = {"layoutChanged(int)": "layoutChanged"}

    def __init__(self, scene: Any, application: Any) -> None:
        super().__init__()
        self._scene, self._application = scene, application
        self._viewport = QWidget()
        self._slices = {name: self._slice(name, way) for name, way in _SLICES.items()}
        self._plot = qMRMLPlotWidget(self._viewport)
        self._three_d = qMRMLThreeDWidget(self._viewport)
        self._three_d._logic = self._registered(slicer.vtkMRMLViewLogic(), application.GetViewLogics())
        self._three_d._logic.AddViewNode("1")
        self._layout_logic = slicer.vtkMRMLLayoutLogic()
        self._layout_logic.SetMRMLScene(scene)

    def _registered(self, logic: Any, logics: Any) -> Any:
        logic.SetMRMLApplicationLogic(self._application)
        logics.AddItem(logic)
        logic.SetMRMLScene(self._scene)
        return logic

    def _slice(self, name: str, orientation: str) -> qMRMLSliceWidget:
        widget = qMRMLSliceWidget(self._viewport)
        widget._logic = self._registered(slicer.vtkMRMLSliceLogic(), self._application.GetSliceLogics())
        node = widget._logic.AddSliceNode(name)
        node.SetOrientation(orientation)
        return widget

    def _get_layout(self) -> int:
        node = self._layout_logic.GetLayoutNode()
        return int(node.GetViewArrangement()) if node else 0

    def setLayout(self, layout: int) -> None:
        self._layout_logic.GetLayoutNode().SetViewArrangement(layout)
        self.layoutChanged.emit(layout)

    layout = Property(int, _get_layout, setLayout)

    def sliceViewNames(self) -> tuple[str, ...]:
        return tuple(self._slices)

    def sliceWidget(self, name: str) -> qMRMLSliceWidget | None:
        return self._slices.get(name)

    def threeDWidget(self, _view: int | str) -> qMRMLThreeDWidget:
        return self._three_d

    threeDViewCount = Property(int, lambda self: 1)

    plotViewCount = Property(int, lambda self: int(self.activeMRMLPlotViewNode() is not None))

    def plotWidget(self, _view: int) -> qMRMLPlotWidget:
        self._plot._node = self.activeMRMLPlotViewNode()
        return self._plot

    def mrmlSliceLogics(self) -> Any:
        return self._application.GetSliceLogics()

    def layoutLogic(self) -> Any:
        return self._layout_logic

    def viewport(self) -> QWidget:
        return self._viewport

    def activeMRMLPlotViewNode(self) -> Any:
        return self._scene.GetFirstNodeByClass("vtkMRMLPlotViewNode")

    def activeMRMLTableViewNode(self) -> Any:
        return self._scene.GetFirstNodeByClass("vtkMRMLTableViewNode")

    def resetSliceViews(self) -> None:
        for widget in self._slices.values():
            widget.fitSliceToBackground()

    def resetThreeDViews(self) -> None:
        """Point the camera at what is shown: nothing is."""

    def setRenderPaused(self, paused: bool) -> None:
        """Stop drawing: nothing is drawn."""

    def pauseRender(self) -> None:
        self.setRenderPaused(True)

    def resumeRender(self) -> None:
        self.setRenderPaused(False)
