"""Slicer's real MRML scene in a plain Python, in the shape that scripts of Slicer expect.

``slicer-core`` (PyPI) holds the classes of Slicer's core, and none of the application that brings them together. What
``qSlicerCoreApplication`` does when Slicer starts is done here: an application logic, a scene with the logic of each
module, ``slicer.mrmlScene``, ``slicer.modules``, and the names under which Slicer's Python finds its libraries.
"""

import atexit
import importlib
import shutil
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import slicer
import slicer.util
import vtk

_NAMES_IN_SLICER = {
    "MRMLCorePython": "slicer_core.MRMLCore",
    "MRMLLogicPython": "slicer_core.MRMLLogic",
    "vtkAddon": "slicer_core.vtkAddonPython",
    "vtkITK": "slicer_core.vtkITK",
    "vtkSegmentationCore": "slicer_core.vtkSegmentationCore",
    "vtkSegmentationCorePython": "slicer_core.vtkSegmentationCore",
    "vtkSlicerSegmentationsModuleLogicPython": "slicer_core.vtkSlicerSegmentationsModuleLogic",
    "vtkTeem": "slicer_core.vtkTeem",
}
"""Libraries that Slicer's Python has under one name and slicer-core under another."""

_LOGICS = {
    "Colors": "vtkSlicerColorLogic",
    "Volumes": "vtkSlicerVolumesLogic",
    "Segmentations": "vtkSlicerSegmentationsModuleLogic",
    "SubjectHierarchy": "vtkSlicerSubjectHierarchyModuleLogic",
    "Tables": "vtkSlicerTablesLogic",
    "Plots": "vtkSlicerPlotsLogic",
    "Markups": "vtkSlicerMarkupsLogic",
    "Models": "vtkSlicerModelsLogic",
    "Data": "vtkSlicerDataModuleLogic",
    "Texts": "vtkSlicerTextsLogic",
    "Cameras": "vtkSlicerCamerasModuleLogic",
    "Transforms": "vtkSlicerTransformLogic",
    "VolumeRendering": "vtkSlicerVolumeRenderingLogic",
}
"""Modules of Slicer and the class of each one's logic. That of *Terminologies* is not among them: it reads lists that
come with Slicer and not with slicer-core."""


@dataclass(frozen=True, eq=False)
class SceneHost:
    """A scene with what belongs to it.

    Attributes:
        scene: The vtkMRMLScene, which is ``slicer.mrmlScene`` too.
        application: The vtkSlicerApplicationLogic, which a view is given.
        folder: The application's temporary folder. It goes when Python ends.
    """

    scene: Any
    application: Any
    folder: Path
    _kept: tuple[Any, ...]  # the scene does not hold these itself

    def clear(self) -> None:
        """Close the scene as Slicer's *File: Close scene* does: only singletons stay."""
        self.scene.Clear(0)


@cache
def scene_host() -> SceneHost:
    """Return the one scene of this Python, set up at the first call.

    There is one because ``slicer.mrmlScene`` is one; a test begins with ``clear()``.
    """
    for name, target in _NAMES_IN_SLICER.items():
        sys.modules.setdefault(name, importlib.import_module(target))
    messages = vtk.vtkOutputWindow()  # VTK's own opens a window on some systems
    messages.SetDisplayModeToAlwaysStdErr()
    vtk.vtkOutputWindow.SetInstance(messages)
    folder = Path(tempfile.mkdtemp(prefix="muscleseg-slicer-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    scene, application = slicer.vtkMRMLScene(), slicer.vtkSlicerApplicationLogic()
    application.SetTemporaryPath(str(folder))
    application.SetHomeDirectory(str(folder))
    application.SetShareDirectory("share")
    (folder / "share" / "ColorFiles").mkdir(parents=True)  # Slicer's own would lie there, and it complains without
    application.SetMRMLScene(scene)
    application.SetSliceLogics(vtk.vtkCollection())
    application.SetViewLogics(vtk.vtkCollection())
    kept = _let_read_bundles(scene, folder)
    slicer.vtkMRMLSliceNode.AddDefaultSliceOrientationPresets(scene, True)
    slicer.mrmlScene = scene
    slicer.modules = SimpleNamespace(**{name.lower(): _module(name, application, scene) for name in _LOGICS})
    slicer.modules.colors.logic().AddDefaultColorNodes()
    return SceneHost(scene, application, folder, kept)


def _let_read_bundles(scene: Any, folder: Path) -> tuple[Any, ...]:
    """Give the scene what it reads the files of a bundle (.mrb) with."""
    cache_manager, files = slicer.vtkCacheManager(), slicer.vtkDataIOManager()
    cache_manager.SetRemoteCacheDirectory(str(folder / "cache"))
    files.SetCacheManager(cache_manager)
    scene.SetCacheManager(cache_manager)
    scene.SetDataIOManager(files)
    return cache_manager, files


def _module(name: str, application: Any, scene: Any) -> SimpleNamespace:
    """Return a module as ``slicer.modules`` has it: its name and its logic, set to work on the scene."""
    logic = getattr(slicer, _LOGICS[name])()
    logic.SetMRMLApplicationLogic(application)
    logic.SetMRMLScene(scene)
    application.SetModuleLogic(name, logic)
    return SimpleNamespace(name=name, logic=lambda: logic)
