"""Interruption by signals between two iterations."""

import signal
import threading
from types import FrameType, TracebackType
from typing import Self

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interruption:
    """Context in which SIGINT (Ctrl-C) and SIGTERM only set ``is_requested``."""

    def __init__(self) -> None:
        self.is_requested = False

    def __enter__(self) -> Self:
        # only the main thread may handle signals; others cannot be interrupted either
        handled = SIGNALS if threading.current_thread() is threading.main_thread() else ()
        self._before = {number: signal.signal(number, self._ask) for number in handled}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.is_requested = True
