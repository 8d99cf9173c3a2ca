"""Qt Designer's files (``.ui``) with Slicer's widgets in them."""

import xml.etree.ElementTree as ElementTree
from typing import Any

import slicer
from PySide6 import QtWidgets
from PySide6.QtCore import QBuffer, QFile, QIODevice, QObject
from PySide6.QtUiTools import QUiLoader as _Loader
from PySide6.QtWidgets import QWidget

from Testing.slicer_host import ctk_widgets, errors

_OF_SLICER = ("ctk", "qMRML", "qSlicer")


class QUiLoader(_Loader):
    """Qt's loader, which makes the stand-ins of this host, and tells of what Slicer's would have left out."""

    def createWidget(self, class_name: str, parent: QWidget | None = None, name: str = "") -> QWidget:
        """Make a widget. Qt's own are made in Python too, since one made in C++ could be wrapped as its base class."""
        kind = ctk_widgets.WIDGETS.get(class_name) or getattr(QtWidgets, class_name, None)
        if class_name.startswith(("qMRML", "qSlicer")):
            kind = getattr(slicer, class_name, None)
        if kind is None:
            if class_name.startswith(_OF_SLICER):
                errors.record(f"the host has no stand-in for {class_name}")
            return super().createWidget(class_name, parent, name)
        widget: QWidget = kind(parent)
        widget.setObjectName(name)
        return widget

    def load(self, file: QFile) -> QWidget:
        """Make the widgets of a file, and connect what it connects."""
        root = ElementTree.fromstring(file.readAll().data())
        connections = root.find("connections")
        links = list(connections) if connections is not None else []
        if connections is not None:
            root.remove(connections)  # PySide's loader knows no signals that Python declares
        buffer = QBuffer()
        buffer.setData(ElementTree.tostring(root))
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        widget = super().load(buffer)
        named = {child.objectName: child for child in (widget, *widget.findChildren(QObject))}
        for link in links:
            _connect(named, link)
        _tell_unknown_properties(root, named)
        return widget


def _connect(named: dict[str, Any], link: ElementTree.Element) -> None:
    sender, receiver = (named[link.findtext(key, "")] for key in ("sender", "receiver"))
    sender.connect(link.findtext("signal", ""), receiver, link.findtext("slot", ""))


def _tell_unknown_properties(root: ElementTree.Element, named: dict[str, Any]) -> None:
    for element in root.iter("widget"):
        widget = named.get(element.get("name", ""))
        for given in element.findall("property"):
            name = given.get("name", "")
            is_declared = given.get("stdset") != "0"
            if widget is not None and is_declared and widget.metaObject().indexOfProperty(name) < 0:
                errors.record(f"in the .ui file, {element.get('class')} has no property {name}")
