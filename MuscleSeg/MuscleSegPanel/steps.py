"""Work in steps, so that Slicer's window never waits for long: in its main thread, since PythonQt has no other."""

import time
from collections.abc import Callable, Generator
from typing import Any

import qt

from MuscleSegLib.errors import MuscleSegError

SLICE_S = 0.05
"""How long steps are done in one go, before Slicer does what a person has asked for meanwhile."""

Work = Generator[None, None, Any]


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

    def finish(self) -> None:
        """Do all that is left at once, for what cannot go on without it."""
        while self.is_busy:
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
            self._end(work, str(error))
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
