"""Work in steps, so that Slicer's window never waits for long: in its main thread, since PythonQt has no other."""

import concurrent.futures
import time
from collections.abc import Callable, Generator
from typing import Any, TypeVar

import qt

from MuscleSegLib.errors import MuscleSegError

SLICE_S = 0.05
"""How long steps are done in one go, before Slicer does what a person has asked for meanwhile."""

GIVEN_S = 0.01
"""What a thread is given at a time: while Qt's loop runs, PythonQt keeps the lock that every thread needs."""

Work = Generator[None, None, Any]

ResultT = TypeVar("ResultT")


def in_thread(compute: Callable[[], ResultT]) -> Generator[None, None, ResultT]:
    """Compute what has no steps in a thread, which is waited for in steps, and return the result.

    Where this is closed before its end, the thread is left alone: it must write nothing, and its result is dropped.

    Args:
        compute: Uses nothing of Slicer, Qt or VTK, and nothing that changes meanwhile.

    """
    threads = concurrent.futures.ThreadPoolExecutor(1)
    try:
        result = threads.submit(compute)
        while not result.done():
            concurrent.futures.wait([result], GIVEN_S)
            yield
        return result.result()
    finally:
        threads.shutdown(wait=False)


class Steps:
    """One piece of work, which goes on whenever Slicer has nothing else to do."""

    def __init__(self, on_error: Callable[[str], None], *, on_end: Callable[[], None] = lambda: None) -> None:
        """Do nothing yet.

        Args:
            on_error: Called with the sentence that work ended with.
            on_end: Called when work has ended, with an error or without, but not where it was stopped.

        """
        self._on_error, self._on_end = on_error, on_end
        self._work: Work | None = None
        self._timer = qt.QTimer()
        self._timer.setInterval(0)
        self._timer.connect("timeout()", self._go_on)

    @property
    def is_busy(self) -> bool:
        """Whether there is work that has not ended."""
        return self._work is not None

    def run(self, work: Work) -> None:
        """Begin, in place of what was begun before; what takes a moment only has ended when this returns."""
        self.stop()
        self._work = work
        self._timer.start()
        self._go_on()

    def stop(self) -> None:
        """Leave the work as it is, and forget it."""
        self._timer.stop()
        work, self._work = self._work, None
        if work is not None:
            work.close()

    def _go_on(self) -> None:
        work, end = self._work, time.monotonic() + SLICE_S
        try:
            while work is not None and work is self._work and time.monotonic() < end:
                next(work)
        except StopIteration:
            self._end(work)
        except MuscleSegError as error:
            self._end(work, error.message)
        except BaseException:
            self._end(work)
            raise

    def _end(self, work: Work, sentence: str = "") -> None:
        if work is self._work:
            self._timer.stop()
            self._work = None
            if sentence:
                self._on_error(sentence)
            self._on_end()
