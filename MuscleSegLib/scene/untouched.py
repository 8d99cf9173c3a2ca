"""Check that muscles can be put into a segmentation without the loss of a person's work in it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import slicer

from MuscleSegLib.anatomy import muscle_named
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference.muscle_segments import segments_of
from MuscleSegLib.scene.automatic import automatic_of
from MuscleSegLib.scene.layers import BINARY, layers_of, on_grid
from MuscleSegLib.scene.segmentations import VALUE_TAG, tag_of
from MuscleSegLib.scene.terminology_tag import serialized
from MuscleSegLib.scene.transforms import world_from_node
from MuscleSegLib.scene.volumes import geometry_of
from MuscleSegLib.volume import Geometry, Segment, Volume, start_on, voxel_counts

_COLOR_STEP = 1 / 255
"""Tolerance of colors, which files hold as whole numbers or with few digits."""

_Logic = slicer.vtkSlicerSegmentationsModuleLogic


def may_be_written(
    node: slicer.vtkMRMLSegmentationNode, region: str, *, reference: slicer.vtkMRMLScalarVolumeNode
) -> bool:
    """Return whether a network's muscles can replace those of a segmentation without loss of a person's work.

    That holds for a segmentation without muscles, or whose muscles are, provably, a network's labels of this very
    volume: the labels are kept; every voxel, name, color and code is unchanged; no muscle is missing or doubled;
    none was marked as completed or flagged; and the segmentation lies on the volume. Other segments stay anyway.

    Args:
        node: Segmentation.
        region: "thigh" or "calf", or "lower-limb" for both.
        reference: Volume to be segmented.
    """
    segmentation = node.GetSegmentation()
    if segmentation.GetNumberOfSegments() == 0:
        return True
    role = slicer.vtkMRMLSegmentationNode.GetReferenceImageGeometryReferenceRole()
    if segmentation.GetSourceRepresentationName() != BINARY or node.GetNodeReference(role) not in (None, reference):
        return False
    muscles = _muscles(segmentation)
    try:
        world_from_node(node)
        return not muscles or (node.GetNodeReference(role) is reference and _is_as_drawn(node, region, muscles))
    except MuscleSegError:  # bent by a transform, or nothing is left of the images
        return False


def _muscles(segmentation: slicer.vtkSegmentation) -> dict[str, slicer.vtkSegment]:
    """Return the segments with MuscleSeg's tag or a muscle's name, by ID."""
    segments = {identity: segmentation.GetSegment(identity) for identity in segmentation.GetSegmentIDs()}
    return {
        identity: segment
        for identity, segment in segments.items()
        if tag_of(segment, VALUE_TAG) or muscle_named(segment.GetName()) is not None
    }


def _is_as_drawn(node: slicer.vtkMRMLSegmentationNode, region: str, muscles: Mapping[str, slicer.vtkSegment]) -> bool:
    role = slicer.vtkMRMLSegmentationNode.GetReferenceImageGeometryReferenceRole()
    automatic, values = automatic_of(node), _values(muscles, region)
    if automatic is None or not automatic.geometry.is_close(geometry_of(node.GetNodeReference(role))):
        return False
    # Compared in the segmentation's coordinates, in which Slicer keeps its voxels.
    affine = np.linalg.inv(world_from_node(node)) @ automatic.geometry.affine
    in_world = Volume(automatic.array, Geometry(automatic.geometry.shape, affine))
    return values is not None and _has_voxels(node, values, in_world)


def _values(muscles: Mapping[str, slicer.vtkSegment], region: str) -> dict[str, int] | None:
    """Return the label value by segment ID, or None where the muscles differ from a network's segments."""
    texts = {identity: tag_of(segment, VALUE_TAG) for identity, segment in muscles.items()}
    for two_legs in (False, True):
        drawn = {str(segment.value): segment for segment in segments_of(region, two_legs=two_legs)}
        if sorted(texts.values()) == sorted(drawn) and all(
            _looks_as_drawn(muscles[identity], drawn[text]) for identity, text in texts.items()
        ):
            return {identity: drawn[text].value for identity, text in texts.items()}
    return None


def _looks_as_drawn(segment: slicer.vtkSegment, drawn: Segment) -> bool:
    color = tuple(part / 255 for part in drawn.color)
    terms = serialized(drawn.terminology) if drawn.terminology is not None else ""
    return (
        segment.GetName() == drawn.name
        and np.allclose(segment.GetColor(), color, rtol=0, atol=_COLOR_STEP)
        and tag_of(segment, slicer.vtkSegment.GetTerminologyEntryTagName()) == terms
        and _Logic.GetSegmentStatus(segment) in (_Logic.NotStarted, _Logic.InProgress)  # an edit taken back leaves that
    )


def _has_voxels(node: slicer.vtkMRMLSegmentationNode, values: Mapping[str, int], automatic: Volume) -> bool:
    """Return whether each segment has exactly the voxels of its value, overlaps and voxels off the grid included."""
    missing = set(voxel_counts(automatic.array))
    for layer in layers_of(node):
        values_of_layer = [value for identity, value in values.items() if identity in layer.values]
        if start_on(layer.geometry, automatic.geometry) is None:
            return False
        labels = layer.labels(values)
        placed = on_grid(labels, layer.geometry, automatic.geometry)
        is_inside = np.count_nonzero(placed) == np.count_nonzero(labels)
        if not is_inside or not np.array_equal(
            placed, np.where(np.isin(automatic.array, values_of_layer), automatic.array, 0)
        ):
            return False
        missing -= set(values_of_layer)
    return not missing
