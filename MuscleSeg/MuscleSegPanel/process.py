"""Worker process in Slicer: a QProcess, whose signals come in Qt's main thread."""

import logging
import os
import sys
from collections.abc import Callable

import qt
from slicer.i18n import tr as _

from MuscleSegLib.worker import ARGUMENTS, Client, environment, how_it_ended, kill_process

_CHECK_MS = 200
_GONE_MS = 1000

_log = logging.getLogger("MuscleSeg")


class ProcessClient(Client):
    """Client of a worker in a process of Slicer's, whose deadlines a timer checks."""

    def __init__(self) -> None:
        super().__init__(ProcessTransport, log=_log.info)
        self._timer = qt.QTimer()
        self._timer.setInterval(_CHECK_MS)
        self._timer.connect("timeout()", self.check)

    def start(self) -> None:
        """Start the worker, if there is none."""
        self._timer.start()
        super().start()

    def stop(self) -> None:
        """Leave no process behind."""
        self._timer.stop()  # first: a job that is canceled now may be followed by another
        super().stop()


class ProcessTransport:
    """Transport of the worker's client over a QProcess (``MuscleSegLib.worker.Transport``)."""

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
        # What Slicer calls sys.executable is its Python's launcher. The worker reports the pid of the Python behind it.
        process.start(sys.executable, list(ARGUMENTS))

    def write(self, data: bytes) -> None:
        """Write to its standard input."""
        self._process.write(data)

    def kill(self, pid: int | None) -> None:
        """End the worker at once: the Python that reported ``pid``, then its launcher."""
        if pid is not None and pid != self._process.processId():
            kill_process(pid)
        self._process.kill()
        self._process.waitForFinished(_GONE_MS)

    def _on_finished(self, code: int, status: int) -> None:
        self._end(how_it_ended(code, by_signal=status == qt.QProcess.CrashExit))

    def _on_error(self, error: int) -> None:
        if error == qt.QProcess.FailedToStart:  # after all others comes finished()
            self._end(_("{program} could not be started").format(program=sys.executable))

    def _end(self, how: str) -> None:
        """Report the end once, and not from within ``start`` or ``kill``."""
        on_end, self._on_end = self._on_end, None
        if on_end is not None:
            qt.QTimer.singleShot(0, lambda: on_end(how))


def _environment() -> qt.QProcessEnvironment:
    """Return Slicer's environment, in which Python finds MuscleSegLib too."""
    variables = qt.QProcessEnvironment.systemEnvironment()
    variables.insert("PYTHONPATH", environment(os.environ)["PYTHONPATH"])
    return variables


def _bytes(array: qt.QByteArray) -> bytes:
    return bytes(array.data())
