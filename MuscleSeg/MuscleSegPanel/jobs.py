"""Jobs of the panel for the worker, in sequence; no Qt, no Slicer."""

import logging
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference import Device, Legs
from MuscleSegLib.temporary import TemporaryFolder
from MuscleSegLib.translatable import _
from MuscleSegLib.worker import Client, ConcludeJob, CostJob, Handlers, PropagateJob, RegionJob, SegmentJob
from MuscleSegLib.worker.messages import RegionChoice
from MuscleSegPanel.background import Background
from MuscleSegPanel.interfaces import Answer, Node, Scene
from MuscleSegPanel.propagation_request import PropagationRequest
from MuscleSegPanel.scene_names import named, with_names

_IMAGE = "scan.nii"  # not compressed: it is read once, on this computer
_COMPANION = "companion{number}.nii"
_LABELS = "labels.nrrd"
_DRAWN = "drawn.nii"

_log = logging.getLogger("MuscleSeg")


@dataclass(frozen=True, kw_only=True)
class SegmentationRequest:
    """Choices when Segment was pressed, which the result follows whatever is chosen when it comes.

    Attributes:
        scan: Scan.
        segmentation: Segmentation for the muscles, if no work of a person is lost with it; None for a new node.
        region: "thigh", "calf", or "auto" for the muscles of whichever the scan shows.
        network: Name of the network.
        device: Device that the network runs on, as in ``SegmentJob``.
        legs: Number of legs in the field of view, or "auto".
        voxels: Digest of the image's voxels: a sequence shows another image in the same node.
        companions: Further images of the same scan, segmented together with it, with the digests of their voxels.
    """

    scan: Node
    segmentation: Node | None
    region: RegionChoice
    network: str
    device: Device
    legs: Legs
    voxels: str = ""
    companions: Mapping[Node, str] = field(default_factory=dict)

    @property
    def images(self) -> tuple[Node, ...]:
        """The scan and its companions."""
        return (self.scan, *self.companions)


class Jobs:
    """Worker and its jobs, in sequence; what works in the background rests while muscles are drawn."""

    def __init__(self, client: Client, scene: Scene, background: Background | None = None) -> None:
        self._client, self._scene, self._background = client, scene, background
        self._segmenting: str | None = None
        self._propagating: str | None = None
        self._without_cost: deque[CostJob] = deque()
        self._cost_answered: Callable[[Answer], None] = lambda _: None
        self._is_estimating = False

    @property
    def is_segmenting(self) -> bool:
        """Whether a segmentation is wanted and has not ended."""
        return self._segmenting is not None

    @property
    def is_propagating(self) -> bool:
        """Whether muscles are to be carried to other slices, or slices to be proposed, and that has not ended."""
        return self._propagating is not None

    def warm(self) -> None:
        """Start the worker, so that the first job does not wait for it."""
        self._client.start()

    def find_region(self, scan: Node, answered: Callable[[Answer], None], failed: Callable[[str], None]) -> None:
        """Ask which region a scan shows.

        Raises:
            MuscleSegError: The scan cannot be read.
        """
        folder, names = self._exported(scan)
        handlers = _handlers(folder, result=answered, failed=named(failed, names), canceled=partial(failed, ""))
        self._client.submit(RegionJob(*names), handlers)

    def ask_costs(self, jobs: Iterable[CostJob], answered: Callable[[Answer], None]) -> None:
        """Ask for the costs of networks on this computer, in sequence; a segmentation has precedence.

        Args:
            jobs: Jobs that replace earlier ones without an answer.
            answered: Called with each answer; for a network without a cost it holds nothing but the name.
        """
        self._without_cost, self._cost_answered = deque(jobs), answered
        self._ask_next_cost()

    def segment(
        self,
        request: SegmentationRequest,
        *,
        progress: Callable[[float, str], None],
        done: Callable[[Answer], None],
        failed: Callable[[str], None],
        canceled: Callable[[], None],
    ) -> None:
        """Segment a scan, with its companions; exactly one of ``done``, ``failed`` and ``canceled`` is called.

        Raises:
            MuscleSegError: An image cannot be read, or other muscles are still being drawn.
        """
        self._require_free()
        folder, names = self._exported(*request.images)
        image, *companions = names
        job = SegmentJob(
            image=image,
            companions=tuple(companions),
            region=request.region,
            network=request.network or None,
            device=request.device,
            legs=request.legs,
            output=folder.path / _LABELS,
        )
        handlers = self._handlers(folder, names, progress=progress, done=done, failed=failed, canceled=canceled)
        self._let_background_rest()
        self._segmenting = self._client.submit(job, handlers)

    def propagate(
        self,
        request: PropagationRequest,
        *,
        progress: Callable[[float, str], None],
        done: Callable[[Answer], None],
        failed: Callable[[str], None],
        canceled: Callable[[], None],
    ) -> None:
        """Carry muscles to other slices, or propose slices; exactly one of the last three functions is called.

        Raises:
            MuscleSegError: An image cannot be read, or other muscles are still being drawn.
        """
        self._require_free()
        folder, names = self._exported(*request.images)
        drawn = folder.path / _DRAWN
        try:
            self._scene.write_labels(request.labels, drawn)
        except BaseException:
            folder.cleanup()
            raise
        image, *companions = names
        job = PropagateJob(
            labels=drawn,
            image=image,
            companions=tuple(companions),
            given={value: tuple(slices) for value, slices in request.given.items()},
            region=request.region,
            network=request.network or None,
            device=request.device,
            beyond=request.beyond,
            output=folder.path / _LABELS,
        )
        names = {**names, drawn: request.segmentation.GetName()}
        handlers = self._handlers(folder, names, progress=progress, done=done, failed=failed, canceled=canceled)
        self._let_background_rest()
        self._propagating = self._client.submit(job, handlers)

    def conclude(self, job: ConcludeJob, *, done: Callable[[Answer], None], failed: Callable[[str], None]) -> None:
        """Put a better network among the user's, or remove it."""
        self._client.submit(job, Handlers(lambda *_: None, done, failed, partial(failed, "")))

    def cancel(self) -> None:
        """End what is drawn, and with it the worker, so that a canceled job leaves no process and no memory."""
        for job in (self._segmenting, self._propagating):
            if job is not None:
                self._client.cancel(job)

    def stop(self) -> None:
        """Leave no process behind."""
        self._client.stop()

    def _exported(self, scan: Node, *companions: Node) -> tuple[TemporaryFolder, dict[Path, str]]:
        """Write images into a new folder, and return it, with their names in the scene by their files."""
        folder = self._scene.temporary_folder()
        names = [_IMAGE, *(_COMPANION.format(number=number) for number in range(1, 1 + len(companions)))]
        images = {folder.path / name: node for name, node in zip(names, (scan, *companions), strict=True)}
        try:
            for path, node in images.items():
                self._scene.export_volume(node, path)
        except BaseException:
            folder.cleanup()
            raise
        return folder, {path: node.GetName() for path, node in images.items()}

    def _require_free(self) -> None:
        """Check that nothing else is drawn.

        Raises:
            MuscleSegError: Something is.
        """
        if self.is_segmenting or self.is_propagating:
            raise MuscleSegError(_("Other muscles are still being drawn: wait for them, or cancel that."))

    def _handlers(
        self,
        folder: TemporaryFolder,
        names: Mapping[Path, str],
        *,
        progress: Callable[[float, str], None],
        done: Callable[[Answer], None],
        failed: Callable[[str], None],
        canceled: Callable[[], None],
    ) -> Handlers:
        return _handlers(
            folder,
            progress=progress,
            result=partial(self._go_on, lambda answer: done(with_names(answer, names))),
            failed=partial(self._go_on, named(failed, names)),
            canceled=partial(self._rest, canceled),
            forget=self._forget,
        )

    def _let_background_rest(self) -> None:
        if self._background is not None:
            self._background.rest()

    def _forget(self) -> None:
        self._segmenting = self._propagating = None
        if self._background is not None:
            self._background.go_on()

    def _rest(self, canceled: Callable[[], None]) -> None:
        """End the worker; the next job starts it again."""
        self._client.stop()
        canceled()

    def _go_on(self, handle: Callable[..., None], *values: Any) -> None:
        """Handle the end of a job, and ask for the costs that had to wait."""
        try:
            handle(*values)
        finally:
            self._ask_next_cost()

    def _ask_next_cost(self) -> None:
        if self._is_estimating or self.is_segmenting or self.is_propagating or not self._without_cost:
            return
        self._is_estimating = True
        job = self._without_cost.popleft()

        def has_none(sentence: str) -> None:
            _log.warning(sentence)
            self._cost_answered({"network": job.network})

        handlers = Handlers(
            progress=lambda *_: None,
            result=partial(self._end_estimate, self._cost_answered),
            failed=partial(self._end_estimate, has_none),
            canceled=self._stop_estimate,
        )
        self._client.submit(job, handlers)

    def _end_estimate(self, handle: Callable[..., None], *values: Any) -> None:
        self._stop_estimate()
        self._go_on(handle, *values)

    def _stop_estimate(self) -> None:
        self._is_estimating = False


def _handlers(
    folder: TemporaryFolder,
    *,
    progress: Callable[[float, str], None] = lambda *_: None,
    result: Callable[[Answer], None],
    failed: Callable[[str], None],
    canceled: Callable[[], None] = lambda: None,
    forget: Callable[[], None] = lambda: None,
) -> Handlers:
    """Return handlers; when the job ends, ``forget`` is called first, and its folder goes last."""

    def at_end(handle: Callable[..., None]) -> Callable[..., None]:
        def ended(*values: Any) -> None:
            forget()
            try:
                handle(*values)
            finally:
                folder.cleanup()

        return ended

    return Handlers(progress, at_end(result), at_end(failed), at_end(canceled))
