"""Which widget ``parameterNodeWrapper`` can bind to which type, as in Slicer: by the widget's exact class."""

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import slicer
from PySide6 import QtWidgets

from Testing.slicer_host.node_combo_box import qMRMLNodeComboBox


@dataclass
class Connector:
    """A widget that shows a parameter."""

    widget: Any
    signal: str
    read: Callable[[], Any]
    write: Callable[[Any], None]
    callback: Callable[[], None] | None = None

    def connect(self, callback: Callable[[], None]) -> None:
        """Call back whenever the user changes the widget."""
        self.callback = callback
        getattr(self.widget, self.signal).connect(self._on_changed)

    def disconnect(self) -> None:
        getattr(self.widget, self.signal).disconnect(self._on_changed)
        self.callback = None

    def _on_changed(self) -> None:
        if self.callback is not None:
            self.callback()


def connector_for(widget: Any, kind: Any) -> Connector:
    """Return what binds a widget to a parameter of a type.

    Raises:
        RuntimeError: If Slicer binds no such pair. A class derived from a known one, such as ``ctkComboBox``, is not
            known.

    """
    exact, is_class = type(widget), isinstance(kind, type)
    if kind is bool and exact is QtWidgets.QCheckBox:
        return _property(widget, "checked", "stateChanged")
    if is_class and issubclass(kind, enum.Enum) and exact is QtWidgets.QComboBox:
        label = getattr(kind, "label", lambda member: member.name)
        return _choice(widget, [(label(member), member) for member in kind])
    if is_class and issubclass(kind, slicer.vtkMRMLNode) and exact is qMRMLNodeComboBox:
        widget.nodeTypes = [kind.__name__]
        return Connector(widget, "currentNodeChanged", widget.currentNode, widget.setCurrentNode)
    raise RuntimeError(f"Unable to create GUI connector from datatype '{kind}' to widget type '{exact}'")


def _property(widget: Any, name: str, signal: str) -> Connector:
    return Connector(widget, signal, lambda: getattr(widget, name), lambda value: setattr(widget, name, value))


def _choice(widget: Any, options: list[tuple[str, Any]]) -> Connector:
    """Fill a combo box with the options, in place of what the .ui put there."""
    widget.clear()
    for label, _ in options:
        widget.addItem(label)

    def write(value: Any) -> None:
        rows = [row for row, (_, option) in enumerate(options) if option == value]
        if not rows:
            raise ValueError(f"Unable to find value {value} in choices {options}")
        widget.currentIndex = rows[0]

    return Connector(widget, "currentIndexChanged", lambda: options[widget.currentIndex][1], write)
