"""``slicer.app``: what of Slicer's application a module asks for."""

from types import SimpleNamespace
from typing import Any

from PySide6.QtCore import QCoreApplication, QEventLoop, QObject, QSettings, Signal
from PySide6.QtWidgets import QApplication

from Testing.slicer_host.file_io import qSlicerIOManager
from Testing.slicer_host.layout import qSlicerLayoutManager
from Testing.slicer_host.scene_setup import SceneHost


class qSlicerModuleManager(QObject):
    """The modules that are loaded, by name."""

    moduleLoaded = Signal(str)
    moduleAboutToBeUnloaded = Signal(str)
    SIGNALS = {"moduleLoaded(QString)": "moduleLoaded", "moduleAboutToBeUnloaded(QString)": "moduleAboutToBeUnloaded"}

    def __init__(self) -> None:
        super().__init__()
        self._modules: dict[str, Any] = {}

    def module(self, name: str) -> Any:
        return self._modules.get(name)

    def modulesNames(self) -> tuple[str, ...]:
        return tuple(self._modules)

    def factoryManager(self) -> Any:
        return SimpleNamespace(loadedModuleNames=self.modulesNames)


class qSlicerApplication(QObject):
    """Slicer's application over this host's scene. What it does not have is asked of the ``QApplication``."""

    startupCompleted = Signal()
    SIGNALS = {"startupCompleted()": "startupCompleted"}

    def __init__(self, host: SceneHost) -> None:
        super().__init__()
        self._host = host
        self._is_testing = True
        self._modules = qSlicerModuleManager()
        self._files = qSlicerIOManager()
        self._layout = qSlicerLayoutManager(host.scene, host.application)
        self._translated: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        return getattr(QApplication.instance(), name)

    def mrmlScene(self) -> Any:
        return self._host.scene

    def applicationLogic(self) -> Any:
        return self._host.application

    def layoutManager(self) -> qSlicerLayoutManager:
        return self._layout

    def moduleManager(self) -> qSlicerModuleManager:
        return self._modules

    def ioManager(self) -> qSlicerIOManager:
        return self._files

    def coreIOManager(self) -> qSlicerIOManager:
        return self._files

    def testingEnabled(self) -> bool:
        return self._is_testing

    def commandOptions(self) -> Any:
        return SimpleNamespace(testingEnabled=self._is_testing, noMainWindow=True)

    def userSettings(self) -> QSettings:
        return QSettings()

    settings = userSettings

    def translate(self, context: str, text: str) -> str:
        """Return the text as it is, and remember that it was given to be translated."""
        self._translated.add(text)
        return text

    def processEvents(self, flags: QEventLoop.ProcessEventsFlag = QEventLoop.ProcessEventsFlag.AllEvents) -> None:
        QCoreApplication.processEvents(flags)

    def setOverrideCursor(self, cursor: Any) -> None:
        QApplication.setOverrideCursor(cursor)

    def restoreOverrideCursor(self) -> None:
        QApplication.restoreOverrideCursor()

    cachePath = property(lambda self: str(self._host.folder / "cache"))
    temporaryPath = property(lambda self: str(self._host.folder))
    slicerHome = property(lambda self: str(self._host.folder))
    applicationName = property(lambda self: "Slicer")
