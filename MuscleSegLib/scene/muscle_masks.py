"""Muscles of a segmentation, each by itself: mask, new mask, automatic mask, center."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import slicer

from MuscleSegLib.anatomy import is_left, region_word
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference.muscle_segments import segments_of
from MuscleSegLib.scene.automatic import description_of
from MuscleSegLib.scene.layers import Layer, image_of, labels_on, layers_of, on_grid
from MuscleSegLib.scene.segmentations import add_empty_segment, segments_by_value
from MuscleSegLib.scene.transforms import world_from_node
from MuscleSegLib.scene.volumes import geometry_of
from MuscleSegLib.translatable import _
from MuscleSegLib.volume import Geometry, Volume, start_on

_Logic = slicer.vtkSlicerSegmentationsModuleLogic


def mask_of(node: slicer.vtkMRMLSegmentationNode, value: int, reference: slicer.vtkMRMLScalarVolumeNode) -> Volume:
    """Return a muscle's mask, [k, j, i] bool, on the grid of a volume, overlaps with other muscles included.

    Raises:
        MuscleSegError: There is no such muscle, the volume has no voxels, or a transform is not linear.
    """
    geometry = geometry_of(reference)
    return Volume(labels_on(geometry, node, {_identity(node, value): 1}).astype(np.bool_), geometry)


def add_muscle(node: slicer.vtkMRMLSegmentationNode, region: str, value: int) -> str:
    """Add an empty muscle with MuscleSeg's name, color and coded terms.

    Args:
        node: The segmentation.
        region: "thigh" or "calf", or "lower-limb" for both.
        value: The muscle's label value.

    Returns:
        The muscle's segment ID.

    Raises:
        MuscleSegError: The segments are made of surfaces, or the region has no such muscle.
    """
    description = description_of(node)
    has_left_leg = any(map(is_left, (value, *segments_by_value(node))))
    two_legs = has_left_leg or (description is not None and description.two_legs)
    is_of_region = description is not None and description.region == region
    segments = segments_of(region, two_legs=two_legs, confidence=description.confidence if is_of_region else {})
    muscle = next((segment for segment in segments if segment.value == value), None)
    if muscle is None:
        message = _("The {region} has no muscle with the label {value}: choose another region, or segment again.")
        raise MuscleSegError(message, region=region_word(region), value=value)
    return add_empty_segment(node, muscle)


def restore_muscle(node: slicer.vtkMRMLSegmentationNode, value: int, automatic: Volume) -> tuple[int, ...]:
    """Restore a muscle's automatic mask, and give its neighbors back the voxels that had been taken from them for it.

    Other muscles that had grown into it give way. Segments of the user stay as they are.

    Args:
        node: The segmentation.
        value: The muscle's label value.
        automatic: Labels of the network, [k, j, i] uint8, in RAS millimeters.

    Returns:
        Label values of the other muscles that gained or lost voxels.

    Raises:
        MuscleSegError: There is no such muscle, or a transform is not linear.
    """
    identity, grid = _identity(node, value), automatic.geometry
    others = {other: number for number, other in segments_by_value(node).items() if other != identity}
    before = labels_on(grid, node, others)
    given_way = (labels_on(grid, node, {identity: 1}) > 0) & (automatic.array != value) & (before == 0)
    set_mask(node, value, Volume(automatic.array == value, grid))
    for other, number in others.items():
        returned = given_way & (automatic.array == number)
        if returned.any():
            _add(node, other, Volume(returned, grid))
    after = labels_on(grid, node, others)
    moved = before != after
    return tuple(np.setdiff1d(np.union1d(before[moved], after[moved]), 0).tolist())


def set_mask(node: slicer.vtkMRMLSegmentationNode, value: int, mask: Volume) -> None:
    """Replace a muscle's mask. Other muscles under the mask give way, so that none overlap.

    Other muscles' voxels elsewhere, and all segments of the user, stay as they are.

    Args:
        node: The segmentation.
        value: The muscle's label value.
        mask: Mask, [k, j, i] bool, in RAS millimeters. It is resampled by the nearest neighbor to the muscle's grid,
            which may be finer.

    Raises:
        MuscleSegError: There is no such muscle, or a transform is not linear.
    """
    identity = _identity(node, value)
    if not mask.array.any():
        _Logic.ClearSegment(node, identity)  # of an empty image Slicer tells nobody
        return
    others = {other: number for number, other in segments_by_value(node).items() if other != identity}
    layer, world = _layer_with(node, identity), world_from_node(node)
    placed = mask if layer is None else _on_lattice_of(layer.placed(world), mask)
    other_layers = [each for each in layers_of(node) if identity not in each.values]
    covered = [name for each in other_layers for name in _inside(each, others, world, placed)]
    image = image_of(placed, node)
    _Logic.SetBinaryLabelmapToSegment(image, node, identity, _Logic.MODE_REPLACE, image.GetExtent(), False, (*others,))
    outside = image_of(replace(placed, array=~placed.array.astype(np.bool_)), node)
    for name in covered:
        _Logic.SetBinaryLabelmapToSegment(outside, node, name, _Logic.MODE_MERGE_MIN, outside.GetExtent(), False, ())


def change_masks(
    node: slicer.vtkMRMLSegmentationNode, *, lost: Mapping[int, Volume], gained: Mapping[int, Volume]
) -> None:
    """Take voxels from muscles, then give muscles others. Nothing else changes, and no muscle gives way.

    Args:
        node: The segmentation.
        lost: Voxels by label value, masks, [k, j, i] bool, in RAS millimeters.
        gained: Voxels of no other muscle, likewise.

    Raises:
        MuscleSegError: There is no such muscle, or a transform is not linear.
    """
    for value, mask in lost.items():
        if mask.array.any():
            _remove(node, _identity(node, value), mask)
    for value, mask in gained.items():
        if mask.array.any():
            _add(node, _identity(node, value), mask)


def center_of(node: slicer.vtkMRMLSegmentationNode, value: int) -> tuple[float, float, float] | None:
    """Return a muscle's center, RAS millimeters: the voxel nearest to the centroid of its largest slice.

    None where the muscle has no voxels.

    Raises:
        MuscleSegError: There is no such muscle, or a transform is not linear.
    """
    identity = _identity(node, value)
    layer = _layer_with(node, identity)
    if layer is None:
        return None
    mask = layer.stored == layer.values[identity]
    areas = np.count_nonzero(mask, axis=(1, 2))
    if not areas.any():
        return None
    k = int(areas.argmax())
    places = np.argwhere(mask[k])
    distances = np.linalg.norm((places - places.mean(axis=0)) * layer.geometry.spacing_mm[1::-1], axis=1)
    j, i = places[distances.argmin()]
    r, a, s = layer.placed(world_from_node(node)).world_from_index((i, j, k))
    return float(r), float(a), float(s)


def center_in_slice(
    node: slicer.vtkMRMLSegmentationNode, value: int, reference: slicer.vtkMRMLScalarVolumeNode, index: int
) -> tuple[float, float, float]:
    """Return the place, RAS millimeters, of a muscle in a slice of a volume, or in line with it in other slices.

    Raises:
        MuscleSegError: There is no such muscle, or as for ``mask_of``.
    """
    mask = mask_of(node, value, reference)
    places = np.argwhere(mask.array.any(axis=0) if not mask.array[index].any() else mask.array[index])
    _slices, rows, columns = mask.geometry.shape
    j, i = places.mean(axis=0) if len(places) else ((rows - 1) / 2, (columns - 1) / 2)
    r, a, s = mask.geometry.world_from_index((i, j, index))
    return float(r), float(a), float(s)


def _identity(node: slicer.vtkMRMLSegmentationNode, value: int) -> str:
    identity = segments_by_value(node).get(value)
    if identity is None:
        message = _("{node} has no muscle with the label {value}: it may have been deleted, so segment again.")
        raise MuscleSegError(message, node=node.GetName(), value=value)
    return identity


def _add(node: slicer.vtkMRMLSegmentationNode, identity: str, mask: Volume) -> None:
    """Add voxels of no other muscle, a mask [k, j, i] bool, to a muscle, on the muscle's grid."""
    layer = _layer_with(node, identity)
    placed = mask if layer is None else _on_lattice_of(layer.placed(world_from_node(node)), mask)
    image = image_of(placed, node)
    _Logic.SetBinaryLabelmapToSegment(image, node, identity, _Logic.MODE_MERGE_MASK, image.GetExtent(), False, ())


def _remove(node: slicer.vtkMRMLSegmentationNode, identity: str, mask: Volume) -> None:
    """Take voxels, a mask [k, j, i] bool, from a muscle, on the muscle's grid."""
    layer = _layer_with(node, identity)
    if layer is not None:
        placed = _on_lattice_of(layer.placed(world_from_node(node)), mask)
        image = image_of(replace(placed, array=~placed.array.astype(np.bool_)), node)
        _Logic.SetBinaryLabelmapToSegment(image, node, identity, _Logic.MODE_MERGE_MIN, image.GetExtent(), False, ())


def _layer_with(node: slicer.vtkMRMLSegmentationNode, identity: str) -> Layer | None:
    return next((layer for layer in layers_of(node) if identity in layer.values), None)


def _inside(layer: Layer, values: dict[str, int], world: np.ndarray, mask: Volume) -> list[str]:
    """Return the IDs of a layer's segments with voxels under a mask, [k, j, i] bool."""
    if not values.keys() & layer.values.keys():
        return []
    covered = set(np.unique(on_grid(layer.labels(values), layer.placed(world), mask.geometry)[mask.array]).tolist())
    return [identity for identity, value in values.items() if value in covered and identity in layer.values]


def _on_lattice_of(grid: Geometry, mask: Volume) -> Volume:
    """Return a mask, [k, j, i] bool, on a grid's voxels, continued as far as the mask reaches."""
    if start_on(mask.geometry, grid) is not None:
        return mask
    used = np.argwhere(mask.array)
    ends = np.array([used.min(axis=0), used.max(axis=0)])[:, ::-1]
    corners = np.stack(np.meshgrid(*ends.T, indexing="ij"), axis=-1).reshape(-1, 3)
    inside = grid.index_from_world(mask.geometry.world_from_index(corners))
    voxel = np.abs(np.linalg.inv(grid.affine)[:3, :3] @ mask.geometry.affine[:3, :3]).sum(axis=1) / 2
    first, last = np.floor(inside.min(axis=0) - voxel), np.ceil(inside.max(axis=0) + voxel)
    affine = grid.affine.copy()
    affine[:3, 3] = grid.world_from_index(first)
    shape = tuple((last - first + 1).astype(int)[::-1])
    continued = Geometry(shape, affine)
    return Volume(on_grid(mask.array, mask.geometry, continued), continued)
