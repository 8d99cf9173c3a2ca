"""What happens between Segment and the muscles in the scene."""

import time
from collections.abc import Callable

import slicer
from slicer.i18n import tr as _

from MuscleSegLib.anatomy import LOWER_LIMB
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference import segments_of
from MuscleSegLib.scene.automatic import Description, describe, keep_automatic
from MuscleSegLib.scene.segmentations import show_labels
from MuscleSegLib.scene.untouched import may_be_written
from MuscleSegLib.scene.volumes import geometry_of, voxels_digest
from MuscleSegLib.translatable import joined
from MuscleSegLib.volume import Volume, read_labels
from MuscleSegPanel.identity import name_result, new_result
from MuscleSegPanel.inputs import region_of
from MuscleSegPanel.jobs import Answer, Jobs, SegmentationRequest
from MuscleSegPanel.network_section import NetworkSection
from MuscleSegPanel.parameters import AUTOMATIC_REGION


class Segmenting:
    """The button's work: one segmentation at a time, which ends in one sentence."""

    def __init__(
        self,
        jobs: Jobs,
        section: NetworkSection,
        on_result: Callable[[SegmentationRequest, slicer.vtkMRMLSegmentationNode], bool],
        *,
        save_for_undo: Callable[[slicer.vtkMRMLSegmentationNode], None],
    ) -> None:
        self._jobs, self._section, self._on_result = jobs, section, on_result
        self._save_for_undo = save_for_undo
        self._order: SegmentationRequest | None = None
        self._start, self._is_told = 0.0, True

    def press(self, order: Callable[[], SegmentationRequest]) -> None:
        """Start, or stop what runs.

        Args:
            order: Returns what is chosen; asked only where something is started.

        """
        if self._jobs.is_segmenting:
            self._section.show_canceling()
            self._jobs.cancel()
            return
        self._start, self._is_told = time.monotonic(), True
        self._section.show_start()
        try:
            self._order = order()
            self._jobs.segment(
                self._order,
                progress=self._section.show_progress,
                done=self._done,
                failed=self._failed,
                canceled=self._canceled,
            )
        except MuscleSegError as error:
            self._failed(error.message)

    def cancel(self) -> None:
        """Stop what runs, if anything does, without a word: its scene is closed."""
        self._is_told = False
        self._jobs.cancel()

    def _done(self, answer: Answer) -> None:
        order, self._order = self._order, None
        self._section.show_end()
        with self._section.message.instead_of_errors():
            node = put_into_scene(order, answer, save_for_undo=self._save_for_undo)
            seconds = time.monotonic() - self._start
            self._section.show_run(answer["network"].partition(" ")[0], seconds)
            told = (_told(answer, seconds), _shown(order, answer), *self._unusual(answer), _where(order, node))
            # First, since nothing is said of a segmentation when another one is chosen.
            if not self._on_result(order, node):
                told = (_("The muscles are in {name}.").format(name=node.GetName()), *self._unusual(answer))
            self._section.message.tell(joined(" ", filter(None, told)))

    def _failed(self, sentence: str) -> None:
        self._order = None
        self._section.show_end()
        self._section.message.warn(sentence)

    def _canceled(self) -> None:
        self._order = None
        self._section.show_end()
        if self._is_told:
            self._section.message.tell(_("Canceled: nothing was changed."))

    def _unusual(self, answer: Answer) -> list[str]:
        return [note for note in answer["notes"] if note not in self._section.notes]


def put_into_scene(
    order: SegmentationRequest,
    answer: Answer,
    *,
    save_for_undo: Callable[[slicer.vtkMRMLSegmentationNode], None] = lambda _: None,
) -> slicer.vtkMRMLSegmentationNode:
    """Put a result into the nodes that were chosen when the job started, or into a new one where work would be lost.

    Args:
        order: What was chosen.
        answer: What the worker said.
        save_for_undo: Called before a segmentation is written over.

    Raises:
        MuscleSegError: The scan has gone or become another image meanwhile, or the labels cannot be read.

    """
    if not slicer.mrmlScene.IsNodePresent(order.scan):
        message = _("The scan was removed while it was segmented: the result is lost. Load the scan again.")
        raise MuscleSegError(message)
    found, _segments = read_labels(answer["output"])
    geometry = geometry_of(order.scan)  # as it lies now: somebody may have moved it
    if geometry.shape != found.array.shape or order.voxels not in ("", voxels_digest(order.scan)):
        raise MuscleSegError(_("The scan was changed while it was segmented: press Segment again."))
    labels = Volume(found.array, geometry)
    confidence = {int(value): float(number) for value, number in answer["confidence"].items()}
    two_legs, region = len(answer["sides"]) == 2, _region(order, answer)
    node = _target(order, region, save_for_undo)
    name_result(node, scan=order.scan.GetName(), network=answer["network"])
    segments = segments_of(region, two_legs=two_legs, confidence=confidence)
    show_labels(node, labels, segments, reference=order.scan)
    keep_automatic(node, labels)
    device, notes = answer["device"], tuple(answer["notes"])
    made = time.strftime("%Y-%m-%d %H:%M")
    describe(node, Description(region, two_legs, answer["network"], device, confidence, notes, made))
    return node


def _told(answer: Answer, seconds: float) -> str:
    device = _("the graphics card") if answer["device"] == "cuda" else _("the processor")
    sentence = _("Both legs were segmented in {seconds:.0f} s on {device}.")
    if len(answer["sides"]) < 2:
        sentence = _("One leg was segmented in {seconds:.0f} s on {device}.")
    return sentence.format(seconds=seconds, device=device)


def _region(order: SegmentationRequest, answer: Answer) -> str:
    """Return whose muscles a result holds, "lower-limb" for both."""
    return str(answer.get("region", order.region))


def _shown(order: SegmentationRequest, answer: Answer) -> str:
    """Return what the scan shows, for who left that to the networks."""
    if order.region != AUTOMATIC_REGION:
        return ""
    words = {
        "thigh": _("The scan shows the thigh."),
        "calf": _("The scan shows the calf."),
        LOWER_LIMB: _("The scan shows thigh and calf."),
    }
    return words[_region(order, answer)]


def _target(
    order: SegmentationRequest, region: str, save_for_undo: Callable[[slicer.vtkMRMLSegmentationNode], None]
) -> slicer.vtkMRMLSegmentationNode:
    """Return the chosen node, where nothing of a person's is lost in it at this moment; else a new one."""
    node = order.segmentation
    is_there = node is not None and slicer.mrmlScene.IsNodePresent(node)
    if is_there and may_be_written(node, region, reference=order.scan):
        save_for_undo(node)
        return node
    return new_result()


def _where(order: SegmentationRequest, node: slicer.vtkMRMLSegmentationNode) -> str:
    """Return where the muscles are, where that is not the segmentation that was chosen."""
    chosen = order.segmentation
    if chosen is None or chosen is node or not slicer.mrmlScene.IsNodePresent(chosen):
        return ""
    if region_of(chosen) not in ("", region_of(node)):
        told = _("{chosen} was left as it is, since it holds muscles of another region: see {new}.")
        return told.format(chosen=chosen.GetName(), new=node.GetName())
    told = _("{chosen} was left as it is, since its muscles are not just what a network drew of this scan: see {new}.")
    return told.format(chosen=chosen.GetName(), new=node.GetName())
