"""``QTimer`` that is known while it runs, so that work in steps can be waited for."""

import weakref
from typing import Any

from PySide6 import QtCore

_made: "weakref.WeakSet[QTimer]" = weakref.WeakSet()


class QTimer(QtCore.QTimer):
    """Qt's own timer."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        _made.add(self)


def is_stepping() -> bool:
    """Return whether a timer without an interval fires again and again: something is being done in steps."""
    return any(not timer.singleShot and timer.interval == 0 and timer.isActive() for timer in tuple(_made))
