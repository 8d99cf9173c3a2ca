"""Transport to the worker's process: start, input, output and end, as a protocol and without Qt."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Protocol

from MuscleSegLib.translatable import _

ARGUMENTS = ("-P", "-m", "MuscleSegLib.worker")
"""Options of Python. With ``-P`` a ``torch.py`` in the folder where the user happens to be is not imported."""

CHUNK_BYTES = 65536
GONE_S = 5.0  # that a process which was killed may take to vanish


class Transport(Protocol):
    """Process of the worker, not started yet; each is used once.

    The callbacks are never called from within ``start``, ``write`` or ``kill``.
    """

    def start(
        self, *, on_output: Callable[[bytes], None], on_log: Callable[[bytes], None], on_end: Callable[[str], None]
    ) -> None:
        """Start the process.

        Args:
            on_output: Takes what it writes on standard output, in pieces of any length.
            on_log: Takes what it writes on standard error.
            on_end: Told once, after all output, how it ended or why it could not be started ("it crashed, signal 11").
        """

    def write(self, data: bytes) -> None:
        """Write on its standard input; nothing happens where it has ended."""

    def kill(self, pid: int | None) -> None:
        """End the process at once: ``pid``, which it reported, since a launcher may stand before it; then itself."""


def environment(base: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of the worker's process: ``base``, in which Python finds MuscleSegLib."""
    library = str(Path(__file__).resolve().parents[2])
    path = base.get("PYTHONPATH")
    return {**base, "PYTHONPATH": library if not path else os.pathsep.join((library, path))}


def kill_process(pid: int) -> None:
    """End a process at once, if it is there."""
    with contextlib.suppress(OSError):
        os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))  # on Windows SIGTERM ends a process at once


def how_it_ended(code: int, *, by_signal: bool) -> str:
    """Return a few words on the end of a process.

    Args:
        code: Exit code, or number of the signal that ended the process.
        by_signal: Whether the code is the number of a signal.
    """
    if by_signal and code == 9:
        return _("it was ended from outside, as the system does when the memory is full")
    if by_signal:
        return _("it crashed, signal {code}").format(code=code)
    if code >= 0xC0000000:  # a status of Windows
        return _("it crashed, {code}").format(code=f"{code:#x}")
    return _("it ended with code {code}").format(code=code)


class SubprocessTransport:
    """Process of this Python, for programs without Qt.

    Args:
        command: Another program, for tests.
    """

    def __init__(self, command: tuple[str, ...] = (sys.executable, *ARGUMENTS)) -> None:
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process's, once it is started."""
        return self._process.pid if self._process else None

    def start(
        self, *, on_output: Callable[[bytes], None], on_log: Callable[[bytes], None], on_end: Callable[[str], None]
    ) -> None:
        """Start the process; see ``Transport``."""
        try:
            self._process = process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                env=environment(os.environ),
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            reason = _("it could not be started: {reason}").format(reason=error.strerror or error)
            threading.Thread(target=on_end, args=(reason,), daemon=True).start()
            return
        assert process.stdout is not None
        assert process.stderr is not None
        pipes = ((process.stdout, on_output), (process.stderr, on_log))
        readers = [threading.Thread(target=self._read, args=pair, daemon=True) for pair in pipes]
        for reader in readers:
            reader.start()
        threading.Thread(target=self._wait, args=(process, readers, on_end), daemon=True).start()

    def write(self, data: bytes) -> None:
        """Write on its standard input; nothing happens where it has ended."""
        if self._process and self._process.stdin:
            with contextlib.suppress(OSError, ValueError):  # ``on_end`` tells
                self._process.stdin.write(data)

    def kill(self, pid: int | None) -> None:
        """End the process at once; see ``Transport``."""
        if not self._process or self._process.poll() is not None:
            return
        if pid is not None and pid != self._process.pid:
            kill_process(pid)
        self._process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(GONE_S)

    def _read(self, pipe: IO[bytes], take: Callable[[bytes], None]) -> None:
        with contextlib.suppress(OSError, ValueError):
            while data := pipe.read(CHUNK_BYTES):
                take(data)

    def _wait(
        self, process: subprocess.Popen[bytes], readers: list[threading.Thread], on_end: Callable[[str], None]
    ) -> None:
        code = process.wait()
        for reader in readers:
            reader.join(GONE_S)  # a grandchild may hold the pipe
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()
        on_end(how_it_ended(abs(code), by_signal=code < 0))
