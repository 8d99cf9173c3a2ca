"""Propagation from the press of its button to the muscles in the scene, and the slice to correct next.

No Qt, no Slicer. Slices are counted from 0 along the scan's third axis, as Slicer's Data Probe shows them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from MuscleSegLib.bundle import Available, available_bundles
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _, joined
from MuscleSegPanel.interfaces import Answer, ButtonState, Node, Scene, View, errors_shown
from MuscleSegPanel.jobs import Jobs
from MuscleSegPanel.propagated import drawn_in, in_words, put_into_scene, request_of
from MuscleSegPanel.propagation_request import PropagationRequest

if TYPE_CHECKING:
    from MuscleSegPanel.parameters import Parameters

Given = Mapping[int, Sequence[int]]


@dataclass(frozen=True)
class _Chosen:
    """Muscle that is chosen, 0 for none, and its corrected slices."""

    scan: Node
    segmentation: Node
    muscle: int
    slices: tuple[int, ...]

    @property
    def key(self) -> tuple[str, int, tuple[int, ...]]:
        """Proposals of slices hold as long as this stays."""
        return self.segmentation.GetID(), self.muscle, self.slices


class Propagating:
    """The work of the buttons about corrected slices."""

    def __init__(
        self,
        jobs: Jobs,
        view: View,
        scene: Scene,
        *,
        parameters: Callable[[], Parameters | None],
        is_installed: Callable[[], bool],
        bundles: Callable[[], Available] = available_bundles,
    ) -> None:
        """Propagate nothing yet.

        Args:
            jobs: The worker's.
            view: For the section *Correct*.
            scene: Slicer's.
            parameters: Returns what is chosen.
            is_installed: Returns whether the packages for it are there.
            bundles: Returns the networks.
        """
        self._jobs, self._view, self._scene = jobs, view, scene
        self._parameters, self._is_installed, self._bundles = parameters, is_installed, bundles
        self._state: ButtonState = "segment"
        self._start, self._is_told = 0.0, True
        self._proposals: tuple[tuple[str, int, tuple[int, ...]] | None, list[int]] = (None, [])

    def show(self) -> None:
        """Show the corrected slices of the chosen muscle, and what can be done with them."""
        chosen = None
        try:
            chosen = self._chosen()
        except MuscleSegError:  # it is said when somebody wants it
            self._view.show_slices(None, state=self._state, is_enabled=False)
            return
        slices = chosen.slices if chosen is not None and chosen.muscle else None
        self._view.show_slices(slices, state=self._state, is_enabled=chosen is not None and self._is_installed())

    def press(self) -> None:
        """Carry the chosen muscle from its corrected slices to the others, or stop what runs."""
        if self._jobs.is_propagating:
            self._state = "canceling"
            self.show()
            self._jobs.cancel()
        else:
            self._begin(partial(self._given, for_all=False), self._done)

    def press_for_all(self) -> None:
        """Carry every muscle that has corrected slices from these to the others."""
        if not self._jobs.is_propagating:
            self._begin(partial(self._given, for_all=True), self._done)

    def go_to_next(self) -> None:
        """Go to the slice whose correction would help most, or from there to the next such slice."""
        if self._jobs.is_propagating:
            return
        with errors_shown(self._view, "correction"):
            chosen = self._chosen()
            if chosen is None:
                return
            key, slices = self._proposals
            if key == chosen.key and slices:
                self._go_to_proposed(chosen)
            else:
                self._begin(lambda _chosen: self._known(chosen), self._proposed)

    def go_to(self, index: int) -> None:
        """Go to a slice."""
        with errors_shown(self._view, "correction"):
            chosen = self._chosen()
            if chosen is not None and chosen.muscle:
                self._scene.show_slice(chosen.segmentation, chosen.muscle, chosen.scan, index)

    def mark(self) -> None:
        """Mark the slice in view as right for the chosen muscle, or no longer as right."""
        with errors_shown(self._view, "correction"):
            chosen = self._chosen()
            if chosen is None or not chosen.muscle:
                return
            index = self._scene.shown_slice(chosen.scan)
            if index is None:
                message = _("No view shows a slice of {scan}: choose the scan again, and scroll in the red view.")
                raise MuscleSegError(message, scan=chosen.scan.GetName())
            is_right = index not in chosen.slices
            self._scene.mark_slice(chosen.segmentation, chosen.muscle, chosen.scan, index, is_right=is_right)
            sentence = _("Slice {index} counts as right for {muscle}.")
            if not is_right:
                sentence = _("Slice {index} no longer counts as right for {muscle}.")
            self._view.tell(sentence.format(index=index, muscle=self._name(chosen)), section="correction")
            self.show()

    def cancel(self) -> None:
        """Stop what runs, if anything does, without a word: its scene is closed."""
        if self._jobs.is_propagating:
            self._is_told = False
            self._jobs.cancel()

    def _begin(
        self,
        given: Callable[[_Chosen], Given],
        done: Callable[[PropagationRequest, Answer], None],
    ) -> None:
        parameters = self._parameters()
        self._start, self._is_told = time.monotonic(), True
        try:
            chosen = self._chosen()
            if chosen is None or parameters is None:
                return
            networks = [bundle.metadata for bundle in self._bundles().bundles]
            request = request_of(parameters, given(chosen), self._scene, networks)
            self._view.tell("", section="correction")
            self._view.show_slices_progress(0.0, _("Starting"))
            self._state = "cancel"
            self._jobs.propagate(
                request,
                progress=self._view.show_slices_progress,
                done=partial(self._ended, request, done),
                failed=self._failed,
                canceled=self._canceled,
            )
            self.show()
        except MuscleSegError as error:
            self._failed(error.message)

    def _ended(
        self, request: PropagationRequest, done: Callable[[PropagationRequest, Answer], None], answer: Answer
    ) -> None:
        self._state = "segment"
        with errors_shown(self._view, "correction"):
            done(request, answer)
        self.show()

    def _done(self, request: PropagationRequest, answer: Answer) -> None:
        filled = put_into_scene(request, answer, self._scene, save_for_undo=self._view.save_for_undo)
        drawn = {value: slices for value, slices in filled.items() if slices}
        self._keep(answer)
        names = self._scene.names_by_value(request.segmentation)
        sentence = _("Nothing changed: between the corrected slices all was drawn so already.")
        if drawn:
            seconds = time.monotonic() - self._start
            sentence = _("{muscles}: drawn anew in the slices {slices} in {seconds} s. Undo takes it back.").format(
                muscles=", ".join(names[value] for value in drawn),
                slices=in_words(sorted(set().union(*drawn.values()))),
                seconds=f"{seconds:.0f}",
            )
        self._view.tell(joined(" ", [sentence, *answer["notes"]]), section="correction")

    def _proposed(self, request: PropagationRequest, answer: Answer) -> None:
        self._keep(answer)
        chosen = self._chosen()
        if chosen is not None and chosen.segmentation is request.segmentation:
            self._go_to_proposed(chosen)

    def _keep(self, answer: Answer) -> None:
        """Keep proposals for the muscle that is chosen, as long as its corrected slices stay."""
        chosen = self._chosen()
        if chosen is not None:
            self._proposals = chosen.key, [k for k in answer["next_slices"] if k not in chosen.slices]

    def _go_to_proposed(self, chosen: _Chosen) -> None:
        key, slices = self._proposals
        if not slices:
            message = _("No slice stands out: correct the muscle in the first, the middle and the last of its slices.")
            self._view.tell(message, section="correction")
            return
        index, *others = slices
        self._proposals = key, [*others, index]
        muscle = chosen.muscle or next(iter(self._scene.names_by_value(chosen.segmentation)))
        self._scene.show_slice(chosen.segmentation, muscle, chosen.scan, index)
        sentence = _("Slice {index}: its correction would help most. Press again for the next one.")
        self._view.tell(sentence.format(index=index), section="correction")

    def _failed(self, sentence: str) -> None:
        self._state = "segment"
        self._view.warn(sentence, section="correction")
        self.show()

    def _canceled(self) -> None:
        self._state = "segment"
        if self._is_told:
            self._view.tell(_("Canceled: nothing was changed."), section="correction")
        self.show()

    def _chosen(self) -> _Chosen | None:
        """Return the chosen muscle, without slices where none is chosen; None without a segmentation.

        Raises:
            MuscleSegError: Its corrected slices cannot be told.
        """
        parameters = self._parameters()
        if parameters is None or parameters.scan is None or parameters.segmentation is None:
            return None
        scan, segmentation, muscle = parameters.scan, parameters.segmentation, parameters.muscle
        names = self._scene.names_by_value(segmentation)
        if not names or not self._scene.has_voxels(scan):
            return None
        muscle = muscle if muscle in names else 0
        slices = self._scene.corrected_slices(segmentation, scan, values=[muscle])[muscle] if muscle else ()
        return _Chosen(scan, segmentation, muscle, tuple(slices))

    def _given(self, chosen: _Chosen, *, for_all: bool) -> Given:
        """Return the corrected slices of the chosen muscle or of all.

        Raises:
            MuscleSegError: There are none.
        """
        given = {chosen.muscle: chosen.slices} if chosen.muscle and chosen.slices else {}
        if for_all:
            given = dict(self._scene.corrected_slices(chosen.segmentation, chosen.scan))
        if not given and not for_all and not chosen.muscle:
            raise MuscleSegError(_("No muscle is chosen: choose one in the list above."))
        if not given and not for_all:
            message = _("{muscle} has no corrected slice: correct it in one slice or more, or mark slices as right.")
            raise MuscleSegError(message, muscle=self._name(chosen))
        labels = self._scene.labels_of(chosen.segmentation, chosen.scan)
        drawn = drawn_in(labels, given)
        if given and not drawn:
            raise MuscleSegError(_("The corrected slices hold nothing of the muscle: draw it in one of them."))
        if not drawn:
            raise MuscleSegError(_("No muscle has a corrected slice: correct one in one slice or more."))
        return drawn

    def _known(self, chosen: _Chosen) -> Given:
        """Return the corrected slices of the chosen muscle, none where they do not hold it."""
        if not chosen.slices:
            return {}
        return drawn_in(self._scene.labels_of(chosen.segmentation, chosen.scan), {chosen.muscle: chosen.slices})

    def _name(self, chosen: _Chosen) -> str:
        return self._scene.names_by_value(chosen.segmentation)[chosen.muscle]
