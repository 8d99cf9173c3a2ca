"""Slicer's widgets over the real scene: the plain ones. Selectors and the Segment Editor have files of their own."""

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget


class qMRMLWidget(QWidget):
    """A widget that knows the scene."""

    mrmlSceneChanged = Signal(object)
    SIGNALS = {"mrmlSceneChanged(vtkMRMLScene*)": "mrmlSceneChanged"}
    _scene: Any = None

    def mrmlScene(self) -> Any:
        return self._scene

    def setMRMLScene(self, scene: Any) -> None:
        if scene is not self._scene:
            self._scene = scene
            self.mrmlSceneChanged.emit(scene)


class qSlicerWidget(qMRMLWidget):
    """Widget with a scene, for modules."""
