"""Segmentation from the press of Segment to the muscles in the scene; no Qt, no Slicer."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from MuscleSegLib.anatomy import LOWER_LIMB
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference import AUTO
from MuscleSegLib.translatable import _, joined
from MuscleSegLib.volume import Volume, read_labels
from MuscleSegPanel.interfaces import Answer, ButtonState, Node, Scene, View, errors_shown
from MuscleSegPanel.jobs import Jobs, SegmentationRequest


class Segmenting:
    """The button's work: one segmentation at a time, which ends in one sentence."""

    def __init__(
        self,
        jobs: Jobs,
        view: View,
        scene: Scene,
        *,
        notes: Callable[[], Iterable[str]],
        on_result: Callable[[SegmentationRequest, Node], bool],
    ) -> None:
        """Segment nothing yet.

        Args:
            jobs: The worker's.
            view: For the section *Network*.
            scene: Slicer's.
            notes: Returns the sentences on the listed networks that a person has read before.
            on_result: Called with a result; returns whether it is of the chosen scan.
        """
        self._jobs, self._view, self._scene = jobs, view, scene
        self._notes, self._on_result = notes, on_result
        self._request: SegmentationRequest | None = None
        self._state: ButtonState = "segment"
        self._can_start = False
        self._start, self._is_told = 0.0, True

    def allow(self, can_start: bool) -> None:
        """Set whether there is something to segment."""
        self._can_start = can_start
        self._show(self._state)

    def press(self, request: Callable[[], SegmentationRequest]) -> None:
        """Start, or stop what runs.

        Args:
            request: Returns what is chosen; asked only where something is started.
        """
        if self._jobs.is_segmenting:
            self._show("canceling")
            self._jobs.cancel()
            return
        self._start, self._is_told = time.monotonic(), True
        self._view.tell("", section="network")
        self._view.show_progress(0.0, _("Starting"))
        self._show("cancel")
        try:
            self._request = request()
            self._jobs.segment(
                self._request,
                progress=self._view.show_progress,
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

    def _show(self, state: ButtonState) -> None:
        self._state = state
        self._view.show_button(state, is_enabled=state == "cancel" or (state == "segment" and self._can_start))

    def _done(self, answer: Answer) -> None:
        request, self._request = self._request, None
        assert request is not None
        self._show("segment")
        with errors_shown(self._view, "network"):
            node = put_into_scene(request, answer, self._scene, save_for_undo=self._view.save_for_undo)
            seconds = time.monotonic() - self._start
            self._view.show_run(answer["network"].partition(" ")[0], seconds, images=len(request.images))
            unusual = [note for note in answer["notes"] if note not in self._notes()]
            sentences = [
                _ended(request, answer, seconds),
                _shown(request, answer),
                *unusual,
                self._place(request, node),
            ]
            # First, since nothing is said of a segmentation when another one is chosen.
            if not self._on_result(request, node):
                sentences = [_("The muscles are in {name}.").format(name=node.GetName()), *unusual]
            self._view.tell(joined(" ", filter(None, sentences)), section="network")

    def _failed(self, sentence: str) -> None:
        self._request = None
        self._show("segment")
        self._view.warn(sentence, section="network")

    def _canceled(self) -> None:
        self._request = None
        self._show("segment")
        if self._is_told:
            self._view.tell(_("Canceled: nothing was changed."), section="network")

    def _place(self, request: SegmentationRequest, node: Node) -> str:
        """Return where the muscles are, where that is not the segmentation that was chosen."""
        chosen = request.segmentation
        if chosen is None or chosen is node or not self._scene.is_present(chosen):
            return ""
        reason = _(
            "{chosen} was left as it is, since its muscles are not just what a network drew of this scan: see {new}."
        )
        if self._scene.region_of(chosen) not in ("", self._scene.region_of(node)):
            reason = _("{chosen} was left as it is, since it holds muscles of another region: see {new}.")
        return reason.format(chosen=chosen.GetName(), new=node.GetName())


def put_into_scene(
    request: SegmentationRequest,
    answer: Answer,
    scene: Scene,
    *,
    save_for_undo: Callable[[Node], None] = lambda _: None,
) -> Node:
    """Put a result into the node that was chosen when the job started, or into a new one where work would be lost.

    Args:
        request: Choices when the job started.
        answer: The worker's.
        scene: Slicer's.
        save_for_undo: Called before a segmentation is written over.

    Raises:
        MuscleSegError: The scan or a companion has gone or become another image meanwhile, or the labels cannot be
            read.
    """
    if not scene.is_present(request.scan):
        message = _("The scan was removed while it was segmented: the result is lost. Load the scan again.")
        raise MuscleSegError(message)
    drawn, _segments = read_labels(answer["output"])
    geometry = scene.geometry_of(request.scan)  # as it lies now: somebody may have moved it
    if geometry.shape != drawn.array.shape or request.voxels not in ("", scene.voxels_digest(request.scan)):
        raise MuscleSegError(_("The scan was changed while it was segmented: press Segment again."))
    for companion, voxels in request.companions.items():
        if not scene.is_present(companion) or scene.voxels_digest(companion) != voxels:
            message = _("{image} was removed or changed while it was segmented with the scan: press Segment again.")
            raise MuscleSegError(message, image=companion.GetName())
    region = _region(request, answer)
    node = _target(request, region, scene)
    if node is request.segmentation:
        save_for_undo(node)
    scene.write_result(node, Volume(drawn.array, geometry), region, answer, reference=request.scan)
    return node


def _target(request: SegmentationRequest, region: str, scene: Scene) -> Node:
    """Return the chosen node, where nothing of a person's is lost in it at this moment; else a new one."""
    node = request.segmentation
    if node is not None and scene.is_present(node) and scene.may_be_written(node, region, reference=request.scan):
        return node
    result: Node = scene.new_result()
    return result


def _ended(request: SegmentationRequest, answer: Answer, seconds: float) -> str:
    device = _("the graphics card") if answer["device"] == "cuda" else _("the processor")
    sentence = _("Both legs were segmented in {seconds} s on {device}.")
    if len(answer["sides"]) < 2:
        sentence = _("One leg was segmented in {seconds} s on {device}.")
    ended = sentence.format(seconds=f"{seconds:.0f}", device=device)
    if not request.companions:
        return ended
    images = joined(_(" and "), [image.GetName() for image in request.images])
    return joined(" ", [ended, _("The network saw {images} together.").format(images=images)])


def _region(request: SegmentationRequest, answer: Answer) -> str:
    """Return whose muscles a result holds, "lower-limb" for both."""
    return str(answer.get("region", request.region))


def _shown(request: SegmentationRequest, answer: Answer) -> str:
    """Return what the scan shows, for who left that to the networks."""
    if request.region != AUTO:
        return ""
    words = {
        "thigh": _("The scan shows the thigh."),
        "calf": _("The scan shows the calf."),
        LOWER_LIMB: _("The scan shows thigh and calf."),
    }
    return words[_region(request, answer)]
