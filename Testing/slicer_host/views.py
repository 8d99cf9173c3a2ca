"""Slice and 3D views off screen, drawn by Slicer's own displayable managers (no Qt, no display).

What ``qMRMLSliceWidget`` and ``qMRMLThreeDWidget`` do with a window is done here with an off-screen one. On Linux that
needs the libraries in ``Testing.extension.system_libraries``.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import slicer
import vtk
from numpy.typing import NDArray
from vtk.util import numpy_support

from Testing.slicer_host.scene_setup import SceneHost

_SLICE_MANAGERS = (
    "vtkMRMLModelSliceDisplayableManager",
    "vtkMRMLSegmentationsDisplayableManager2D",
    "vtkMRMLOrientationMarkerDisplayableManager",
    "vtkMRMLRulerDisplayableManager",
    "vtkMRMLScalarBarDisplayableManager",
    "vtkMRMLColorLegendDisplayableManager",
)
_3D_MANAGERS = (
    "vtkMRMLCameraDisplayableManager",
    "vtkMRMLViewDisplayableManager",
    "vtkMRMLModelDisplayableManager",
    "vtkMRMLSegmentationsDisplayableManager3D",
    "vtkMRMLOrientationMarkerDisplayableManager",
)


class View:
    """A window off screen in which displayable managers draw."""

    def __init__(self, host: SceneHost, factory: Any, managers: Sequence[str], size: tuple[int, int]) -> None:
        self.renderer = vtk.vtkRenderer()
        self.window = vtk.vtkRenderWindow()
        self.window.SetOffScreenRendering(1)
        self.window.SetMultiSamples(0)
        self.window.SetSize(*size)
        self.window.AddRenderer(self.renderer)
        self._interactor = vtk.vtkRenderWindowInteractor()
        self._interactor.SetRenderWindow(self.window)
        self._interactor.Initialize()
        made = factory.GetInstance()
        made.SetMRMLApplicationLogic(host.application)
        for name in managers:
            if not made.IsDisplayableManagerRegistered(name):
                made.RegisterDisplayableManager(name)
        self._group = slicer.vtkMRMLDisplayableManagerGroup()
        self._group.SetRenderer(self.renderer)
        self._group.Initialize(made, self.renderer)

    def picture(self) -> NDArray[np.uint8]:
        """Return what the view shows, [row, column, RGB] from the top."""
        self.window.Render()
        grabbed = vtk.vtkWindowToImageFilter()
        grabbed.SetInput(self.window)
        grabbed.SetInputBufferTypeToRGB()
        grabbed.ReadFrontBufferOff()
        grabbed.Update()
        image = grabbed.GetOutput()
        columns, rows, _ = image.GetDimensions()
        return numpy_support.vtk_to_numpy(image.GetPointData().GetScalars()).reshape(rows, columns, 3)[::-1].copy()

    def _close(self, scene: Any, logics: Any, logic: Any, nodes: Sequence[Any]) -> None:
        """Take the view, whose nodes outlive a closed scene, out of the scene and of the application."""
        self._group.SetMRMLDisplayableNode(None)
        logics.RemoveItem(logic)
        logic.SetMRMLScene(None)
        for node in nodes:
            scene.RemoveNode(node)
        self.window.Finalize()


class SliceView(View):
    """An axial slice view as Slicer has it; the Qt host has those called "Red", "Yellow" and "Green"."""

    def __init__(self, host: SceneHost, size: tuple[int, int] = (600, 500), name: str = "Picture") -> None:
        super().__init__(host, slicer.vtkMRMLSliceViewDisplayableManagerFactory, _SLICE_MANAGERS, size)
        self.renderer.GetActiveCamera().ParallelProjectionOn()
        self._logic = slicer.vtkMRMLSliceLogic()
        self._logic.SetMRMLApplicationLogic(host.application)
        host.application.GetSliceLogics().AddItem(self._logic)
        self._host = host
        self._logic.SetMRMLScene(host.scene)
        self.node = self._logic.AddSliceNode(name)
        self.node.SetOrientation("Axial")
        self._group.SetMRMLDisplayableNode(self.node)
        self._logic.ResizeSliceNode(*size)
        self._mapper = vtk.vtkImageMapper()
        self._mapper.SetColorWindow(255)
        self._mapper.SetColorLevel(127.5)
        image = vtk.vtkActor2D()
        image.SetMapper(self._mapper)
        image.GetProperty().SetDisplayLocationToBackground()
        below = vtk.vtkRenderer()
        below.GetActiveCamera().ParallelProjectionOn()
        below.AddViewProp(image)
        self.window.SetNumberOfLayers(3)  # the ruler is drawn in one of its own
        self.renderer.SetLayer(1)
        self.window.AddRenderer(below)

    def picture(self) -> NDArray[np.uint8]:
        """Return what the view shows, [row, column, RGB] from the top."""
        # The logic gives another connection when the first volume comes.
        self._mapper.SetInputConnection(self._logic.GetImageDataConnection())
        return super().picture()

    @property
    def composite(self) -> Any:
        """The node that says which volumes are shown."""
        return self._logic.GetSliceCompositeNode()

    def zoom(self, factor: float) -> None:
        """Show less or more around the middle."""
        width, height, depth = self.node.GetFieldOfView()
        self.node.SetFieldOfView(width / factor, height / factor, depth)

    def close(self) -> None:
        """Take the view out of the scene."""
        nodes = (self.composite, self.node)
        self._close(self._host.scene, self._host.application.GetSliceLogics(), self._logic, nodes)


class ThreeDView(View):
    """A 3D view as Slicer has it."""

    def __init__(self, host: SceneHost, size: tuple[int, int] = (600, 500), name: str = "Picture") -> None:
        super().__init__(host, slicer.vtkMRMLThreeDViewDisplayableManagerFactory, _3D_MANAGERS, size)
        self._logic = slicer.vtkMRMLViewLogic()
        self._logic.SetMRMLApplicationLogic(host.application)
        host.application.GetViewLogics().AddItem(self._logic)
        self._host = host
        self._logic.SetMRMLScene(host.scene)
        self.node = self._logic.AddViewNode(name)
        self._group.SetMRMLDisplayableNode(self.node)

    def look_from(self, direction: tuple[float, float, float], *, zoom: float = 1.0) -> None:
        """Look at all that is shown from a direction (R, A, S), with the head up."""
        camera = self.renderer.GetActiveCamera()
        camera.SetFocalPoint(0, 0, 0)
        camera.SetPosition(*direction)
        camera.SetViewUp(0, 0, 1)
        self.renderer.ResetCamera()
        camera.Zoom(zoom)
        self.renderer.ResetCameraClippingRange()

    def close(self) -> None:
        """Take the view out of the scene."""
        self._close(self._host.scene, self._host.application.GetViewLogics(), self._logic, (self.node,))


def write_png(picture: NDArray[np.uint8], path: Path) -> None:
    """Write a picture, [row, column, RGB] from the top."""
    rows, columns, _ = picture.shape
    image = vtk.vtkImageData()
    image.SetDimensions(columns, rows, 1)
    flat = np.ascontiguousarray(picture[::-1]).reshape(-1, 3)
    image.GetPointData().SetScalars(numpy_support.numpy_to_vtk(flat, deep=True, array_type=vtk.VTK_UNSIGNED_CHAR))
    writer = vtk.vtkPNGWriter()
    writer.SetFileName(str(path))
    writer.SetCompressionLevel(9)
    writer.SetInputData(image)
    writer.Write()
