"""Label maps to and from segmentation nodes. A segment with a label value as a tag is MuscleSeg's.

Slicer gives segments random IDs, renumbers their voxels and moves them between layers, so that a muscle is recognized
by its name, and by the tag where a name tells nothing (``recognition``). Segments without a tag are the user's: they
are read where they have the name of a muscle, and never changed by a new result.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import slicer

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference.drawn_slices import DRAWN
from MuscleSegLib.inference.muscle_segments import CONFIDENCE
from MuscleSegLib.scene.hierarchy import put_beside
from MuscleSegLib.scene.layers import BINARY, image_of, labels_on
from MuscleSegLib.scene.recognition import TAGS, VALUE_TAG, measured_values_in, segments_in, values_in
from MuscleSegLib.scene.recognition import tag_of as tag_of
from MuscleSegLib.scene.terminology_tag import serialized
from MuscleSegLib.scene.transforms import world_from_node
from MuscleSegLib.scene.volumes import geometry_of
from MuscleSegLib.translatable import _
from MuscleSegLib.volume import Segment, Volume, voxel_counts

FILL_OPACITY = 0.2
"""Opacity of a new segmentation in slice views: the outlines are full, and the image shows through."""

_SURFACE = slicer.vtkSegmentationConverter.GetClosedSurfaceRepresentationName()


def show_labels(
    node: slicer.vtkMRMLSegmentationNode,
    labels: Volume,
    segments: Sequence[Segment],
    *,
    reference: slicer.vtkMRMLScalarVolumeNode,
) -> None:
    """Put a label map into a segmentation node, in place of MuscleSeg's earlier muscles.

    Muscles keep their segment IDs, so that selections, visibility and undo go on working. Surfaces for 3D are made anew
    where there were some. An empty node is put under the transforms and the study of the volume.

    Args:
        node: Segmentation node; segments of the user stay.
        labels: Label values, [k, j, i] uint8, in RAS millimeters.
        segments: Segments of the label values, with voxels or without.
        reference: Segmented volume.

    Raises:
        MuscleSegError: A value has no segment or two, a transform is not linear, or the node's segments are made of
            surfaces. The node is then as it was.
    """
    _require_segments(labels, segments)
    _require_label_maps(node)
    world_from_node(reference)  # raises where an empty node must not follow
    if node.GetSegmentation().GetNumberOfSegments() == 0:
        node.SetAndObserveTransformNodeID(reference.GetTransformNodeID())
        node.SetSourceRepresentationToBinaryLabelmap()
    image = image_of(labels, node)
    with _changing(node):
        earlier = {each.value: each.identity for each in reversed(segments_in(node)) if each.is_tagged}
        _erase(node, earlier.values())
        for value in earlier.keys() - {segment.value for segment in segments}:
            node.GetSegmentation().RemoveSegment(earlier[value])
        for segment in segments:
            _put_segment(node.GetSegmentation(), earlier.get(segment.value), segment, image)
    node.SetReferenceImageGeometryParameterFromVolumeNode(reference)
    put_beside(node, reference)
    _display(node)


def add_empty_segment(node: slicer.vtkMRMLSegmentationNode, segment: Segment) -> str:
    """Add a muscle without voxels, to be drawn by hand, at its place in the order of the label values.

    Returns:
        The muscle's segment ID.

    Raises:
        MuscleSegError: The node's segments are made of surfaces.
    """
    _require_label_maps(node)
    segmentation = node.GetSegmentation()
    before = [identity for value, identity in segments_by_value(node).items() if value < segment.value]
    identity = str(segmentation.AddEmptySegment(segmentation.GenerateUniqueSegmentID(f"Segment_{segment.value}")))
    _describe(segmentation.GetSegment(identity), segment)
    index = max((segmentation.GetSegmentIndex(each) + 1 for each in before), default=0)
    segmentation.SetSegmentIndex(identity, index)
    return identity


def segments_by_value(node: slicer.vtkMRMLSegmentationNode) -> dict[int, str]:
    """Return the segment ID of each muscle's label value, in the order of the segments.

    Of two segments of the same muscle, such as a copy by the user, the first counts. A segment whose name contradicts
    its tag is no muscle.
    """
    return {value: identity for identity, value in values_in(node).items()}


def names_by_value(node: slicer.vtkMRMLSegmentationNode) -> dict[int, str]:
    """Return the present name of each muscle's segment by label value."""
    segmentation = node.GetSegmentation()
    return {value: segmentation.GetSegment(identity).GetName() for value, identity in segments_by_value(node).items()}


def labels_of(node: slicer.vtkMRMLSegmentationNode, reference: slicer.vtkMRMLScalarVolumeNode) -> Volume:
    """Return the muscles' label map, [k, j, i] uint8, on the grid of a volume, wherever transforms have put the two.

    Where muscles overlap, a voxel is of the layer that Slicer lists last.

    Raises:
        MuscleSegError: The volume has no voxels, a transform is not linear, a segment's name contradicts its tag, or
            two segments are the same muscle.
    """
    geometry = geometry_of(reference)
    return Volume(labels_on(geometry, node, measured_values_in(node)), geometry)


def _require_segments(labels: Volume, segments: Sequence[Segment]) -> None:
    values = [segment.value for segment in segments]
    unnamed = sorted(voxel_counts(labels.array).keys() - values)
    if unnamed or len(set(values)) < len(values):
        if not unnamed:
            message = _("{labels} cannot be shown: every label value needs one name, but two segments share one.")
            raise MuscleSegError(message, labels=labels.name)
        message = _("{labels} cannot be shown: every label value needs one name, but {values} has none.")
        raise MuscleSegError(message, labels=labels.name, values=", ".join(map(str, unnamed)))


def _display(node: slicer.vtkMRMLSegmentationNode) -> None:
    if node.GetDisplayNode() is None:
        node.CreateDefaultDisplayNodes()
        node.GetDisplayNode().SetOpacity2DFill(FILL_OPACITY)


def _require_label_maps(node: slicer.vtkMRMLSegmentationNode) -> None:
    segmentation = node.GetSegmentation()
    if segmentation.GetNumberOfSegments() and segmentation.GetSourceRepresentationName() != BINARY:
        message = _(
            "{node} is made of surfaces and not of voxels, so that muscles cannot be put into it: choose another "
            "segmentation, or a new one."
        )
        raise MuscleSegError(message, node=node.GetName())


@contextmanager
def _changing(node: slicer.vtkMRMLSegmentationNode) -> Iterator[None]:
    """Group all changes in one event, and remove the surfaces of earlier voxels."""
    had_surfaces = node.GetSegmentation().ContainsRepresentation(_SURFACE)
    before = node.StartModify()
    try:
        node.RemoveClosedSurfaceRepresentation()
        yield
        if had_surfaces:
            node.CreateClosedSurfaceRepresentation()
    finally:
        node.EndModify(before)


def _erase(node: slicer.vtkMRMLSegmentationNode, identities: Iterable[str]) -> None:
    """Clear muscles in layers that they share with segments of the user, which keep those layers."""
    segmentation = node.GetSegmentation()
    muscles = set(identities)
    for number in range(segmentation.GetNumberOfLayers(BINARY)):
        together = set(segmentation.GetSegmentIDsForLayer(number, BINARY))
        if together - muscles:
            for identity in together & muscles:
                segmentation.ClearSegment(identity)


def _put_segment(
    segmentation: slicer.vtkSegmentation, identity: str | None, muscle: Segment, image: slicer.vtkOrientedImageData
) -> None:
    segment = segmentation.GetSegment(identity) if identity else slicer.vtkSegment()
    _describe(segment, muscle)
    segment.SetLabelValue(muscle.value)
    segment.AddRepresentation(BINARY, image)
    if identity is None:
        segmentation.AddSegment(segment, segmentation.GenerateUniqueSegmentID(f"Segment_{muscle.value}"))


def _describe(segment: slicer.vtkSegment, muscle: Segment) -> None:
    segment.SetName(muscle.name)
    segment.SetNameAutoGenerated(False)
    segment.SetColor(*(part / 255 for part in muscle.color))
    segment.SetColorAutoGenerated(False)
    if muscle.terminology is not None:
        segment.SetTag(slicer.vtkSegment.GetTerminologyEntryTagName(), serialized(muscle.terminology))
    for name in (CONFIDENCE, DRAWN):  # of a program that drew it before
        segment.RemoveTag(TAGS + name)
    for name, text in {**muscle.tags, VALUE_TAG.removeprefix(TAGS): str(muscle.value)}.items():
        segment.SetTag(TAGS + name, text)
