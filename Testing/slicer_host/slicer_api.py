"""Names of a real Slicer 5.13, as it listed them itself: ``slicer_api`` beside the project."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from PySide6 import QtCore, QtGui, QtWidgets

from Testing.slicer_host import declared

_LIKE = {
    "QAbstractButton": "ctkCollapsibleButton",
    "QComboBox": "ctkComboBox",
    "QMessageBox": "ctkMessageBox",
    "QPushButton": "ctkMenuButton",
    "QTableView": "qMRMLTableView",
    "QToolButton": "ctkExpandButton",
    "QWidget": "qMRMLWidget",
}
"""Of Qt's own classes, Slicer was asked only about widgets derived from them."""

_NOT_IN_ITS_METHODS = {
    "qMRMLNodeComboBox": {"mrmlScene", "setMRMLScene"},
    "qSlicerScriptedLoadableModuleWidget": {"setup", "mrmlScene", "setMRMLScene", "mrmlSceneChanged"},
    "qSlicerWidget": {"mrmlScene", "setMRMLScene", "mrmlSceneChanged"},
    "qSlicerApplication": {
        *("mrmlScene", "testingEnabled", "processEvents", "translate"),
        *("setOverrideCursor", "restoreOverrideCursor", "clipboard"),
    },
}
"""Members that PythonQt adds from outside the class, which ``widgets.json`` leaves out: Slicer's Python uses each."""

_SUBMODULES = {"ScriptedLoadableModule", "i18n", "logic", "packaging", "parameterNodeWrapper", "util"}


@dataclass(frozen=True)
class SlicerApi:
    """The two files."""

    folder: Path

    @cached_property
    def widgets(self) -> dict[str, Any]:
        return dict(json.loads((self.folder / "widgets.json").read_text(encoding="utf-8")))

    @cached_property
    def names(self) -> dict[str, list[str]]:
        return dict(json.loads((self.folder / "names.json").read_text(encoding="utf-8")))

    def has_name(self, module: str, name: str) -> bool:
        """Return whether ``qt``, ``ctk`` or ``slicer`` has a name."""
        return name in self.names[module] or (module == "slicer" and name in _SUBMODULES)

    def has_class(self, name: str) -> bool:
        return any(name in self.names[module] for module in ("qt", "ctk", "slicer")) or name in self.widgets

    def has_member(self, class_name: str, member: str) -> bool:
        """Return whether objects of a class have a property, signal, slot or method of a name.

        For Qt's own methods, of which ``widgets.json`` holds few, PySide6 is asked.
        """
        return (
            member in ("name", "className", "connect", "disconnect", "children", "delete")
            or any(member in self.members(listed) for listed in self._listed_classes(class_name))
            or member in _NOT_IN_ITS_METHODS.get(class_name, ())
            or any(hasattr(qt_class(base) or object, member) for base in self.bases(class_name))
        )

    def has_signal(self, class_name: str, signature: str) -> bool:
        normalized = bytes(QtCore.QMetaObject.normalizedSignature(signature).data()).decode()
        listed = self._listed_classes(class_name)
        if listed:
            return any(normalized in self.widgets[name]["signals"] for name in listed)
        return normalized in declared.signals.get(class_name, ())

    def has_property(self, class_name: str, name: str) -> bool:
        if listed := self._listed_classes(class_name):
            return any(name in self.widgets[listed_class]["properties"] for listed_class in listed)
        return name in declared.properties.get(class_name, ())

    def members(self, class_name: str) -> set[str]:
        """Return the members that ``widgets.json`` lists for a class."""
        listed = self.widgets[class_name]
        called = [*listed["signals"], *listed["slots"], *listed["methods"]]
        return {*listed["properties"], *(signature.partition("(")[0] for signature in called)}

    def bases(self, class_name: str) -> list[str]:
        return self.widgets.get(class_name, {}).get("superClasses", [class_name])

    def _listed_classes(self, class_name: str) -> list[str]:
        """Return the classes of ``widgets.json`` that tell about this one."""
        return [name for name in (class_name, _LIKE.get(class_name, "")) if name in self.widgets]


def qt_class(name: str) -> Any:
    """Return a class of PySide6 by its name, or None."""
    for module in (QtCore, QtGui, QtWidgets):
        if hasattr(module, name):
            return getattr(module, name)
    return None
