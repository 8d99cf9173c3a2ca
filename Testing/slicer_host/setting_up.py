"""Making this Python look like Slicer's: the modules ``qt``, ``ctk``, ``SampleData``, and the rest of ``slicer``."""

import os
import sys
import tempfile
from functools import cache
from types import ModuleType
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import slicer
from PySide6.QtCore import QCoreApplication, QSettings
from PySide6.QtWidgets import QApplication

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
    parameter_nodes,
    pythonqt,
    sample_data,
    scripted_module,
    segment_editor,
    ui_loader,
)
from Testing.slicer_host.application import qSlicerApplication
from Testing.slicer_host.scene_setup import SceneHost, scene_host

_WRAPPER = {
    "parameterNodeWrapper": parameter_nodes.parameterNodeWrapper,
    "SlicerParameterNamePropertyName": parameter_nodes.SlicerParameterNamePropertyName,
}


@cache
def set_up() -> SceneHost:
    """Make the application and everything that modules import; once, since Qt has one application in a process."""
    application = QApplication.instance() or QApplication(["Slicer"])
    application.setStyle("Fusion")  # looks the same everywhere
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
    return scene


def _fill_slicer(scene: SceneHost) -> None:
    """Put the rest of the package ``slicer`` beside what slicer-core has."""
    for source in (mrml_widgets, node_combo_box, segment_editor, layout, module_parents):
        for name, kind in vars(source).items():
            if name.startswith(("qMRML", "qSlicer")):
                setattr(slicer, name, kind)
    _submodule("parameterNodeWrapper", _module("slicer.parameterNodeWrapper", _WRAPPER))
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
