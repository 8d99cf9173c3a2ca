"""Whether a segmentation is what a network drew and nothing else, so that no person's work is lost with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import slicer

from MuscleSegLib.anatomy import region as region_named
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference.segments import segments_of
from MuscleSegLib.scene.automatic import automatic_of
from MuscleSegLib.scene.layers import BINARY, layers_of, on_grid, start_on
from MuscleSegLib.scene.segmentations import VALUE_TAG, tag_of
from MuscleSegLib.scene.terminology import serialized
from MuscleSegLib.scene.transforms import world_from_node
from MuscleSegLib.scene.volumes import geometry_of
from MuscleSegLib.volume import Geometry, Segment, Volume

_COLOR_STEP = 1 / 255
"""Colors are kept in files as whole numbers or with few digits."""

_Logic = slicer.vtkSlicerSegmentationsModuleLogic


def is_as_drawn(
    node: slicer.vtkMRMLSegmentationNode, region: str, *, reference: slicer.vtkMRMLScalarVolumeNode
) -> bool:
    """Return whether a segmentation is, now and provably, the labels that a network drew in a volume.

    It is not where no automatic labels are kept, where a voxel, name, color or term of any segment is another one,
    where there is a segment more or less, where a person marked one as completed or flagged, or where it lies elsewhere
    than the volume does or was made of another one.

    Args:
        node: The segmentation.
        region: "thigh" or "calf".
        reference: The volume.

    """
    role = slicer.vtkMRMLSegmentationNode.GetReferenceImageGeometryReferenceRole()
    if node.GetNodeReference(role) is not reference or node.GetSegmentation().GetSourceRepresentationName() != BINARY:
        return False
    try:
        automatic = automatic_of(node)
        if automatic is None or not automatic.geometry.is_close(geometry_of(reference)):
            return False
        # Compared in the segmentation's own coordinates, in which Slicer keeps its voxels.
        affine = np.linalg.inv(world_from_node(node)) @ automatic.geometry.affine
    except MuscleSegError:  # bent by a transform, or nothing is left of the images
        return False
    values = _values(node, region)
    kept = Volume(automatic.array, Geometry(automatic.geometry.shape, affine))
    return values is not None and _has_voxels(node, values, kept)


def _values(node: slicer.vtkMRMLSegmentationNode, region: str) -> dict[str, int] | None:
    """Return the label value by segment ID, or None where the segments are not those that a network makes."""
    segmentation = node.GetSegmentation()
    segments = {identity: segmentation.GetSegment(identity) for identity in segmentation.GetSegmentIDs()}
    texts = {identity: tag_of(segment, VALUE_TAG) for identity, segment in segments.items()}
    drawn = {str(segment.value): segment for segment in _expected(region, texts.values())}
    if sorted(texts.values()) != sorted(drawn):
        return None
    if not all(_looks_as_drawn(segments[identity], drawn[text]) for identity, text in texts.items()):
        return None
    return {identity: drawn[text].value for identity, text in texts.items()}


def _expected(region: str, texts: Iterable[str]) -> tuple[Segment, ...]:
    two_legs = len(list(texts)) > len(region_named(region).muscles)
    return segments_of(region, two_legs=two_legs)


def _looks_as_drawn(segment: slicer.vtkSegment, drawn: Segment) -> bool:
    color = tuple(part / 255 for part in drawn.color)
    terms = serialized(drawn.terminology) if drawn.terminology is not None else ""
    return (
        segment.GetName() == drawn.name
        and np.allclose(segment.GetColor(), color, rtol=0, atol=_COLOR_STEP)
        and tag_of(segment, slicer.vtkSegment.GetTerminologyEntryTagName()) == terms
        and _Logic.GetSegmentStatus(segment) in (_Logic.NotStarted, _Logic.InProgress)  # an edit taken back leaves that
    )


def _has_voxels(node: slicer.vtkMRMLSegmentationNode, values: Mapping[str, int], kept: Volume) -> bool:
    """Return whether each segment has the voxels of its value, overlaps and what lies off the grid included."""
    missing = set(np.unique(kept.array).tolist()) - {0}
    for layer in layers_of(node):
        own = [value for identity, value in values.items() if identity in layer.values]
        if start_on(layer.geometry, kept.geometry) is None:
            return False
        labels = layer.labels(values)
        placed = on_grid(labels, layer.geometry, kept.geometry)
        is_inside = np.count_nonzero(placed) == np.count_nonzero(labels)
        if not is_inside or not np.array_equal(placed, np.where(np.isin(kept.array, own), kept.array, 0)):
            return False
        missing -= set(own)
    return not missing
