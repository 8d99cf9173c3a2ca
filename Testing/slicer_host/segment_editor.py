"""The Segment Editor (``qMRMLSegmentEditorWidget``): its real parameter node, and effects by name.

There is no painting with the mouse and no toolbar; ``segment_effects`` says what an effect can do.
"""

from typing import Any

import slicer
import vtk
from PySide6.QtCore import Property, Signal
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from Testing.slicer_host.mrml_widgets import qMRMLWidget
from Testing.slicer_host.observers import Observers
from Testing.slicer_host.properties import stored
from Testing.slicer_host.segment_effects import EFFECTS, Effect

_TABLE_HEIGHT = 100


def _switch(name: str) -> Property:
    return stored(bool, name, default=True)


class qMRMLSegmentsTableView(qMRMLWidget):
    """The editor's own list of segments: it shows nothing here, but takes room, and a segment can be chosen in it."""

    _chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumHeight(_TABLE_HEIGHT)

    def setSelectedSegmentIDs(self, segment_ids: list[str]) -> None:
        self._chosen.emit(segment_ids[0] if segment_ids else "")


class qMRMLSegmentEditorWidget(qMRMLWidget):
    """The editor: which segmentation, which volume, which segment, which effect. All of it is kept in the node."""

    currentSegmentIDChanged = Signal(str)
    SIGNALS = {"currentSegmentIDChanged(QString)": "currentSegmentIDChanged"}
    segmentationNodeSelectorVisible = _switch("segmentationNodeSelectorVisible")
    sourceVolumeNodeSelectorVisible = _switch("sourceVolumeNodeSelectorVisible")
    switchToSegmentationsButtonVisible = _switch("switchToSegmentationsButtonVisible")
    addRemoveSegmentButtonsVisible = _switch("addRemoveSegmentButtonsVisible")
    specifyGeometryButtonVisible = _switch("specifyGeometryButtonVisible")
    show3DButtonVisible = _switch("show3DButtonVisible")
    maskingSectionVisible = _switch("maskingSectionVisible")
    unorderedEffectsVisible = _switch("unorderedEffectsVisible")
    effectColumnCount = stored(int, "effectColumnCount", 2)
    effectButtonStyle = stored(int, "effectButtonStyle", 0)
    maximumNumberOfUndoStates = stored(int, "maximumNumberOfUndoStates", 10)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._node: Any = None
        self._observers, self._scene_observers = Observers(self), Observers(self)
        self._listed: Any = None  # what the editor's own selector of a segmentation shows, which may be hidden
        self._order: tuple[str, ...] = tuple(EFFECTS)
        self._effects = {name: Effect(name, self) for name in EFFECTS}
        self._history = slicer.vtkSegmentationHistory()
        self._history.SetMaximumNumberOfStates(10)
        self._note = QLabel("[Segment Editor]")
        # As in Slicer, a frame that can be stretched (a ctkExpandableWidget) holds the table, and stays without it.
        self._frame = QFrame()
        self._frame.setObjectName("SegmentsTableResizableFrame")
        self._frame.setMinimumHeight(_TABLE_HEIGHT)
        table = qMRMLSegmentsTableView()
        table._chosen.connect(self._on_chosen_in_table)
        QVBoxLayout(self._frame).addWidget(table)
        rows = QVBoxLayout(self)
        rows.addWidget(self._note)
        rows.addWidget(self._frame)

    def _changed(self, name: str) -> None:
        """Do nothing, since nothing is shown."""

    def setMRMLScene(self, scene: Any) -> None:
        """Follow a scene. Its own selector forgets its node with an import, and rules when a batch of work ends."""
        super().setMRMLScene(scene)
        self._scene_observers.stop()
        for event in (scene.EndImportEvent, scene.EndCloseEvent):
            self._scene_observers.add(scene, event, lambda *_: self._on_list_anew())
        self._scene_observers.add(scene, scene.EndBatchProcessEvent, lambda *_: self._on_end_of_batch())

    def _on_list_anew(self) -> None:
        self._listed = None
        if not self.mrmlScene().IsBatchProcessing():
            self.setSegmentationNode(None)

    def _on_end_of_batch(self) -> None:
        if self._node is not None and self.segmentationNode() is not self._listed:
            self.setSegmentationNode(self._listed)
        self.updateWidgetFromMRML()

    def mrmlSegmentEditorNode(self) -> Any:
        return self._node

    def setMRMLSegmentEditorNode(self, node: Any) -> None:
        self._observers.stop()
        self._node = node
        if node is not None:
            self._observers.add(node, vtk.vtkCommand.ModifiedEvent, lambda *_: self.updateWidgetFromMRML())
        self.updateWidgetFromMRML()

    def updateWidgetFromMRML(self) -> None:
        """Tell of what changed in the node; nothing while a scene is loaded or closed."""
        scene = self.mrmlScene()
        if scene is None or scene.IsClosing() or scene.IsBatchProcessing():
            return
        self._listed = self.segmentationNode()
        self._history.SetSegmentation(self._listed.GetSegmentation() if self._listed is not None else None)
        self._note.setText(f"[Segment Editor: {self._name_of_segment()}, {self._active_name() or 'no effect'}]")

    def segmentationNode(self) -> Any:
        return self._node.GetSegmentationNode() if self._node is not None else None

    def setSegmentationNode(self, node: Any) -> None:
        """Edit a segmentation. As in Slicer, its first segment and its reference volume are selected."""
        if self._node is None:
            return
        with slicer.util.NodeModify(self._node):
            if node is not self.segmentationNode():
                self._node.SetAndObserveSegmentationNode(node)
                self._node.SetSelectedSegmentID("")
            segmentation = node.GetSegmentation() if node is not None else None
            if segmentation is not None and segmentation.GetNumberOfSegments() and not self.currentSegmentID():
                self._node.SetSelectedSegmentID(segmentation.GetNthSegmentID(0))
            if node is not None and (volume := node.GetNodeReference(node.GetReferenceImageGeometryReferenceRole())):
                self._node.SetAndObserveSourceVolumeNode(volume)

    def sourceVolumeNode(self) -> Any:
        return self._node.GetSourceVolumeNode() if self._node is not None else None

    def setSourceVolumeNode(self, node: Any) -> None:
        """Edit on the grid of a volume, where the segmentation has no reference geometry of its own."""
        if self._node is None or self.segmentationNode() is None:
            return
        self._node.SetAndObserveSourceVolumeNode(node)
        segmentation = self.segmentationNode()
        if node is not None and not segmentation.GetNodeReferenceID(
            segmentation.GetReferenceImageGeometryReferenceRole()
        ):
            segmentation.SetReferenceImageGeometryParameterFromVolumeNode(node)

    def currentSegmentID(self) -> str:
        return (self._node.GetSelectedSegmentID() or "") if self._node is not None else ""

    def setCurrentSegmentID(self, segment_id: str) -> None:
        """Choose a segment, as a program and the editor's keys do: as in Slicer, only the node tells of it."""
        if self._node is not None:
            self._node.SetSelectedSegmentID(segment_id)

    def _on_chosen_in_table(self, segment_id: str) -> None:
        if segment_id != self.currentSegmentID():
            self.setCurrentSegmentID(segment_id)
            self.currentSegmentIDChanged.emit(segment_id)

    def activeEffect(self) -> Effect | None:
        return self._effects.get(self._active_name())

    def setActiveEffect(self, effect: Effect | None) -> None:
        self.setActiveEffectByName(effect.name if effect is not None else "")

    def setActiveEffectByName(self, name: str) -> None:
        """Choose an effect; a name that there is none of chooses none."""
        if self._node is not None:
            self._node.SetActiveEffectName(name if name in self._effects else "")

    def effectByName(self, name: str) -> Effect | None:
        return self._effects.get(name)

    def effectNameOrder(self) -> tuple[str, ...]:
        return self._order

    def setEffectNameOrder(self, names: list[str] | tuple[str, ...]) -> None:
        self._order = tuple(names)

    def saveStateForUndo(self) -> None:
        """Keep the segmentation for undo."""
        if self._history.GetSegmentation() is not None:
            self._history.SaveState()

    def undo(self) -> None:
        """Take the last edit back."""
        if self._history.IsRestorePreviousStateAvailable():
            self._history.RestorePreviousState()

    def installKeyboardShortcuts(self, widget: QWidget | None = None) -> None:
        """Listen to the effects' keys: there are none here."""

    def uninstallKeyboardShortcuts(self) -> None:
        """Listen no more."""

    def setupViewObservations(self) -> None:
        """Listen to the mouse in the views: nothing can be painted here."""

    def removeViewObservations(self) -> None:
        """Listen no more."""

    def _active_name(self) -> str:
        return (self._node.GetActiveEffectName() or "") if self._node is not None else ""

    def _name_of_segment(self) -> str:
        node, segment_id = self.segmentationNode(), self.currentSegmentID()
        segment = node.GetSegmentation().GetSegment(segment_id) if node is not None and segment_id else None
        return segment.GetName() if segment is not None else "no segment"
