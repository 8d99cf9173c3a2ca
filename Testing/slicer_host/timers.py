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

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse what Qt's own class would refuse in Slicer: only the class itself is this one's, not those of it."""
        if type(self) is QTimer and not hasattr(type(self), name):
            message = f"'{name}' does not exist on QTimer and creating new attributes on C++ objects is not allowed"
            raise AttributeError(message)
        super().__setattr__(name, value)


def is_stepping() -> bool:
    """Return whether a timer without an interval fires again and again: something is being done in steps."""
    return any(not timer.singleShot and timer.interval == 0 and timer.isActive() for timer in tuple(_made))
