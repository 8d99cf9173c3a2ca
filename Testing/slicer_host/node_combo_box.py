"""The selector of a node of the scene (``qMRMLNodeComboBox``)."""

from typing import Any

import vtk
from PySide6.QtCore import Property, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from Testing.slicer_host.observers import Observers
from Testing.slicer_host.properties import stored

_CREATE = "create "
_ACTION = "action"
_EVENTS = ("NodeAddedEvent", "NodeRemovedEvent", "EndBatchProcessEvent")
_ANEW = ("EndCloseEvent", "EndImportEvent")
_NODE_SIGNALS = ("nodeAdded", "nodeAddedByUser", "nodeActivated", "nodeAboutToBeRemoved", "nodeAboutToBeEdited")


class qMRMLNodeComboBox(QWidget):
    """A combo box of the scene's nodes of some classes, with entries that create, rename and delete one.

    As in Slicer, a node that comes selects nothing by itself, and where the selected one goes, whatever takes its row
    is selected. After an import and after the scene was closed the list is made anew, and nothing is selected.
    """

    currentNodeChanged = Signal(object)
    currentNodeIDChanged = Signal(str)
    nodeAdded = Signal(object)
    nodeAddedByUser = Signal(object)
    nodeActivated = Signal(object)
    nodeAboutToBeRemoved = Signal(object)
    nodeAboutToBeEdited = Signal(object)
    _isNodeChanged = Signal(bool)
    SIGNALS = {
        "currentNodeChanged(vtkMRMLNode*)": "currentNodeChanged",
        "currentNodeChanged(bool)": "_isNodeChanged",
        "currentNodeIDChanged(QString)": "currentNodeIDChanged",
        **{f"{name}(vtkMRMLNode*)": name for name in _NODE_SIGNALS},
    }
    nodeTypes = stored("QStringList", "nodeTypes", [])
    hideChildNodeTypes = stored("QStringList", "hideChildNodeTypes", [])
    showChildNodeTypes = stored(bool, "showChildNodeTypes", default=True)
    showHidden = stored(bool, "showHidden", default=False)
    noneEnabled = stored(bool, "noneEnabled", default=False)
    noneDisplay = stored(str, "noneDisplay", "None")
    addEnabled = stored(bool, "addEnabled", default=True)
    removeEnabled = stored(bool, "removeEnabled", default=True)
    renameEnabled = stored(bool, "renameEnabled", default=False)
    editEnabled = stored(bool, "editEnabled", default=False)
    baseName = stored(str, "baseName", "")
    selectNodeUponCreation = stored(bool, "selectNodeUponCreation", default=True)
    interactionNodeSingletonTag = stored(str, "interactionNodeSingletonTag", "Singleton")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._id = ""
        self._scene: Any = None
        self._observers = Observers(self)
        self._attributes: list[tuple[str, str, Any]] = []
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
            self._observers.add(scene, scene.NodeAboutToBeRemovedEvent, self._on_about_to_be_removed)
        self._refresh()
        self.setEnabled(scene is not None)

    def addAttribute(self, node_type: str, name: str, value: Any = None) -> None:
        self._attributes.append((node_type, name, value))
        self._refresh()

    def removeAttribute(self, node_type: str, name: str) -> None:
        self._attributes = [one for one in self._attributes if one[:2] != (node_type, name)]
        self._refresh()

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

    def setCurrentNodeIndex(self, index: int) -> None:
        self.setCurrentNode(self.nodeFromIndex(index))

    def addNode(self, node_type: str = "") -> Any:
        """Create a node as the entry "Create new" does."""
        kind = node_type or self.nodeTypes[0]
        node = self._scene.AddNewNodeByClass(kind, self._scene.GenerateUniqueName(self.baseName or _label(kind)))
        self.nodeAdded.emit(node)
        if self.selectNodeUponCreation:
            self.setCurrentNode(node)
        self.nodeAddedByUser.emit(node)
        return node

    def removeCurrentNode(self) -> None:
        self._scene.RemoveNode(self.currentNode())

    def _changed(self, name: str) -> None:
        self._refresh()

    def _nodes(self) -> list[Any]:
        if self._scene is None:
            return []
        every = (self._scene.GetNthNode(index) for index in range(self._scene.GetNumberOfNodes()))
        return [node for node in every if self._shows(node)]

    def _shows(self, node: Any) -> bool:
        if node.GetHideFromEditors() and not self.showHidden:
            return False
        if any(node.IsA(kind) for kind in self.hideChildNodeTypes if node.GetClassName() not in self.nodeTypes):
            return False
        has_type = node.IsA if self.showChildNodeTypes else lambda kind: node.GetClassName() == kind
        if not any(has_type(kind) for kind in self.nodeTypes):
            return False
        wanted = [(name, value) for kind, name, value in self._attributes if node.IsA(kind)]
        return all(_has(node, name, value) for name, value in wanted)

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
        for text, data in self._actions():
            self._box.addItem(text, data)
        if before and self._box.findData(before) < 0:
            taken = self._box.itemData(min(row, self._box.count - 1)) if self._box.count else ""
            self._select("" if str(taken).startswith((_CREATE, _ACTION)) else taken)
        else:
            self._box.setCurrentIndex(self._box.findData(before))

    def _actions(self) -> list[tuple[str, str]]:
        created = [(f"Create new {_label(kind)}", _CREATE + kind) for kind in self.nodeTypes if self.addEnabled]
        removed = [("Delete current", f"{_ACTION} remove")] if self.removeEnabled else []
        return created + removed if self._scene is not None else []

    def _select(self, node_id: str) -> None:
        self._box.setCurrentIndex(self._box.findData(node_id))
        if node_id != self._id:
            self._id = node_id
            node = self.currentNode()
            self.currentNodeChanged.emit(node)
            self._isNodeChanged.emit(node is not None)
            self.currentNodeIDChanged.emit(node_id)

    def _on_activated(self, row: int) -> None:
        data = self._box.itemData(row)
        if data.startswith(_CREATE):
            self.addNode(data.removeprefix(_CREATE))
        elif data.startswith(_ACTION):
            self.removeCurrentNode()
        else:
            self._select(data)
            self.nodeActivated.emit(self.currentNode())

    @vtk.calldata_type(vtk.VTK_OBJECT)
    def _on_about_to_be_removed(self, scene: Any, event: str, node: Any) -> None:
        if self._shows(node):
            self.nodeAboutToBeRemoved.emit(node)


def _label(node_type: str) -> str:
    return node_type.removeprefix("vtkMRML").removesuffix("Node")


def _has(node: Any, attribute: str, value: Any) -> bool:
    found = node.GetAttribute(attribute)
    return found is not None if value is None else found == str(value)
