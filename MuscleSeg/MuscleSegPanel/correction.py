"""The section *Correct*: Slicer's Segment Editor, set to the chosen muscle and to no other."""

from collections.abc import Callable, Iterable

import qt
import slicer
import slicer.util
from slicer.i18n import tr as _

from MuscleSegLib.scene.corrected_slices import keep_drawn, keep_drawn_nowhere
from MuscleSegLib.scene.muscle_masks import add_muscle, restore_muscle
from MuscleSegLib.scene.segmentations import segments_by_value
from MuscleSegLib.scene.visibility import ShownAlone
from MuscleSegPanel.measuring import Inputs, drawn_by_network
from MuscleSegPanel.message import Message

_FILL = "Fill between slices"
_EFFECTS = ("Paint", "Draw", "Erase", "Level tracing", _FILL, "Smoothing", "Islands", "Scissors")
"""The Segment Editor's own names, in the order in which its buttons stand and its number keys choose them."""

_PREVIEW = "SegmentationResultPreview"
"""Role in the editor's node of the preview of *Fill between slices*."""

_SINGLETON = "MuscleSeg"


class CorrectionSection:
    """Segment Editor with a separate node, so that Slicer's module of that name keeps its choices.

    The label above the editor names the edited segment: the chosen muscle, or nothing.
    """

    def __init__(
        self, ui: object, on_chosen: Callable[[int | None], None], *, on_visibility: Callable[[], None]
    ) -> None:
        """Prepare the editor.

        Args:
            ui: The panel's widgets.
            on_chosen: Called with the label value of the muscle that somebody chose in the editor, None for a segment
                that is no muscle.
            on_visibility: Called when segments were hidden or shown for an effect.
        """
        self.message = Message(ui.correctMessage, ui.musclesSection)
        self._ui, self._editor = ui, ui.segmentEditor
        self._on_chosen, self._on_visibility = on_chosen, on_visibility
        self._inputs: Inputs | None = None
        self._value: int | None = None
        self._is_choosing = False
        self._alone: ShownAlone | None = None
        self._followed: tuple[slicer.vtkMRMLSegmentEditorNode, int] | None = None  # the editor's node, and the observer
        self._editor.setMRMLSegmentEditorNode(_editor_node())  # first: without one, Slicer's console complains
        self._editor.setEffectNameOrder(_EFFECTS)
        self._editor.effectButtonStyle = qt.Qt.ToolButtonIconOnly  # names would make the panel half as wide again
        # The panel's own list of muscles is just above. The frame around the editor's can be stretched: it goes along.
        for segments in slicer.util.findChildren(self._editor, className="qMRMLSegmentsTableView"):
            segments.visible = False
        for frame in slicer.util.findChildren(self._editor, name="SegmentsTableResizableFrame"):
            frame.visible = False
        ui.restoreButton.connect("clicked()", self.restore)
        ui.protectCheckBox.connect("toggled(bool)", lambda _on: self._protect())
        self.show_chosen(None, "", is_corrected=False)

    def renew(self) -> None:
        """Give the editor its node in this scene, and follow the choice there."""
        self.stop()
        node = _editor_node()
        self._editor.setMRMLSegmentEditorNode(node)
        self._protect()
        # The editor's signal tells of choices in its table, but not of its keys for the next segment.
        self._followed = node, node.AddObserver("ModifiedEvent", self._on_node)

    def stop(self) -> None:
        """Follow the editor no longer."""
        if self._followed is not None:
            node, observer = self._followed
            node.RemoveObserver(observer)
        self._followed = None
        self._show_all()

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
        self._inputs = None
        self.show_chosen(None, "", is_corrected=False)

    def show_nodes(self, inputs: Inputs | None) -> None:
        """Set the edited segmentation. In another segmentation no muscle is chosen at first."""
        segmentation = inputs.segmentation if inputs else None
        is_another = segmentation is not self._segmentation
        self._inputs = inputs
        if self._editor.mrmlSegmentEditorNode() is not None:  # else ``enter`` comes before anybody edits
            self._is_choosing = True
            self._editor.setSegmentationNode(segmentation)
            if inputs is not None:
                self._editor.setSourceVolumeNode(inputs.scan)
            self._is_choosing = False
        if is_another:
            self.message.tell("")
            self.show_chosen(None, "", is_corrected=False)
        else:
            self._edit(self._value)

    def keep_nodes(self) -> None:
        """Set the edited segmentation again, where the editor has chosen another by itself."""
        node = self._editor.mrmlSegmentEditorNode()
        if node is not None and node.GetSegmentationNode() is not self._segmentation:
            self.show_nodes(self._inputs)

    def show_chosen(self, value: int | None, name: str, *, is_corrected: bool) -> None:
        """Set the editor to a muscle, and to no segment where the muscle has none.

        Args:
            value: Label value of the muscle, or None for none.
            name: Name of the muscle for a person.
            is_corrected: Whether there is anything to restore.
        """
        self._value = value
        self._edit(value)
        self._ui.restoreButton.enabled = value is not None and is_corrected
        self._ui.correctLabel.text = self._label(name)

    def muscle_in_editor(self) -> int | None:
        """Return the label value of the edited muscle, None where the edited segment is no muscle."""
        return self._muscles().get(self._editor.currentSegmentID() or "") if self._segment() is not None else None

    def provide(self, value: int) -> None:
        """Add a missing muscle's empty segment, to draw in.

        Raises:
            MuscleSegError: The segmentation is made of surfaces.
        """
        if self._segmentation is not None and value not in self._muscles().values():
            self._editor.saveStateForUndo()
            add_muscle(self._segmentation, self._inputs.region, value)
            keep_drawn_nowhere(self._segmentation, value)

    def restore(self) -> None:
        """Restore the chosen muscle's automatic mask, and its neighbors' voxels that were taken for it."""
        with self.message.instead_of_errors():
            automatic = drawn_by_network(self._inputs) if self._inputs else None
            if automatic is None or self._value is None:
                return
            self._editor.saveStateForUndo()
            if self._value not in self._muscles().values():
                add_muscle(self._segmentation, self._inputs.region, self._value)
            self.message.tell("")
            self._name_others(restore_muscle(self._segmentation, self._value, automatic))
            keep_drawn(self._segmentation, automatic, reference=self._inputs.scan, values=[self._value])
            self._edit(self._value)

    def name_edited(self, values: Iterable[int]) -> None:
        """Name the muscles, if any, that an effect changed beside the chosen muscle."""
        if self._value is not None and self._editor.activeEffect() is not None:
            self._name_others(values)

    def save_for_undo(self, segmentation: slicer.vtkMRMLSegmentationNode) -> None:
        """Save a segmentation's state for the editor's Undo, if it is the edited segmentation."""
        if segmentation is self._segmentation and self._editor.mrmlSegmentEditorNode() is not None:
            self._editor.saveStateForUndo()

    @property
    def editor(self) -> slicer.qMRMLSegmentEditorWidget:
        """The Segment Editor."""
        return self._editor

    @property
    def _segmentation(self) -> slicer.vtkMRMLSegmentationNode | None:
        return self._inputs.segmentation if self._inputs else None

    def _muscles(self) -> dict[str, int]:
        """Return the label value by segment ID."""
        if self._segmentation is None:
            return {}
        return {identity: value for value, identity in segments_by_value(self._segmentation).items()}

    def _edit(self, value: int | None) -> None:
        """Choose a muscle's segment in the editor; without a segment the brush is put away.

        A segment of the user that is chosen in the editor stays chosen where no muscle is.
        """
        if self._editor.mrmlSegmentEditorNode() is None:
            return
        muscles, current = self._muscles(), self._editor.currentSegmentID() or ""
        identity = next((segment for segment, number in muscles.items() if number == value), "")
        if identity != current and (value is not None or current in muscles):
            self._is_choosing = True
            self._drop_preview()
            if not identity:
                self._editor.setActiveEffect(None)
            self._editor.setCurrentSegmentID(identity)
            self._is_choosing = False
        self._follow_effect()

    def _label(self, name: str) -> str:
        if self._value is None:
            segment = self._segment()
            return segment.GetName() if segment is not None else _("Choose a muscle in the list above.")
        if self._segmentation is not None and self._value not in self._muscles().values():
            return _("There is no {muscle}: click it in the list to draw it.").format(muscle=name)
        return name

    def _segment(self) -> slicer.vtkSegment | None:
        """Return the edited segment."""
        if self._segmentation is None or self._editor.mrmlSegmentEditorNode() is None:
            return None
        identity = self._editor.currentSegmentID()
        return self._segmentation.GetSegmentation().GetSegment(identity) if identity else None

    def _protect(self) -> None:
        """Let strokes end at the borders of all other segments, or not."""
        node, kind = self._editor.mrmlSegmentEditorNode(), slicer.vtkMRMLSegmentationNode
        is_on = self._ui.protectCheckBox.checked
        if node is not None:
            node.SetMaskMode(kind.EditAllowedOutsideAllSegments if is_on else kind.EditAllowedEverywhere)

    def _name_others(self, values: Iterable[int]) -> None:
        identities = segments_by_value(self._segmentation)
        segments = self._segmentation.GetSegmentation()
        others = [identities[value] for value in values if value != self._value and value in identities]
        if others:
            names = ", ".join(segments.GetSegment(identity).GetName() for identity in others)
            self.message.tell(_("This changed other muscles too: {names}. Undo takes it back.").format(names=names))

    def _follow_effect(self) -> None:
        """Show the chosen segment alone while *Fill between slices* is active, which fills all that are visible."""
        is_filling = self._editor.mrmlSegmentEditorNode().GetActiveEffectName() == _FILL
        if is_filling and self._segment() is None:
            self._editor.setActiveEffect(None)
            is_filling = False
        identity = self._editor.currentSegmentID() if is_filling else ""
        if self._alone is not None and self._alone.identity != identity:
            self._show_all()
        if identity and self._alone is None:
            self._alone = ShownAlone(self._segmentation, identity)
            self._on_visibility()

    def _show_all(self) -> None:
        if self._alone is not None:
            self._alone.end()
            self._alone = None
            self._on_visibility()

    def _drop_preview(self) -> None:
        """Remove the preview of *Fill between slices* for the segment chosen until now."""
        if self._editor.mrmlSegmentEditorNode().GetNodeReference(_PREVIEW) is not None:
            self._editor.effectByName(_FILL).self().onCancel()

    def _on_node(self, _node: slicer.vtkMRMLSegmentEditorNode, _event: str) -> None:
        if self._is_choosing or self._segmentation is None:
            return
        self._protect()  # another scene's node, say, has another mode
        muscles, selected = self._muscles(), self._editor.currentSegmentID()
        if self._value is not None and self._value not in muscles.values():
            self._on_chosen(self._value)  # its segment was removed, and Slicer may have chosen a neighbor by itself
        elif selected and muscles.get(selected) != self._value:
            self._on_chosen(muscles.get(selected))
        self._follow_effect()


def _editor_node() -> slicer.vtkMRMLSegmentEditorNode:
    """Return the editor's node in this scene. Muscles do not overlap: a neighbor that is not protected gives way."""
    node = slicer.mrmlScene.GetSingletonNode(_SINGLETON, "vtkMRMLSegmentEditorNode")
    if node is None:
        node = slicer.vtkMRMLSegmentEditorNode()
        node.SetSingletonTag(_SINGLETON)
        node = slicer.mrmlScene.AddNode(node)
    node.SetOverwriteMode(slicer.vtkMRMLSegmentEditorNode.OverwriteAllSegments)
    return node
