"""Names of Qt's, CTK's and Slicer's that a module uses: in its Python and in its ``.ui`` files."""

import ast
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from Testing.slicer_host.slicer_api import SlicerApi, qt_class

_OBJECTS = {
    "slicer.app": "qSlicerApplication",
    "slicer.app.layoutManager()": "qSlicerLayoutManager",
    "slicer.app.ioManager()": "qSlicerIOManager",
    "slicer.app.coreIOManager()": "qSlicerCoreIOManager",
    "slicer.app.moduleManager()": "qSlicerModuleManager",
}
"""Expressions of which every module knows what they give."""


@dataclass(frozen=True)
class Widget:
    """A widget of a ``.ui`` file."""

    name: str
    class_name: str
    properties: tuple[str, ...]


def widgets_of(ui_file: Path) -> list[Widget]:
    """Return the widgets of a ``.ui`` file, with the properties that their class must declare."""
    widgets = []
    for element in ElementTree.parse(ui_file).iter("widget"):
        names = [
            element_property.get("name", "")
            for element_property in element.findall("property")
            if element_property.get("stdset") != "0"
        ]
        widgets.append(Widget(element.get("name", ""), element.get("class", ""), tuple(names)))
    return widgets


def unknown_in_ui(ui_file: Path, api: SlicerApi) -> list[str]:
    """Return the names that a ``.ui`` file uses and Slicer does not have."""
    unknown = []
    widgets = widgets_of(ui_file)
    for widget in widgets:
        if not api.has_class(widget.class_name):
            unknown.append(widget.class_name)
        missing = (name for name in widget.properties if not api.has_property(widget.class_name, name))
        unknown += [f"{widget.class_name}.{name}" for name in missing]
    classes = {widget.name: widget.class_name for widget in widgets}
    for link in ElementTree.parse(ui_file).iter("connection"):
        sender, receiver = (classes[link.findtext(key, "")] for key in ("sender", "receiver"))
        signal, slot = link.findtext("signal", ""), link.findtext("slot", "")
        if not api.has_signal(sender, signal):
            unknown.append(f"{sender}.{signal}")
        if not api.has_member(receiver, slot.partition("(")[0]):
            unknown.append(f"{receiver}.{slot}")
    return unknown


def unknown_in_python(source: str, widgets: dict[str, str], api: SlicerApi) -> list[str]:
    """Return what Python code uses and Slicer does not have.

    Args:
        source: The code.
        widgets: The class of each widget of the panel, which the code calls ``ui.<name>`` or ``self.ui.<name>``.
        api: Names that Slicer has.
    """
    tree = ast.parse(source)
    kinds = _OBJECTS | _assigned(tree, widgets)
    return sorted({line for node in ast.walk(tree) for line in _unknown_at(node, kinds, widgets, api)})


def _unknown_at(node: ast.AST, kinds: dict[str, str], widgets: dict[str, str], api: SlicerApi) -> Iterator[str]:
    if isinstance(node, ast.ImportFrom) and node.module in ("qt", "ctk", "slicer"):
        module = node.module
        yield from (f"{module}.{name.name}" for name in node.names if not api.has_name(module, name.name))
    elif isinstance(node, ast.Attribute):
        owner = ast.unparse(node.value)
        if owner in ("qt", "ctk", "slicer") and not api.has_name(owner, node.attr):
            yield f"{owner}.{node.attr}"
        kind = _kind_of(node.value, kinds, widgets)
        if kind and (qt_class(kind) or kind in api.widgets) and not api.has_member(kind, node.attr):
            yield f"{kind}.{node.attr}"
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        kind = _kind_of(node.func.value, kinds, widgets)
        if kind and node.keywords:
            yield f"{kind}.{node.func.attr}({node.keywords[0].arg}=)"  # PythonQt's methods take no keywords
        signal = node.args[0] if kind and node.func.attr == "connect" and node.args else None
        is_text = isinstance(signal, ast.Constant) and isinstance(signal.value, str)
        if kind and is_text and not api.has_signal(kind, signal.value):
            yield f"{kind}.{signal.value}"


def _kind_of(value: ast.expr, kinds: dict[str, str], widgets: dict[str, str]) -> str | None:
    """Return the class of an object, or the class itself that is written ``qt.QProcess``."""
    text = ast.unparse(value)
    if text.startswith("qt.Q") and text.count(".") == 1 and "(" not in text:
        return text.removeprefix("qt.")
    return kinds.get(text) or _class_of(value, widgets)


def _assigned(tree: ast.Module, widgets: dict[str, str]) -> dict[str, str]:
    """Return the classes of names that are given a widget.

    ``self._table = ui.table``, ``a, b = ui.x, ui.y``, ``timer = qt.QTimer()``, and an argument
    ``table: qt.QTableWidget``.
    """
    classes = {}
    for target, value in _pairs(tree):
        if kind := _class_of(value, widgets):
            classes[ast.unparse(target)] = kind
    for node in ast.walk(tree):
        text = ast.unparse(node.annotation) if isinstance(node, ast.arg) and node.annotation else ""
        if text.startswith(("qt.Q", "ctk.ctk", "slicer.q")):
            classes[node.arg] = text.partition(".")[2]
    return classes


def _pairs(tree: ast.Module) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield what is assigned to what, one by one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target, value = node.targets[0], node.value
            if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
                yield from zip(target.elts, value.elts, strict=False)
            else:
                yield target, value


def _class_of(value: ast.expr, widgets: dict[str, str]) -> str | None:
    """Return the class of ``ui.<name>`` and of ``qt.QTimer()``."""
    text = ast.unparse(value.func) if isinstance(value, ast.Call) else ast.unparse(value)
    owner, _, name = text.rpartition(".")
    if isinstance(value, ast.Call):
        return name if owner in ("qt", "ctk", "slicer") and name.startswith(("Q", "ctk", "q")) else None
    return widgets.get(name) if owner.rpartition(".")[2].lstrip("_") == "ui" else None
