"""Observers of VTK objects that end with the widget that wanted them, as those of Slicer's widgets do."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject


class Observers:
    """The observers of one widget."""

    def __init__(self, widget: QObject) -> None:
        self._held: list[tuple[Any, int]] = []
        widget.destroyed.connect(self.stop)

    def add(self, watched: Any, event: Any, callback: Callable[..., Any]) -> None:
        self._held.append((watched, watched.AddObserver(event, callback)))

    def stop(self) -> None:
        for watched, tag in self._held:
            watched.RemoveObserver(tag)
        self._held.clear()
