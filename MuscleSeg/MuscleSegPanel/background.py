"""Job in the background: in a worker process of its own, which rests while muscles are drawn; no Qt, no Slicer."""

from __future__ import annotations

from MuscleSegLib.translatable import _
from MuscleSegLib.worker import Client, Handlers
from MuscleSegLib.worker.messages import Job


class Background:
    """One job at a time that goes on from where it was, whenever it was stopped.

    It rests without a process: while muscles are drawn all memory and cores are theirs.
    """

    def __init__(self, client: Client) -> None:
        """Do nothing yet.

        Args:
            client: Client of a worker that does nothing else.
        """
        self._client = client
        self._job: Job | None = None
        self._handlers: Handlers | None = None
        self._running: str | None = None
        self._is_resting = self._is_canceled = False
        self._fraction = 0.0

    @property
    def is_busy(self) -> bool:
        """Whether a job runs or rests."""
        return self._job is not None

    def begin(self, job: Job, handlers: Handlers) -> None:
        """Begin a job; its progress never falls, though it is begun again after each rest."""
        self._job, self._handlers = job, handlers
        self._is_canceled, self._fraction = False, 0.0
        self._submit()

    def rest(self) -> None:
        """Stop until ``go_on``; a job that begins meanwhile waits."""
        self._is_resting = True
        if self._running is not None:
            self._client.cancel(self._running)
        self._tell_rest()

    def go_on(self) -> None:
        """Go on after a rest."""
        self._is_resting = False
        self._submit()

    def cancel(self) -> None:
        """Stop the job; what it has done so far stays on disk."""
        self._is_canceled = True
        if self._running is not None:
            self._client.cancel(self._running)
        elif self._job is not None:
            self._canceled()

    def stop(self) -> None:
        """Leave no process behind; nobody is told."""
        self._job = self._handlers = self._running = None
        self._client.stop()

    def _submit(self) -> None:
        if self._job is None or self._running is not None:
            return
        if self._is_resting:
            self._tell_rest()
            return
        self._running = ""  # the client may end a job before it returns
        handlers = Handlers(self._progress, self._result, self._failed, self._canceled)
        identity = self._client.submit(self._job, handlers)
        if self._running is not None:
            self._running = identity

    def _tell_rest(self) -> None:
        if self._handlers is not None and not self._is_canceled:
            self._handlers.progress(self._fraction, _("waiting while muscles are drawn"))

    def _progress(self, fraction: float, doing: str) -> None:
        self._fraction = max(self._fraction, fraction)
        if self._handlers is not None:
            self._handlers.progress(self._fraction, doing)

    def _result(self, answer: object) -> None:
        handlers = self._end()
        if handlers is not None:
            handlers.result(answer)  # type: ignore[arg-type] # of the kind that its job has

    def _failed(self, sentence: str) -> None:
        handlers = self._end()
        if handlers is not None:
            handlers.failed(sentence)

    def _canceled(self) -> None:
        if self._job is not None and not self._is_canceled:
            self._running = None
            self._client.stop()
            self._submit()
            return
        handlers = self._end()
        if handlers is not None:
            handlers.canceled()

    def _end(self) -> Handlers | None:
        """Forget the job, and end its process, whose memory nobody needs."""
        handlers = self._handlers
        self._job = self._handlers = self._running = None
        self._client.stop()
        return handlers
