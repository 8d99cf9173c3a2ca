"""``QTimer`` that is known while it runs, so that work in steps can be waited for."""

import time
import weakref
from types import TracebackType
from typing import Any, Self

from PySide6 import QtCore

_TICK_MS = 20

_made: "weakref.WeakSet[QTimer]" = weakref.WeakSet()


class QTimer(QtCore.QTimer):
    """Qt's own timer."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        _made.add(self)

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse what Qt's own class would refuse in Slicer: only the class itself is this one's, not those of it."""
        if type(self) is QTimer and not hasattr(type(self), name):
            message = f"'{name}' does not exist on QTimer and creating new attributes on C++ objects is not allowed"
            raise AttributeError(message)
        super().__setattr__(name, value)


def is_stepping() -> bool:
    """Return whether a timer without an interval fires again and again: something is being done in steps."""
    return any(not timer.singleShot and timer.interval == 0 and timer.isActive() for timer in tuple(_made))


class Gaps:
    """A clock that ticks every 20 ms while Qt works, as a window is drawn and answers: where it stands, these wait.

    Attributes:
        longest_s: The longest time between two ticks, that from the beginning and that to the end included.
        longest_own_s: The longest time that this thread worked between two ticks, whatever else the processor did.
    """

    def __init__(self) -> None:
        self.longest_s = self.longest_own_s = 0.0
        self._timer = QtCore.QTimer()  # not the one above, which is waited for
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._tick)

    def __enter__(self) -> Self:
        self._last, self._last_own = time.monotonic(), time.thread_time()
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._timer.stop()
        self._tick()

    def _tick(self) -> None:
        now, thread_s = time.monotonic(), time.thread_time()
        self.longest_s = max(self.longest_s, now - self._last)
        self.longest_own_s = max(self.longest_own_s, thread_s - self._last_own)
        self._last, self._last_own = now, thread_s
