"""Client of the worker: jobs in, their results or failures out, whatever happens to the worker's process."""

import itertools
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _
from MuscleSegLib.worker.messages import (
    Answer,
    Cancel,
    Failed,
    Finished,
    Job,
    Progressed,
    Ready,
    Request,
    Stopped,
    decode_answer,
    encode,
)
from MuscleSegLib.worker.output import Output
from MuscleSegLib.worker.task import Handlers, Task
from MuscleSegLib.worker.transport import Transport

CANCEL_S = 1.5  # time for a job to stop; with the timer's 0.2 s it has ended within 2 s
START_S = 120.0  # Python and torch from a slow disk, with a virus scanner
SILENT_S = 300.0  # without a sign of life: reading a large file over a network can hold Python up for minutes
GAP_S = 5.0  # between two checks, above which the client itself was suspended and deadlines start anew
LONGEST_LINE = 10_000_000  # bytes: a result has some thousands

_log = logging.getLogger(__name__)


class Client:
    """Client that keeps a worker alive and gives it a job at a time; costs wait until nothing else does.

    Handlers are called in the thread that feeds the transport's output, or that calls ``cancel``, ``check`` or
    ``stop``: in Slicer both are the main thread. Other programs may use several threads.

    Args:
        make_transport: Called for each new process.
        clock: Seconds.
        log: Takes lines for the application's log: the worker's output, and tracebacks.
    """

    def __init__(
        self,
        make_transport: Callable[[], Transport],
        *,
        clock: Callable[[], float] = time.monotonic,
        log: Callable[[str], None] = _log.info,
    ) -> None:
        self._make_transport = make_transport
        self._clock = clock
        self._log = log
        self._lock = threading.RLock()
        self._ids = itertools.count(1)
        self._waiting: deque[Task] = deque()
        self._running: Task | None = None
        self._transport: Transport | None = None
        self._ready: Ready | None = None
        self._start_failure = ""
        self._unread = b""
        self._started = self._heard = self._checked = clock()

    @property
    def is_busy(self) -> bool:
        """Whether a job runs or waits."""
        return self._running is not None or bool(self._waiting)

    @property
    def is_running(self) -> bool:
        """Whether there is a process."""
        return self._transport is not None

    @property
    def has_gpu(self) -> bool | None:
        """Whether torch has a GPU; None before the worker is ready."""
        return self._ready.has_gpu if self._ready else None

    def start(self) -> None:
        """Start the worker ahead of the first job; nothing happens where there is one."""
        with self._lock:
            if self._transport is not None:
                return
            self._transport = transport = self._make_transport()
            self._ready, self._start_failure, self._unread = None, "", b""
            self._started = self._heard = self._clock()
            transport.start(
                on_output=partial(self._take_output, transport),
                on_log=partial(self._take_log, transport),
                on_end=partial(self._take_end, transport),
            )

    def submit(self, job: Job, handlers: Handlers) -> str:
        """Queue a job; a cost that is being estimated stops for any other, and is estimated later.

        Returns:
            Identifier of the job, for ``cancel``.
        """
        with self._lock:
            request = Request(str(next(self._ids)), job)
            task = Task(request, handlers, Output(job))
            self._waiting.append(task)
            if not task.is_cost:
                self._postpone_cost()
            self.start()
            self._send_next()
            return request.id

    def cancel(self, job_id: str) -> None:
        """Cancel a job; nothing happens after its end."""
        with self._lock:
            task = self._running
            if task and task.request.id == job_id:
                if task.cancel_by is None and self._transport:
                    task.cancel_by = self._clock() + CANCEL_S
                    self._transport.write(encode(Cancel(job_id)))
                return
            for waiting in self._waiting:
                if waiting.request.id == job_id:
                    self._waiting.remove(waiting)
                    waiting.handlers.canceled()
                    return

    def check(self) -> None:
        """Check the deadlines; to be called every 0.2 s or so."""
        with self._lock:
            now = self._clock()
            if now - self._checked > GAP_S:
                self._started = self._heard = now
            self._checked = now
            if self._transport is None:
                return
            if self._running and self._running.cancel_by is not None and now > self._running.cancel_by:
                self._end_process(_("it did not stop on request"))
            elif self._ready is None and now - self._started > START_S:
                self._end_process(_("it was not ready after {seconds} s").format(seconds=f"{START_S:.0f}"))
            elif self._running and now - self._heard > SILENT_S:
                self._end_process(_("nothing was heard of it for {seconds} s").format(seconds=f"{SILENT_S:.0f}"))

    def stop(self) -> None:
        """End the worker and every job; no process stays."""
        with self._lock:
            running, self._running = self._running, None
            waiting, self._waiting = self._waiting, deque()
            self._kill()
            self._ready = None
            if running:
                running.output.remove()
            for task in [*([running] if running else []), *waiting]:
                task.handlers.canceled()

    def _send_next(self) -> None:
        if self._transport and self._ready and not self._running and self._waiting:
            self._running = task = next((task for task in self._waiting if not task.is_cost), self._waiting[0])
            self._waiting.remove(task)
            self._heard = self._clock()
            self._transport.write(encode(Request(task.request.id, task.output.begin())))

    def _postpone_cost(self) -> None:
        task = self._running
        if self._transport and task and task.is_cost and task.cancel_by is None and not task.is_postponed:
            task.is_postponed = True
            self._transport.write(encode(Cancel(task.request.id)))

    def _take_output(self, transport: Transport, data: bytes) -> None:
        with self._lock:
            if transport is not self._transport:
                return
            self._heard = self._clock()
            self._unread += data
            # A handler may raise, which leaves the rest for the next time, or stop the worker.
            while b"\n" in self._unread and transport is self._transport:
                line, _newline, self._unread = self._unread.partition(b"\n")
                if line.strip():
                    self._take_line(line)
            if len(self._unread) > LONGEST_LINE and transport is self._transport:
                self._end_process(_("its answer cannot be read"))

    def _take_line(self, line: bytes) -> None:
        try:
            answer = decode_answer(line)
        except MuscleSegError as error:
            self._log(f"{error} {line[:2000]!r}")
            self._end_process(_("its answer cannot be read"))
            return
        if answer is None:
            self._log(line.decode(errors="replace").rstrip())
        else:
            self._take(answer)

    def _take(self, answer: Answer) -> None:
        if isinstance(answer, Ready):
            self._ready = answer
            self._send_next()
            return
        if isinstance(answer, Failed) and answer.details:
            self._log(answer.details)
        task = self._running
        if isinstance(answer, Failed) and not answer.id and task is None:
            self._start_failure = answer.message
            return
        # A failure without a name is that of the job, which the worker could not read.
        if task is None or getattr(answer, "id", None) not in (task.request.id, ""):
            return
        if isinstance(answer, Progressed) and task.cancel_by is None:
            task.handlers.progress(answer.fraction, answer.message)
        elif isinstance(answer, Finished | Failed | Stopped):
            self._conclude(task, answer)

    def _conclude(self, task: Task, answer: Finished | Failed | Stopped) -> None:
        """End a job, and have the next one done."""
        self._running = None
        try:
            if task.is_postponed and task.cancel_by is None and isinstance(answer, Stopped):
                task.is_postponed = False
                self._waiting.appendleft(task)
            elif task.cancel_by is not None or isinstance(answer, Stopped):
                task.output.remove()
                task.handlers.canceled()
            elif isinstance(answer, Failed):
                task.output.remove()
                task.handlers.failed(task.output.named(answer.message))
            else:
                self._succeed(task, answer.values)
        finally:
            self._send_next()

    def _succeed(self, task: Task, values: Mapping[str, Any]) -> None:
        try:
            task.output.publish()
        except MuscleSegError as error:
            task.handlers.failed(error.message)
            return
        place = {} if task.output.path is None else {"output": str(task.output.path)}
        task.handlers.result({**values, **place})

    def _take_log(self, transport: Transport, data: bytes) -> None:
        with self._lock:
            if transport is self._transport:
                self._log(data.decode(errors="replace").rstrip())

    def _take_end(self, transport: Transport, how: str) -> None:
        with self._lock:
            if transport is self._transport:
                self._lose(how)

    def _end_process(self, why: str) -> None:
        self._kill()
        self._lose(why)

    def _kill(self) -> None:
        transport, self._transport = self._transport, None
        if transport:
            transport.kill(self._ready.pid if self._ready else None)

    def _lose(self, how: str) -> None:
        """Tell the jobs that the worker is gone, and start another one for those that wait.

        A worker that was never ready would not be the next time: those that wait have failed too.
        """
        doomed = deque() if self._ready else self._waiting
        self._waiting = self._waiting if self._ready else deque()
        self._transport, self._ready = None, None
        ended = _(
            "The process that segments ended unexpectedly ({how}): try again; if it happens again, close other "
            "programs or take a smaller network."
        )
        sentence = self._start_failure or ended.format(how=how)
        self._log(f"The worker is gone: {how}.")
        lost, self._running = self._running, None
        if self._waiting:
            self.start()
        if lost:
            lost.output.remove()
        if lost and lost.cancel_by is not None:
            lost.handlers.canceled()
        elif lost:
            lost.handlers.failed(sentence)
        for task in doomed:
            task.handlers.failed(sentence)
