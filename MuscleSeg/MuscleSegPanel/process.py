"""The worker's process in Slicer: a QProcess, whose signals come in Qt's main thread."""

import contextlib
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import qt
from slicer.i18n import tr as _

import MuscleSegLib

_STOPPED_WITHIN_MS = 1000


class ProcessTransport:
    """What the worker's client writes to and reads from (``MuscleSegLib.worker.Transport``)."""

    def __init__(self) -> None:
        self._process = qt.QProcess()
        self._on_end: Callable[[str], None] | None = None

    def start(
        self, *, on_output: Callable[[bytes], None], on_log: Callable[[bytes], None], on_end: Callable[[str], None]
    ) -> None:
        """Start Slicer's Python with the worker in it."""
        process, self._on_end = self._process, on_end
        process.connect("readyReadStandardOutput()", lambda: on_output(_bytes(process.readAllStandardOutput())))
        process.connect("readyReadStandardError()", lambda: on_log(_bytes(process.readAllStandardError())))
        process.connect("finished(int,QProcess::ExitStatus)", self._on_finished)
        process.connect("errorOccurred(QProcess::ProcessError)", self._on_error)
        process.setProcessEnvironment(_environment())
        # Slicer calls its Python's launcher sys.executable. The pid of the Python behind it is what the worker reports.
        process.start(sys.executable, ["-m", "MuscleSegLib.worker"])

    def write(self, data: bytes) -> None:
        """Write to its standard input."""
        self._process.write(data)

    def kill(self, pid: int | None) -> None:
        """End it at once: the Python that reported ``pid``, then what started it."""
        if pid is not None:
            with contextlib.suppress(OSError):  # it has ended by itself
                os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))  # Windows knows only the second
        self._process.kill()
        self._process.waitForFinished(_STOPPED_WITHIN_MS)

    def _on_finished(self, code: int, status: int) -> None:
        self._end(_("it ended with the code {code}").format(code=code))

    def _on_error(self, error: int) -> None:
        if error == qt.QProcess.FailedToStart:  # after all others comes finished()
            self._end(_("{program} could not be started").format(program=sys.executable))

    def _end(self, reason: str) -> None:
        on_end, self._on_end = self._on_end, None
        if on_end is not None:
            on_end(reason)


def _environment() -> qt.QProcessEnvironment:
    """Return Slicer's environment, in which Python finds MuscleSegLib too."""
    environment = qt.QProcessEnvironment.systemEnvironment()
    library = str(Path(MuscleSegLib.__file__).resolve().parent.parent)
    paths = [library, environment.value("PYTHONPATH")]
    environment.insert("PYTHONPATH", os.pathsep.join(path for path in paths if path))
    return environment


def _bytes(array: qt.QByteArray) -> bytes:
    return bytes(array.data())
