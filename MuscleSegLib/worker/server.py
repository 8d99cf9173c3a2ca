"""Process of the worker: requests on standard input, answers on standard output, until its parent ends."""

import faulthandler
import os
import queue
import shutil
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from MuscleSegLib.errors import Canceled, MuscleSegError
from MuscleSegLib.progress import Progress
from MuscleSegLib.temporary import PREFIX, remove_all
from MuscleSegLib.translatable import _, with_changed_values
from MuscleSegLib.worker.messages import (
    Alive,
    Answer,
    Cancel,
    Failed,
    Finished,
    Job,
    Progressed,
    Ready,
    Request,
    Started,
    Stopped,
    decode_request,
    encode,
)
from MuscleSegLib.worker.output import output_of

IDLE_S = 300.0  # without a job, after which memory that may be needed again is given back
ALIVE_S = 5.0
PROGRESS_S = 0.05  # between two messages of progress at least: some networks report thousands of windows


def serve() -> None:
    """Work until standard input closes."""
    source, sink = _take_pipes()
    faulthandler.enable(sys.stderr)  # a crash in compiled code then leaves a trace in the log
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then closes the pipe
    server = Server(sink)
    signal.signal(signal.SIGTERM, lambda *_: server.leave(code=1))
    threading.Thread(target=server.listen, args=(source,), daemon=True).start()
    threading.Thread(target=server.show_life, daemon=True).start()
    server.work()


def _take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Take standard input and output for messages, and leave nothing there for anybody else.

    What libraries print, compiled ones too, goes to standard error. And nobody finds a pipe at standard input: on
    Windows, importing NumPy asks it for its state, and waits for as long as a thread reads from it (numpy#24290).
    """
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return source, sink


class Server:
    """Server of a job at a time, in the thread that calls ``work``; another thread listens.

    Args:
        sink: Takes the answers.
    """

    def __init__(self, sink: BinaryIO) -> None:
        self._sink = sink
        self._sending = threading.Lock()
        self._requests: queue.SimpleQueue[Request] = queue.SimpleQueue()
        self._canceled: set[str] = set()
        self._output: Path | None = None

    def listen(self, source: BinaryIO) -> None:
        """Take requests until there are no more, then end the process, whatever it is doing."""
        for line in source:
            self.take(line)
        self.leave()

    def take(self, line: bytes) -> None:
        """Take a request: a job, to be done in its turn, or the stop of a job."""
        try:
            request = decode_request(line)
        except MuscleSegError as error:
            self.send(Failed("", error.message))
            return
        if isinstance(request, Cancel):
            self._canceled.add(request.id)
        else:
            self._requests.put(request)

    def show_life(self) -> None:
        """Send a sign of life every few seconds."""
        while True:
            time.sleep(ALIVE_S)
            self.send(Alive())

    def work(self) -> None:
        """Prepare, and do the jobs."""
        # What the parent's start-up scripts may have printed without a line's end is not part of the first answer.
        self._write(b"\n")
        try:
            from MuscleSegLib.inference import release_memory, warm_up
            from MuscleSegLib.worker.jobs import run

            has_gpu = warm_up()
        except Exception as error:
            self.send(Failed("", _start_sentence(error), traceback.format_exc()))
            self.leave(code=1)
        self.send(Ready(os.getpid(), has_gpu))
        while True:
            request = self.next_request(release_memory)
            if not self.do(request, run):
                release_memory()
            self._canceled.discard(request.id)

    def next_request(self, when_idle: Callable[[], None]) -> Request:
        """Wait for a job; ``when_idle`` is called once where that takes long."""
        try:
            return self._requests.get(timeout=IDLE_S)
        except queue.Empty:
            when_idle()
            return self._requests.get()

    def do(self, request: Request, run: Callable[[Job, Progress], dict[str, object]]) -> bool:
        """Do one job, and return whether it succeeded."""
        self._output = output_of(request.job)
        self.send(Started(request.id))
        try:
            self.send(Finished(request.id, run(request.job, self._progress_of(request.id))))
        except Canceled:
            self.send(Stopped(request.id))
        except Exception as error:
            self.send(Failed(request.id, _sentence(error), traceback.format_exc()))
        else:
            return True
        finally:
            self._output = None
        return False

    def send(self, answer: Answer) -> None:
        """Answer, from any thread."""
        self._write(encode(answer))

    def _write(self, data: bytes) -> None:
        try:
            with self._sending:
                self._sink.write(data)
                self._sink.flush()
        except OSError:  # nobody reads any more
            self.leave()

    def _progress_of(self, job_id: str) -> Progress:
        """Return a progress that never falls, is sent now and then, and raises ``Canceled`` on request."""
        highest, last_message, sent = 0.0, "", -1.0

        def report(fraction: float, message: str) -> None:
            nonlocal highest, last_message, sent
            if job_id in self._canceled:
                raise Canceled
            highest, now = max(highest, fraction), time.monotonic()
            if message != last_message or now - sent >= PROGRESS_S:
                last_message, sent = message, now
                self.send(Progressed(job_id, highest, message))

        return report

    def leave(self, code: int = 0) -> None:
        """End the process at once, also where another thread is in the middle of something."""
        remove_all()
        if self._output and self._output.parent.name.startswith(PREFIX):
            shutil.rmtree(self._output.parent, ignore_errors=True)  # of a client that has gone
        os._exit(code)


def _start_sentence(error: Exception) -> str:
    if isinstance(error, MuscleSegError):
        return _sentence(error)
    if isinstance(error, ModuleNotFoundError):
        return _("The Python package {error} is missing: install what MuscleSeg needs and try again.").format(
            error=error.name
        )
    return _("Packages for segmenting could not be loaded ({kind_and_text}): install PyTorch again.").format(
        kind_and_text=_kind_and_text(error)
    )


def _sentence(error: Exception) -> str:
    """Return the mistake and its remedy in one sentence."""
    from MuscleSegLib.inference import is_out_of_memory

    if isinstance(error, MuscleSegError):
        return with_changed_values(error.message, _one_line)
    if is_out_of_memory(error):
        return _("The memory does not suffice: close other programs, take a smaller network, or crop the image.")
    return _("Something unexpected happened ({kind_and_text}): try again, and report the log if it stays.").format(
        kind_and_text=_kind_and_text(error)
    )


def _kind_and_text(error: Exception) -> str:
    return f"{type(error).__name__}: {_one_line(str(error))}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
