"""The selector of a node of the scene (``qMRMLNodeComboBox``)."""

from typing import Any

from PySide6.QtCore import Property, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from Testing.slicer_host.observers import Observers
from Testing.slicer_host.properties import stored

_EVENTS = ("NodeAddedEvent", "NodeRemovedEvent", "EndBatchProcessEvent")
_ANEW = ("EndCloseEvent", "EndImportEvent")


class qMRMLNodeComboBox(QWidget):
    """A combo box of the scene's nodes of some classes, without entries that create, rename or delete one.

    As in Slicer, a node that comes selects nothing by itself, and where the selected one goes, whatever takes its row
    is selected. After an import and after the scene was closed the list is made anew, and nothing is selected.
    """

    currentNodeChanged = Signal(object)
    currentNodeIDChanged = Signal(str)
    _isNodeChanged = Signal(bool)
    SIGNALS = {
        "currentNodeChanged(vtkMRMLNode*)": "currentNodeChanged",
        "currentNodeChanged(bool)": "_isNodeChanged",
        "currentNodeIDChanged(QString)": "currentNodeIDChanged",
    }
    nodeTypes = stored("QStringList", "nodeTypes", [])
    showChildNodeTypes = stored(bool, "showChildNodeTypes", default=True)
    noneEnabled = stored(bool, "noneEnabled", default=False)
    noneDisplay = stored(str, "noneDisplay", "None")
    addEnabled = stored(bool, "addEnabled", default=True)
    removeEnabled = stored(bool, "removeEnabled", default=True)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._id = ""
        self._scene: Any = None
        self._observers = Observers(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self._box = QComboBox()
        self._box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        row.addWidget(self._box)
        self._box.activated.connect(self._on_activated)
        self.setEnabled(False)

    def mrmlScene(self) -> Any:
        return self._scene

    def setMRMLScene(self, scene: Any) -> None:
        """Show the nodes of a scene, and hear of its changes."""
        if scene is self._scene:
            return
        self._observers.stop()
        self._scene = scene
        if scene is not None:
            for event in _EVENTS:
                self._observers.add(scene, getattr(scene, event), lambda *_: self._refresh())
            for event in _ANEW:
                self._observers.add(scene, getattr(scene, event), lambda *_: self._list_anew())
        self._refresh()
        self.setEnabled(scene is not None)

    def currentNode(self) -> Any:
        return self._scene.GetNodeByID(self._id) if self._scene is not None and self._id else None

    def setCurrentNode(self, node: Any) -> None:
        self.setCurrentNodeID(node if isinstance(node, str) else node.GetID() if node is not None else "")

    def setCurrentNodeID(self, node_id: str) -> None:
        """Select a node; one that the selector does not show selects nothing."""
        self._select(node_id if self._box.findData(node_id) >= 0 else "")

    currentNodeID = Property(str, lambda self: self._id, setCurrentNodeID)

    def nodeCount(self) -> int:
        return len(self._nodes())

    def nodeFromIndex(self, index: int) -> Any:
        nodes = self._nodes()
        return nodes[index] if 0 <= index < len(nodes) else None

    def _changed(self, name: str) -> None:
        self._refresh()

    def _nodes(self) -> list[Any]:
        if self._scene is None:
            return []
        every = (self._scene.GetNthNode(index) for index in range(self._scene.GetNumberOfNodes()))
        return [node for node in every if self._shows(node)]

    def _shows(self, node: Any) -> bool:
        if node.GetHideFromEditors():
            return False
        has_type = node.IsA if self.showChildNodeTypes else lambda kind: node.GetClassName() == kind
        return any(has_type(kind) for kind in self.nodeTypes)

    def _list_anew(self) -> None:
        """List the nodes anew, within a batch too (``qMRMLSceneModel::updateScene``): all rows go and come."""
        self._select("")
        self._fill()

    def _refresh(self) -> None:
        """List the nodes; if the selected one is gone, the entry in its row is selected instead."""
        if "_box" in vars(self) and (self._scene is None or not self._scene.IsBatchProcessing()):
            self._fill()

    def _fill(self) -> None:
        row, before = self._box.currentIndex, self._id
        self._box.clear()
        if self.noneEnabled:
            self._box.addItem(self.noneDisplay, "")
        for node in self._nodes():
            self._box.addItem(node.GetName() or "", node.GetID())
        if before and self._box.findData(before) < 0:
            self._select(self._box.itemData(min(row, self._box.count - 1)) if self._box.count else "")
        else:
            self._box.setCurrentIndex(self._box.findData(before))

    def _select(self, node_id: str) -> None:
        self._box.setCurrentIndex(self._box.findData(node_id))
        if node_id != self._id:
            self._id = node_id
            node = self.currentNode()
            self.currentNodeChanged.emit(node)
            self._isNodeChanged.emit(node is not None)
            self.currentNodeIDChanged.emit(node_id)

    def _on_activated(self, row: int) -> None:
        self._select(self._box.itemData(row))
