"""Wrapping of a scripted module by Slicer: its description, and the widget that holds its panel."""

import importlib.util
import os
import sys
from pathlib import Path
from typing import Any

import slicer
from PySide6.QtCore import Property
from PySide6.QtWidgets import QVBoxLayout

from Testing.slicer_host import errors
from Testing.slicer_host.file_io import qSlicerScriptedFileReader
from Testing.slicer_host.mrml_widgets import qSlicerWidget


class qSlicerScriptedLoadableModuleWidget(qSlicerWidget):
    """Slicer's side of a panel: an exception in the panel's methods is printed, and Slicer goes on."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path
        self._name = Path(path).stem
        self._panel: Any = None
        self._is_entered = False
        QVBoxLayout(self)
        self.setMRMLScene(slicer.mrmlScene)

    isEntered = Property(bool, lambda self: self._is_entered)
    moduleName = Property(str, lambda self: self._name)

    def self(self) -> Any:
        return self._panel

    def setup(self) -> None:
        """Make the panel from the class that the module's file has now."""
        module = sys.modules[self._name]
        self._panel = getattr(module, f"{self._name}Widget")(self)
        setattr(slicer.modules, f"{self._name}Widget", self._panel)
        _guarded(self._panel.setup)

    def reload(self) -> None:
        """Make the panel anew, and enter it if it was entered."""
        self.setup()
        if self._is_entered:
            self.enter()

    def enter(self) -> None:
        self._is_entered = True
        _guarded(getattr(self._panel, "enter", None))

    def exit(self) -> None:
        self._is_entered = False
        _guarded(getattr(self._panel, "exit", None))


class qSlicerScriptedLoadableModule:
    """A module as ``slicer.modules`` has it: what it says of itself, and its panel, made when it is first asked for."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.name = Path(path).stem
        self.title = self.name
        self._widget: qSlicerScriptedLoadableModuleWidget | None = None

    def widgetRepresentation(self) -> qSlicerScriptedLoadableModuleWidget:
        if self._widget is None:
            self._widget = self.createNewWidgetRepresentation()
        return self._widget

    def createNewWidgetRepresentation(self) -> qSlicerScriptedLoadableModuleWidget:
        widget = qSlicerScriptedLoadableModuleWidget(self.path)
        widget.setup()
        return widget


def load_module(path: Path) -> qSlicerScriptedLoadableModule:
    """Load the file of a module as Slicer does when it starts.

    Args:
        path: The module's file. Its folder is added to the import path, as Slicer adds every module path.
    """
    name = path.stem
    _forget_modules_in(path.parent)  # Slicer starts with none; a test that needs no host may have imported some
    if str(path.parent) not in sys.path:
        sys.path.append(str(path.parent))
    module = qSlicerScriptedLoadableModule(str(path))
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    source = importlib.util.module_from_spec(spec)
    sys.modules[name] = source
    spec.loader.exec_module(source)
    setattr(slicer.modules, name.lower(), module)
    slicer.app.moduleManager()._modules[name] = module
    getattr(source, name)(module)
    if hasattr(source, f"{name}FileReader"):
        slicer.app.coreIOManager()._readers[name] = qSlicerScriptedFileReader(getattr(source, f"{name}FileReader"))
    return module


def unload_module(name: str) -> None:
    """Unload a module as Slicer does when it ends, and forget what its folder brought along."""
    slicer.app.moduleManager().moduleAboutToBeUnloaded.emit(name)
    module = slicer.app.moduleManager()._modules.pop(name)
    if module._widget is not None:
        module._widget.deleteLater()
    slicer.app.coreIOManager()._readers.pop(name, None)
    delattr(slicer.modules, name.lower())
    vars(slicer.modules).pop(f"{name}Widget", None)
    getattr(slicer, "selfTests", {}).pop(name, None)
    folder = Path(module.path).parent
    sys.path.remove(str(folder))
    _forget_modules_in(folder)


def _forget_modules_in(folder: Path) -> None:
    for module_name in list(sys.modules):
        if (getattr(sys.modules[module_name], "__file__", None) or "").startswith(f"{folder}{os.sep}"):
            del sys.modules[module_name]
            package, _, child = module_name.rpartition(".")
            # a package that stays would hand out the old module to "from package import child"
            if hasattr(sys.modules.get(package), child):
                delattr(sys.modules[package], child)


def _guarded(method: Any) -> None:
    """Call a method of the panel, if it has it."""
    try:
        if method is not None:
            method()
    except Exception:
        errors.report_exception()
