"""Layers of a segmentation node: label maps that several segments share, each layer on its own grid."""

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
from MuscleSegLib.volume import Geometry, Volume, start_on

BINARY = slicer.vtkSegmentationConverter.GetBinaryLabelmapRepresentationName()


@dataclass(frozen=True, eq=False)
class Layer:
    """Label map of segments without overlap.

    Attributes:
        stored: Slicer's voxel values, [k, j, i] of any integer dtype: a view that must not be changed.
        first: Index (k, j, i) of the first voxel in the layer's extent: Slicer crops and pads layers.
        geometry: Grid in the node's coordinates, mm, which transforms above it may move.
        values: Value in ``stored`` by segment ID.
    """

    stored: NDArray[Any]
    first: tuple[int, int, int]
    geometry: Geometry
    values: Mapping[str, int]

    def labels(self, values_by_segment: Mapping[str, int]) -> NDArray[np.uint8]:
        """Return label values, [k, j, i] uint8: the wanted value of each segment ID, 0 for all other segments."""
        table = np.zeros(max(int(self.stored.max(initial=0)), *self.values.values(), 0) + 1, np.uint8)
        for identity, value in self.values.items():
            table[value] = values_by_segment.get(identity, 0)
        return table[self.stored]

    def placed(self, world: NDArray[np.float64]) -> Geometry:
        """Return the grid in RAS millimeters, given the 4x4 matrix of the transforms above the node."""
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
    """Return labels as an image in a segmentation node's coordinates.

    Args:
        labels: Label values, [k, j, i], cast to uint8.
        node: Segmentation node.

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
    """Resample labels to another grid by the nearest neighbor, 0 outside.

    Args:
        array: Labels or mask, [k, j, i] of any dtype, on ``source``.
        source: Grid of the array, which may be sheared.
        target: Grid of the result.

    Returns:
        Array [k, j, i] on ``target``, of the same dtype.
    """
    resampled = np.zeros(target.shape, array.dtype)
    start = start_on(source, target)
    if start is not None:
        overlap = tuple(slice(max(0, a), max(0, a + n)) for a, n in zip(start, source.shape, strict=True))
        part = tuple(slice(max(0, -a), max(0, m - a)) for a, m in zip(start, target.shape, strict=True))
        resampled[overlap] = array[part]
        return resampled
    from scipy import ndimage

    step = (np.linalg.inv(source.affine) @ target.affine)[:3]
    ndimage.affine_transform(
        array,
        step[::-1, 2::-1],  # (i, j, k) to (k, j, i) on both sides
        step[::-1, 3],
        output=resampled,
        order=0,
        mode="grid-constant",  # "constant" leaves out the outer halves of the outermost voxels
    )
    return resampled


def labels_on(geometry: Geometry, node: slicer.vtkMRMLSegmentationNode, values: Mapping[str, int]) -> NDArray[np.uint8]:
    """Return the label map of segments on a grid, wherever transforms have put the node.

    Args:
        geometry: Grid of the result, RAS millimeters.
        node: Segmentation node.
        values: Label value by segment ID; other segments are left out.

    Returns:
        Label values, [k, j, i] uint8; where segments overlap, that of the last layer.

    Raises:
        MuscleSegError: A transform above the node is not linear.
    """
    world, labels = world_from_node(node), np.zeros(geometry.shape, np.uint8)
    for layer in layers_of(node):
        if values.keys() & layer.values.keys():
            placed = on_grid(layer.labels(values), layer.placed(world), geometry)
            np.copyto(labels, placed, where=placed > 0)
    return labels


def _affine(image: slicer.vtkOrientedImageData, first: tuple[int, int, int]) -> NDArray[np.float64]:
    matrix = vtk.vtkMatrix4x4()
    image.GetImageToWorldMatrix(matrix)
    affine = np.array(slicer.util.arrayFromVTKMatrix(matrix), dtype=np.float64)
    affine[:3, 3] += affine[:3, :3] @ first
    return affine
