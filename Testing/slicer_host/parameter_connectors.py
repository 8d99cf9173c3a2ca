"""Which widget ``parameterNodeWrapper`` can bind to which type, as in Slicer: by the widget's exact class."""

import enum
import pathlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import slicer
from PySide6 import QtWidgets

from Testing.slicer_host import ctk_widgets
from Testing.slicer_host.node_combo_box import qMRMLNodeComboBox
from Testing.slicer_host.parameter_serializers import Choice, Maximum, Minimum, WithinRange, split_annotations


@dataclass(frozen=True)
class Decimals:
    """How many decimals a widget shows (an annotation)."""

    value: int


@dataclass(frozen=True)
class SingleStep:
    """By how much a widget steps (an annotation)."""

    value: float


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


def connector_for(widget: Any, hint: Any) -> Connector:
    """Return what binds a widget to a parameter of a type.

    Raises:
        RuntimeError: If Slicer binds no such pair. A class derived from a known one, such as ``ctkComboBox``, is not
            known.

    """
    kind, annotations = split_annotations(hint)
    exact = type(widget)
    if kind is bool and exact is QtWidgets.QCheckBox:
        return _property(widget, "checked", "stateChanged")
    if kind is bool and exact is QtWidgets.QPushButton:
        widget.checkable = True
        return _property(widget, "checked", "toggled")
    if kind is int and exact in (QtWidgets.QSlider, QtWidgets.QSpinBox):
        return _number(widget, annotations)
    if kind is float and exact in (QtWidgets.QDoubleSpinBox, ctk_widgets.ctkSliderWidget):
        return _number(widget, annotations)
    if exact is QtWidgets.QComboBox and isinstance(kind, type) and issubclass(kind, enum.Enum):
        label = getattr(kind, "label", lambda member: member.name)
        return _choice(widget, [(label(member), member) for member in kind])
    if exact is QtWidgets.QComboBox and kind in (int, float, str, bool):
        choice = next((one for one in annotations if isinstance(one, Choice)), None)
        if choice is None:
            raise RuntimeError("ComboBoxToStringableConnector requires the Choice annotation to be used.")
        return _choice(widget, [(str(value), value) for value in choice.choices])
    if kind is str and exact is QtWidgets.QLineEdit:
        return _property(widget, "text", "textChanged")
    if kind is str and exact is QtWidgets.QTextEdit:
        return Connector(widget, "textChanged", widget.toPlainText, widget.setPlainText)
    if isinstance(kind, type) and issubclass(kind, pathlib.PurePath):
        return _path(widget, kind, hint)
    if exact is qMRMLNodeComboBox and isinstance(kind, type) and issubclass(kind, slicer.vtkMRMLNode):
        widget.nodeTypes = [kind.__name__]
        return Connector(widget, "currentNodeChanged", widget.currentNode, widget.setCurrentNode)
    raise RuntimeError(f"Unable to create GUI connector from datatype '{hint}' to widget type '{exact}'")


def _property(widget: Any, name: str, signal: str) -> Connector:
    return Connector(widget, signal, lambda: getattr(widget, name), lambda value: setattr(widget, name, value))


def _number(widget: Any, annotations: list[Any]) -> Connector:
    found = {type(one): one for one in annotations}
    for annotation, name in ((Decimals, "decimals"), (SingleStep, "singleStep")):
        if annotation in found:
            setattr(widget, name, found[annotation].value)
    limits = found.get(WithinRange)
    low, high = limits or found.get(Minimum), limits or found.get(Maximum)
    if isinstance(widget, (QtWidgets.QSlider, ctk_widgets.ctkSliderWidget)) and not (low and high):
        raise RuntimeError("A slider needs a range: annotate the parameter with WithinRange.")
    extent = 2**31 - 1 if isinstance(widget, QtWidgets.QSpinBox) else float("inf")
    widget.minimum = low.minimum if low else -extent
    widget.maximum = high.maximum if high else extent
    return _property(widget, "value", "valueChanged")


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


def _path(widget: Any, kind: type, hint: Any) -> Connector:
    names = {ctk_widgets.ctkPathLineEdit: "currentPath", ctk_widgets.ctkDirectoryButton: "directory"}
    name = names.get(type(widget))
    if name is None:
        raise RuntimeError(f"Unable to create GUI connector from datatype '{hint}' to widget type '{type(widget)}'")
    return Connector(
        widget, f"{name}Changed", lambda: kind(getattr(widget, name)), lambda path: setattr(widget, name, str(path))
    )
