"""The host: Slicer's real scene, PySide6 dressed as PythonQt, and the parts of ``slicer`` that need an application.

    host = Host.start()
    panel = host.load(Path("MuscleSeg/MuscleSeg.py"))
    host.click(panel.ui.segmentButton)
    host.spin(lambda: panel.ui.segmentButton.enabled, seconds=30)

What passes here passes in the host, and is not said to pass in Slicer.
"""

import gc
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import slicer
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QSettings
from PySide6.QtWidgets import QApplication, QWidget

from Testing.slicer_host import dialogs, errors, module_parents, packaging, timers, usage
from Testing.slicer_host.ctk_widgets import ctkCollapsibleButton
from Testing.slicer_host.scene_setup import SceneHost
from Testing.slicer_host.setting_up import set_up

_PANEL_WIDTH = 560
_PAUSE_S = 0.005


class Host:
    """Running stand-in for Slicer.

    Attributes:
        scene: The scene.
        dialogs: Answers to windows that wait for the user, and their questions.
        errors: Errors of slots and observers, and connections to signals that do not exist.
        touched: Class and name of every attribute of Qt's objects that the loaded modules read or set.
        installed: Packages that were asked to be installed.
    """

    def __init__(self, scene: SceneHost) -> None:
        self._scene = scene
        self._loaded: list[str] = []
        self._is_closed = False
        self.scene = scene.scene
        self._windows_before: set[QWidget] = set()
        self._observers_before = 0
        self.dialogs = dialogs.DIALOGS
        self.errors = errors.recorded
        self.installed = packaging.installed
        self.touched = usage.touched

    @classmethod
    def start(cls) -> "Host":
        """Return a host with an empty scene. The application is made at the first call and stays."""
        host = cls(set_up())
        host._forget()
        slicer.app._is_testing = True
        return host

    @property
    def is_testing(self) -> bool:
        """Answer of ``slicer.app.testingEnabled()``; it is True at first, as in Slicer's own tests."""
        return bool(slicer.app.testingEnabled())

    @is_testing.setter
    def is_testing(self, on: bool) -> None:
        slicer.app._is_testing = on

    @property
    def translated(self) -> set[str]:
        """Every text that was given to be translated."""
        texts: set[str] = slicer.app._translated
        return texts

    def load(self, path: Path) -> Any:
        """Load the file of a scripted module, show its panel and enter it; return the panel's Python object."""
        if not self._loaded:
            self._windows_before, self._observers_before = set(QApplication.topLevelWidgets()), self._observers()
        usage.watch(Path(path).resolve().parent)
        module = module_parents.load_module(Path(path))
        self._loaded.append(module.name)
        slicer.app.startupCompleted.emit()
        widget = module.widgetRepresentation()
        widget.resize(_PANEL_WIDTH, widget.sizeHint().height())
        widget.show()
        widget.enter()
        return widget.self()

    def add_a_scene(self, folder: Path, *, in_a_batch: bool = False) -> None:
        """Load a file with another scene, of one text, into this one, by itself or with other work around it."""
        path = folder / "another.mrml"
        path.write_text('<MRML version="Slicer4.4.0"><Text id="vtkMRMLTextNode9" name="another"></Text></MRML>')
        self.scene.SetURL(str(path))
        if in_a_batch:
            self.scene.StartState(self.scene.BatchProcessState)
        assert self.scene.Import()
        if in_a_batch:
            self.scene.EndState(self.scene.BatchProcessState)

    def click(self, widget: QWidget) -> None:
        """Press a button as the user does, who opens the section first that it is in.

        Raises:
            AssertionError: If it is disabled or hidden, so that no user could press it.
        """
        parent = widget.parentWidget()
        while parent is not None:
            if isinstance(parent, ctkCollapsibleButton) and parent.collapsed:
                parent.click()
            parent = parent.parentWidget()
        assert widget.enabled, f"{widget.objectName} is disabled"
        assert widget.visible, f"{widget.objectName} is hidden"
        widget.click()
        self.work()

    def work(self) -> None:
        """Let Qt do what it has to do now, what is done in steps and deletions included."""
        self.turn()
        while timers.is_stepping():
            self.turn()

    def turn(self) -> None:
        """Let Qt go once around: what is done in steps does one of them."""
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
            self.work()
            time.sleep(_PAUSE_S)  # given a time, Qt does not wait for events, and the worker needs the processor

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
        """Unload the modules and close the scene; a window or an observer that stays is kept as an error."""
        if self._is_closed:
            return
        self._is_closed = True
        for name in self._loaded:
            module_parents.unload_module(name)
        self.work()
        self._scene.clear()
        if self._loaded:
            gc.collect()
            self.work()
            self._tell_what_stays()

    def _tell_what_stays(self) -> None:
        for window in set(QApplication.topLevelWidgets()) - self._windows_before:
            errors.record(f"a window stays: {window.className()} {window.objectName}")
            window.deleteLater()
        if (observers := self._observers()) > self._observers_before:
            errors.record(f"{observers - self._observers_before} observers of the scene stay")

    def _observers(self) -> int:
        """Count the observers of the scene, which VTK tells only in print."""
        return str(self.scene).count("vtkObserver (")

    def _forget(self) -> None:
        self._scene.clear()
        for index in reversed(range(self.scene.GetNumberOfNodesByClass("vtkMRMLScriptedModuleNode"))):
            self.scene.RemoveNode(self.scene.GetNthNodeByClass(index, "vtkMRMLScriptedModuleNode"))
        for kept in (self.errors, self.installed, self.translated):
            kept.clear()
        self.dialogs.clear()
        usage.forget()
        vars(slicer.modules).pop("sampleDataSources", None)
        QSettings().clear()
