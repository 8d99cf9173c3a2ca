"""Label maps as a segmentation node stores them: layers that several segments share, each on a grid of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import slicer
import vtk
from numpy.typing import NDArray
from vtk.util import numpy_support

from MuscleSegLib.scene.transforms import world_from_node
from MuscleSegLib.volume import Geometry, Volume

BINARY = slicer.vtkSegmentationConverter.GetBinaryLabelmapRepresentationName()


@dataclass(frozen=True, eq=False)
class Layer:
    """Voxels of some segments that do not overlap.

    Attributes:
        stored: [k, j, i] values as Slicer keeps them, a view that must not be changed.
        first: Index (k, j, i) of the first voxel in the layer's own coordinates: Slicer crops and pads layers.
        geometry: Where the voxels lie in the node's own coordinates, which transforms above it may move.
        values: The value in ``stored`` by segment ID.

    """

    stored: NDArray[Any]
    first: tuple[int, int, int]
    geometry: Geometry
    values: Mapping[str, int]

    def labels(self, wanted: Mapping[str, int]) -> NDArray[np.uint8]:
        """Return [k, j, i] with the wanted value of each segment ID, and 0 for all other segments."""
        table = np.zeros(max(int(self.stored.max(initial=0)), *self.values.values(), 0) + 1, np.uint8)
        for identity, value in self.values.items():
            table[value] = wanted.get(identity, 0)
        return table[self.stored]

    def placed(self, world: NDArray[np.float64]) -> Geometry:
        """Return where the voxels lie in the patient, given the matrix of the transforms above the node."""
        return Geometry(self.geometry.shape, world @ self.geometry.affine)


def layers_of(node: slicer.vtkMRMLSegmentationNode) -> Iterator[Layer]:
    """Yield the layers of a segmentation that have voxels."""
    segmentation = node.GetSegmentation()
    if not segmentation.ContainsRepresentation(BINARY) and segmentation.GetNumberOfSegments():
        node.CreateBinaryLabelmapRepresentation()
    for number in range(segmentation.GetNumberOfLayers(BINARY)):
        image = segmentation.GetLayerDataObject(number, BINARY)
        if image is None or image.IsEmpty() or image.GetPointData().GetScalars() is None:
            continue
        identities = segmentation.GetSegmentIDsForLayer(number, BINARY)
        values = {identity: segmentation.GetSegment(identity).GetLabelValue() for identity in identities}
        i, _, j, _, k, _ = image.GetExtent()
        shape = image.GetDimensions()[::-1]
        stored = numpy_support.vtk_to_numpy(image.GetPointData().GetScalars()).reshape(shape)
        yield Layer(stored, (k, j, i), Geometry(shape, _affine(image, (i, j, k))), values)


def image_of(labels: Volume, node: slicer.vtkMRMLSegmentationNode) -> slicer.vtkOrientedImageData:
    """Return labels as a segmentation node stores them, in the node's own coordinates.

    Raises:
        MuscleSegError: A transform above the node is not linear.

    """
    image = slicer.vtkOrientedImageData()
    image.SetDimensions(*labels.array.shape[::-1])
    matrix = vtk.vtkMatrix4x4()
    slicer.util.updateVTKMatrixFromArray(matrix, np.linalg.inv(world_from_node(node)) @ labels.geometry.affine)
    image.SetImageToWorldMatrix(matrix)
    flat = np.ascontiguousarray(labels.array, dtype=np.uint8).reshape(-1)
    image.GetPointData().SetScalars(numpy_support.numpy_to_vtk(flat, deep=True, array_type=vtk.VTK_UNSIGNED_CHAR))
    return image


def on_grid(array: NDArray[Any], source: Geometry, target: Geometry) -> NDArray[Any]:
    """Look labels up at the voxel centers of another grid: each gets the value of the nearest voxel, outside it 0.

    Args:
        array: [k, j, i] on ``source``.
        source: Any grid, a sheared one too.
        target: Any grid.

    """
    found = np.zeros(target.shape, array.dtype)
    start = start_on(source, target)
    if start is not None:
        theirs = tuple(slice(max(0, a), max(0, a + n)) for a, n in zip(start, source.shape, strict=True))
        part = tuple(slice(max(0, -a), max(0, m - a)) for a, m in zip(start, target.shape, strict=True))
        found[theirs] = array[part]
        return found
    from scipy import ndimage

    step = (np.linalg.inv(source.affine) @ target.affine)[:3]
    ndimage.affine_transform(
        array,
        step[::-1, 2::-1],  # (i, j, k) to (k, j, i) on both sides
        step[::-1, 3],
        output=found,
        order=0,
        mode="grid-constant",  # "constant" leaves out the outer halves of the outermost voxels
    )
    return found


def start_on(source: Geometry, target: Geometry) -> NDArray[np.int_] | None:
    """Return the index (k, j, i) in ``target``, continued without end, at which ``source`` begins.

    None where the voxels of the two are not the same ones.
    """
    start = np.rint(target.index_from_world(source.affine[:3, 3]))
    shifted = target.affine.copy()
    shifted[:3, 3] = target.world_from_index(start)
    return start.astype(int)[::-1] if source.is_close(Geometry(source.shape, shifted)) else None


def _affine(image: slicer.vtkOrientedImageData, first: tuple[int, int, int]) -> NDArray[np.float64]:
    matrix = vtk.vtkMatrix4x4()
    image.GetImageToWorldMatrix(matrix)
    affine = np.array(slicer.util.arrayFromVTKMatrix(matrix), dtype=np.float64)
    affine[:3, 3] += affine[:3, :3] @ first
    return affine
