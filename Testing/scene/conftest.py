"""A real scene for the tests of the room ``scene``, empty at the start of each, and what they put into it."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from MuscleSegLib.inference.muscle_segments import segments_of
from MuscleSegLib.phantom import digital_legs
from MuscleSegLib.volume import Geometry, Segment, Volume


@pytest.fixture
def scene() -> Any:
    """Slicer's scene, empty; the test is skipped where ``slicer-core`` is not installed."""
    pytest.importorskip("slicer", reason="slicer-core is not installed (it comes with the extra 'slicer')")
    from Testing.slicer_host.scene_setup import scene_host

    host = scene_host()
    host.clear()
    return host.scene


@pytest.fixture
def reloaded(scene: Any, tmp_path: Any) -> Callable[[], None]:
    """A function that saves the scene as a bundle (.mrb), closes it and loads the bundle."""

    def reload() -> None:
        path = str(tmp_path / "scene.mrb")
        assert scene.WriteToMRB(path, None)
        scene.Clear(0)
        assert scene.ReadFromMRB(path, True)

    return reload


@pytest.fixture
def transform(scene: Any) -> Callable[..., Any]:
    """A function that adds a transform node of a turn about z in degrees and a shift in mm."""
    import slicer

    def add(*, degrees: float = 0.0, shift_mm: tuple[float, float, float] = (0, 0, 0)) -> Any:
        matrix = turned(degrees)
        matrix[:3, 3] = shift_mm
        node = scene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
        node.SetMatrixTransformToParent(slicer.util.vtkMatrixFromArray(matrix))
        return node

    return add


@pytest.fixture
def warp(scene: Any) -> Any:
    """A node with a transform that is not linear."""
    import vtk

    spline = vtk.vtkThinPlateSplineTransform()
    points, others = vtk.vtkPoints(), vtk.vtkPoints()
    for place in ((0, 0, 0), (50, 0, 0), (0, 50, 0), (0, 0, 50), (50, 50, 50)):
        points.InsertNextPoint(place)
        others.InsertNextPoint(place[0] + place[1] ** 2 / 100, place[1], place[2])
    spline.SetSourceLandmarks(points)
    spline.SetTargetLandmarks(others)
    spline.SetBasisToR()
    node = scene.AddNewNodeByClass("vtkMRMLTransformNode", "bent")
    node.SetAndObserveTransformToParent(spline)
    return node


def turned(degrees: float) -> np.ndarray:
    """Return a 4x4 turn about z."""
    cosine, sine = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    matrix = np.eye(4)
    matrix[:2, :2] = [[cosine, -sine], [sine, cosine]]
    return matrix


@pytest.fixture
def grid() -> Geometry:
    """An oblique grid of thick slices, as scans of a thigh have."""
    tilt = np.deg2rad(10)
    turn = np.array([[1, 0, 0], [0, np.cos(tilt), -np.sin(tilt)], [0, np.sin(tilt), np.cos(tilt)]])
    affine = np.eye(4)
    affine[:3, :3] = turn @ np.diag([-1.5, -1.5, 5.0])
    affine[:3, 3] = (40, 35, -20)
    return Geometry((8, 40, 60), affine)


@pytest.fixture
def image(grid: Geometry) -> Volume:
    """An image with a different number in each voxel."""
    return Volume(np.arange(np.prod(grid.shape), dtype=np.float32).reshape(grid.shape), grid)


@pytest.fixture
def labels(grid: Geometry) -> Volume:
    """Blocks: the muscles 1 to 10 of the right leg and of the left one, but no sartorius (5), side by side."""
    array = np.zeros(grid.shape, np.uint8)
    for code in range(1, 11):
        array[1:7, 3 * code : 3 * code + 3, 5:25] = code
        array[2:6, 3 * code : 3 * code + 3, 35:50] = code + 100
    array[array % 100 == 5] = 0
    return Volume(array, grid)


@pytest.fixture
def thigh() -> tuple[Segment, ...]:
    """The twenty segments of two thighs, two of them with a confidence."""
    return segments_of("thigh", two_legs=True, confidence={4: 0.934, 105: 0.5})


@pytest.fixture
def volume_node(scene: Any, image: Volume) -> Any:
    from MuscleSegLib.scene.volumes import add_volume

    return add_volume(image, "T1 thigh")


@pytest.fixture
def shown(scene: Any, labels: Volume, thigh: tuple[Segment, ...], volume_node: Any) -> Any:
    """A segmentation node with the labels."""
    from MuscleSegLib.scene.segmentations import show_labels

    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "muscles")
    show_labels(node, labels, thigh, reference=volume_node)
    return node


@pytest.fixture
def paint(scene: Any) -> Callable[..., None]:
    """A function that does what the Segment Editor's brush does: add a mask to a segment, at the others' expense.

    The editor's own logic calls the same function of Slicer with the same arguments (overlap forbidden).
    """
    import slicer

    from MuscleSegLib.scene.layers import image_of

    logic = slicer.vtkSlicerSegmentationsModuleLogic

    def add(node: Any, identity: str, mask: Volume) -> None:
        brush = image_of(mask, node)
        others = tuple(each for each in node.GetSegmentation().GetSegmentIDs() if each != identity)
        extent = brush.GetExtent()
        assert logic.SetBinaryLabelmapToSegment(brush, node, identity, logic.MODE_MERGE_MASK, extent, False, others)

    return add


@pytest.fixture(scope="session")
def digital_thigh(plain_scan: Callable[..., tuple[Volume, Volume]]) -> tuple[Volume, Volume]:
    """A plain image and the true labels of two digital thighs."""
    legs = digital_legs("thigh", seed=3, legs=2, fat_fraction=15.0)
    affine = np.diag([-1.6, -1.6, 12.0, 1.0])
    shape = (int(legs.length_mm // 12), 130, 240)
    affine[:3, 3] = (0.8 * shape[2], 0.8 * shape[1], 6 - legs.length_mm / 2)
    return plain_scan(legs, Geometry(shape, affine))
