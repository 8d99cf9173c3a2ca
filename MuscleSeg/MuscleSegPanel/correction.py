"""The section *Correct*: Slicer's Segment Editor, set to the chosen muscle."""

from collections.abc import Callable

import slicer
import slicer.util
from slicer.i18n import tr as _

from MuscleSegLib.scene.automatic import automatic_of
from MuscleSegLib.scene.muscles import set_mask
from MuscleSegLib.scene.segmentations import segments_by_value
from MuscleSegLib.volume import Volume
from MuscleSegPanel.message import Message

_EFFECTS = ("Paint", "Draw", "Erase", "Level tracing", "Fill between slices", "Smoothing", "Islands", "Scissors")
"""The Segment Editor's own names, in the order in which its buttons stand and its number keys choose them."""

_SINGLETON = "MuscleSeg"


class CorrectionSection:
    """The Segment Editor with a node of its own, so that the module of that name keeps its choices."""

    def __init__(self, ui: object, on_chosen: Callable[[int], None]) -> None:
        self.message = Message(ui.correctMessage)
        self._ui, self._editor, self._on_chosen = ui, ui.segmentEditor, on_chosen
        self._scan: slicer.vtkMRMLScalarVolumeNode | None = None
        self._segmentation: slicer.vtkMRMLSegmentationNode | None = None
        self._value: int | None = None
        self._followed: tuple[slicer.vtkMRMLSegmentEditorNode, int] | None = None  # the editor's node, and the observer
        self._editor.setEffectNameOrder(_EFFECTS)
        # The panel's own list of muscles is just above. The frame around the editor's can be stretched: it goes along.
        for segments in slicer.util.findChildren(self._editor, className="qMRMLSegmentsTableView"):
            segments.visible = False
        for frame in slicer.util.findChildren(self._editor, name="SegmentsTableResizableFrame"):
            frame.visible = False
        ui.restoreButton.connect("clicked()", self.restore)
        self.show_chosen(None, "", is_corrected=False)

    def renew(self) -> None:
        """Give the editor its node in this scene, and follow which segment is chosen there."""
        self.stop()
        node = _editor_node()
        self._editor.setMRMLSegmentEditorNode(node)
        # The editor's signal tells what is chosen in its table, and not what its keys for the next segment choose.
        self._followed = node, node.AddObserver("ModifiedEvent", self._on_node)

    def stop(self) -> None:
        """Follow the editor no longer."""
        if self._followed is not None:
            node, observer = self._followed
            node.RemoveObserver(observer)
        self._followed = None

    def enter(self) -> None:
        """Make the editor ready."""
        self.renew()
        self._editor.installKeyboardShortcuts()
        self._editor.setupViewObservations()

    def exit(self) -> None:
        """Put the brush away, so that no other module paints."""
        self._editor.setActiveEffect(None)
        self._editor.uninstallKeyboardShortcuts()
        self._editor.removeViewObservations()

    def forget(self) -> None:
        """Let go of all nodes, before the scene is closed."""
        self.stop()
        self._editor.setActiveEffect(None)
        self._editor.setSegmentationNode(None)
        self._editor.removeViewObservations()
        self._editor.setMRMLSegmentEditorNode(None)
        self._scan, self._segmentation = None, None
        self.show_chosen(None, "", is_corrected=False)

    def show_nodes(
        self, scan: slicer.vtkMRMLScalarVolumeNode | None, segmentation: slicer.vtkMRMLSegmentationNode | None
    ) -> None:
        """Set what is edited."""
        if segmentation is not self._segmentation:
            self.show_chosen(None, "", is_corrected=False)
        self._scan, self._segmentation = scan, segmentation
        if self._editor.mrmlSegmentEditorNode() is None:
            return  # the module has not been opened in this scene; ``enter`` comes before anybody edits
        self._editor.setSegmentationNode(segmentation)
        if segmentation is not None and scan is not None:
            self._editor.setSourceVolumeNode(scan)

    def keep_nodes(self) -> None:
        """Set again what is edited, where the editor has chosen something else by itself."""
        node = self._editor.mrmlSegmentEditorNode()
        if node is not None and node.GetSegmentationNode() is not self._segmentation:
            self.show_nodes(self._scan, self._segmentation)

    def show_chosen(self, value: int | None, name: str, *, is_corrected: bool) -> None:
        """Set the editor to a muscle.

        Args:
            value: Its label value, or None for none.
            name: What a person calls it.
            is_corrected: Whether there is anything to restore.

        """
        self._value = value
        self._ui.correctLabel.text = name or _("Choose a muscle in the list above.")
        self._ui.restoreButton.enabled = value is not None and is_corrected
        identity = segments_by_value(self._segmentation).get(value) if self._segmentation else None
        if (
            identity
            and self._editor.mrmlSegmentEditorNode() is not None
            and identity != self._editor.currentSegmentID()
        ):
            self._editor.setCurrentSegmentID(identity)

    def restore(self) -> None:
        """Give the chosen muscle back what the network drew."""
        automatic = automatic_of(self._segmentation) if self._segmentation else None
        if automatic is None or self._value is None:
            return
        with self.message.instead_of_errors():
            self._editor.saveStateForUndo()
            set_mask(self._segmentation, self._value, Volume(automatic.array == self._value, automatic.geometry))
            self.message.tell("")

    def _on_node(self, node: slicer.vtkMRMLSegmentEditorNode, _event: str) -> None:
        if self._segmentation is None:
            return
        values = {own: value for value, own in segments_by_value(self._segmentation).items()}
        value = values.get(node.GetSelectedSegmentID(), self._value)
        if value is not None and value != self._value:
            self._on_chosen(value)


def _editor_node() -> slicer.vtkMRMLSegmentEditorNode:
    """Return the editor's node in this scene: muscles must not overlap, so that painting one erases its neighbors."""
    node = slicer.mrmlScene.GetSingletonNode(_SINGLETON, "vtkMRMLSegmentEditorNode")
    if node is None:
        node = slicer.vtkMRMLSegmentEditorNode()
        node.SetSingletonTag(_SINGLETON)
        node = slicer.mrmlScene.AddNode(node)
    node.SetOverwriteMode(slicer.vtkMRMLSegmentEditorNode.OverwriteAllSegments)
    return node
