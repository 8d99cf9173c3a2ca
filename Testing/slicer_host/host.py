"""The host: Slicer's real scene, PySide6 dressed as PythonQt, and the parts of ``slicer`` that need an application.

    host = Host.start()
    panel = host.load(Path("MuscleSeg/MuscleSeg.py"))
    host.click(panel.ui.segmentButton)
    host.spin(lambda: panel.ui.segmentButton.enabled, seconds=30)

What passes here passes in the host, and is not said to pass in Slicer.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import slicer
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QSettings
from PySide6.QtWidgets import QApplication, QWidget

from Testing.slicer_host import (
    ctk_widgets,
    dialogs,
    errors,
    i18n,
    layout,
    module_parents,
    mrml_widgets,
    node_combo_box,
    packaging,
    parameter_connectors,
    parameter_nodes,
    parameter_serializers,
    pythonqt,
    sample_data,
    scripted_module,
    segment_editor,
    ui_loader,
)
from Testing.slicer_host.application import qSlicerApplication
from Testing.slicer_host.scene_setup import SceneHost, scene_host

_PANEL_WIDTH = 560


class Host:
    """One running stand-in for Slicer.

    Attributes:
        scene: The scene.
        dialogs: What windows that wait for the user will be answered, and what they asked.
        errors: What slots and observers raised, and what does not exist that was connected to.
        installed: What was asked to be installed.

    """

    def __init__(self, scene: SceneHost) -> None:
        self._scene = scene
        self._loaded: list[str] = []
        self._modules_before = set(sys.modules)
        self.scene = scene.scene
        self.dialogs = dialogs.DIALOGS
        self.errors = errors.recorded
        self.installed = packaging.installed

    @classmethod
    def start(cls) -> "Host":
        """Return a host with an empty scene. The application is made at the first call and stays."""
        _application()
        host = cls(scene_host())
        host._forget()
        slicer.app._is_testing = True
        return host

    @property
    def is_testing(self) -> bool:
        """What ``slicer.app.testingEnabled()`` says; it is True at first, as in Slicer's own tests."""
        return bool(slicer.app.testingEnabled())

    @is_testing.setter
    def is_testing(self, on: bool) -> None:
        slicer.app._is_testing = on

    @property
    def translated(self) -> set[str]:
        """Every text that was given to be translated."""
        found: set[str] = slicer.app._translated
        return found

    def load(self, path: Path) -> Any:
        """Load the file of a scripted module, show its panel and enter it; return the panel's Python object."""
        module = module_parents.load_module(Path(path))
        self._loaded.append(module.name)
        slicer.app.startupCompleted.emit()
        widget = module.widgetRepresentation()
        widget.resize(_PANEL_WIDTH, widget.sizeHint().height())
        widget.show()
        widget.enter()
        return widget.self()

    def click(self, widget: QWidget) -> None:
        """Press a button as the user does.

        Raises:
            AssertionError: If it is disabled or hidden, so that no user could press it.

        """
        assert widget.enabled, f"{widget.objectName} is disabled"
        assert widget.visible, f"{widget.objectName} is hidden"
        widget.click()
        self.work()

    def work(self) -> None:
        """Let Qt do what it has to do now, deletions included."""
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def spin(self, until: Callable[[], bool], seconds: float = 10.0) -> None:
        """Let the application work until something is so.

        Raises:
            AssertionError: If it is not so after these seconds.

        """
        end = time.monotonic() + seconds
        while not until():
            assert time.monotonic() < end, f"still not so after {seconds:g} s; errors: {self.errors}"
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 20)
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def grab(self, widget: Any, path: Path) -> None:
        """Write a picture (PNG) of a widget, or of the panel that a Python object has as its ``parent``.

        Raises:
            AssertionError: If it could not be written.

        """
        shown = widget if isinstance(widget, QWidget) else widget.parent
        self.work()
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        assert shown.grab().save(str(path)), f"no picture could be written to {path}"

    def close(self) -> None:
        """Unload the modules and close the scene; what is still there then is an error of theirs.

        Raises:
            AssertionError: If a module left a process or a window behind.

        """
        for name in self._loaded:
            module_parents.unload_module(name, but_keep=self._modules_before)
        self._loaded.clear()
        self.work()
        self._scene.clear()
        self.work()

    def _forget(self) -> None:
        self._scene.clear()
        for index in reversed(range(self.scene.GetNumberOfNodesByClass("vtkMRMLScriptedModuleNode"))):
            self.scene.RemoveNode(self.scene.GetNthNodeByClass(index, "vtkMRMLScriptedModuleNode"))
        for kept in (self.errors, self.installed, self.translated):
            kept.clear()
        self.dialogs.clear()
        QSettings().clear()


@cache
def _application() -> QApplication:
    """Make the application and everything that modules import; once, since Qt has one application in a process."""
    application = QApplication.instance() or QApplication(["Slicer"])
    application.setStyle("Fusion")
    QCoreApplication.setOrganizationName("NA-MIC")
    QCoreApplication.setApplicationName("Slicer")
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    scene = scene_host()
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, tempfile.mkdtemp(dir=scene.folder))
    qt = pythonqt.qt_module()
    qt.QUiLoader = ui_loader.QUiLoader
    ctk = _module("ctk", ctk_widgets.WIDGETS)
    sys.modules["ctk"] = ctk
    dialogs.install()
    errors.install()
    _fill_slicer(scene)
    return application


def _fill_slicer(scene: SceneHost) -> None:
    """Put the rest of the package ``slicer`` beside what slicer-core has."""
    for source in (mrml_widgets, node_combo_box, segment_editor, layout, module_parents):
        for name, kind in vars(source).items():
            if name.startswith(("qMRML", "qSlicer")):
                setattr(slicer, name, kind)
    wrapper = {"SlicerParameterNamePropertyName": parameter_nodes.SlicerParameterNamePropertyName}
    for source in (parameter_nodes, parameter_connectors, parameter_serializers):
        public = ("parameterNodeWrapper", "isParameterNodeWrapper", "Decimals", "SingleStep", "Default", "WithinRange")
        wrapper |= {
            name: vars(source)[name] for name in (*public, "Minimum", "Maximum", "Choice") if name in vars(source)
        }
    _submodule("parameterNodeWrapper", _module("slicer.parameterNodeWrapper", wrapper))
    _submodule("i18n", i18n)
    _submodule("packaging", packaging)
    _submodule("ScriptedLoadableModule", scripted_module)
    sys.modules["slicer.modules"] = slicer.modules
    sys.modules["SampleData"] = sample_data
    slicer.app = qSlicerApplication(scene)


def _module(name: str, members: dict[str, Any]) -> ModuleType:
    module = ModuleType(name)
    vars(module).update(members)
    return module


def _submodule(name: str, module: ModuleType) -> None:
    sys.modules[f"slicer.{name}"] = module
    setattr(slicer, name, module)
