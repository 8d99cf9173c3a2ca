"""Muscles of a node's segments, recognized by the rule for files (``anatomy.recognize``)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import slicer
import vtk

from MuscleSegLib.anatomy import (
    CALF,
    CALF_OFFSET,
    LOWER_LIMB,
    label_set_of_segments,
    likely_values,
    recognize,
    region_of_segments,
    scheme,
)
from MuscleSegLib.scene.terminology_tag import coded_terms
from MuscleSegLib.terminology import Terminology

TAGS = "MuscleSeg."
VALUE_TAG = f"{TAGS}Label"
"""Tag of the .seg.nrrd files that MuscleSeg writes."""

_CALF_BESIDE_THIGH = frozenset(label.value + CALF_OFFSET for label in CALF.labels(two_legs=True))
"""Label values of the calf in label maps of thigh and calf, which label maps of a single region do not have."""


@dataclass(frozen=True)
class SceneSegment:
    """Segment of a node, as ``anatomy.recognize`` takes it.

    Attributes:
        identity: Segment ID in the node.
        value: Label value of the tag; 0 without a tag.
        name: Name for a person.
        terminology: Coded terms.
    """

    identity: str
    value: int
    name: str
    terminology: Terminology | None

    @property
    def is_tagged(self) -> bool:
        """Whether MuscleSeg made the segment."""
        return self.value > 0


def segments_in(node: slicer.vtkMRMLSegmentationNode) -> list[SceneSegment]:
    """Return the segments of a node in their order, without copies of the same tag and name."""
    segmentation = node.GetSegmentation()
    segments: dict[object, SceneSegment] = {}
    for identity in segmentation.GetSegmentIDs():
        segment = segmentation.GetSegment(identity)
        text = tag_of(segment, VALUE_TAG)
        value = int(text) if text.isdecimal() and int(text) <= np.iinfo(np.uint8).max else 0
        name = segment.GetName() or ""
        key = (value, name) if value else identity
        segments.setdefault(key, SceneSegment(identity, value, name, coded_terms(segment.GetTerminology() or "")))
    return list(segments.values())


def tag_of(segment: slicer.vtkSegment, name: str) -> str:
    """Return a segment's tag, or "" without a tag of that name."""
    text = vtk.mutable("")
    return str(text) if segment.GetTag(name, text) else ""


def region_in(segments: Sequence[SceneSegment]) -> str:
    """Return the region of segments by their names, or by those of MuscleSeg's segments alone, if there are any.

    Returns:
        "thigh", "calf", or "lower-limb" where muscles of both are, or were in MuscleSeg's result; a fine label set
        where the tags are of its muscles; "" without muscles.
    """
    tagged = [segment for segment in segments if segment.is_tagged]
    if any(segment.value in _CALF_BESIDE_THIGH for segment in tagged):
        return LOWER_LIMB
    return label_set_of_segments(tagged) or region_of_segments(segments)


def values_in(node: slicer.vtkMRMLSegmentationNode) -> dict[str, int]:
    """Return the label value of each muscle by segment ID; a segment whose name contradicts its tag is no muscle.

    Of two segments of the same muscle, MuscleSeg's counts, or else the first.
    """
    segments = segments_in(node)
    region = region_in(segments)
    values_of_region = {label.value for label in scheme(region).labels} if region else set()
    likely = likely_values(segments, scheme(region)) if region else [0] * len(segments)
    # Names cannot contradict a tag of another region.
    values = [
        value if segment.value in values_of_region else value or segment.value
        for segment, value in zip(segments, likely, strict=True)
    ]
    owners: dict[int, SceneSegment] = {}
    for segment, value in sorted(zip(segments, values, strict=True), key=lambda pair: not pair[0].is_tagged):
        if value:
            owners.setdefault(value, segment)
    return {
        segment.identity: value
        for segment, value in zip(segments, values, strict=True)
        if value and owners[value].identity == segment.identity
    }


def measured_values_in(node: slicer.vtkMRMLSegmentationNode) -> dict[str, int]:
    """Return the label value of each measured muscle by segment ID; several segments may be parts of a muscle.

    Raises:
        MuscleSegError: A name contradicts a tag or code, or two segments are the same muscle.
    """
    segments = segments_in(node)
    region = region_in(segments)
    if not region or not values_in(node):
        return values_in(node)
    values = recognize(segments, scheme(region), node.GetName()).values
    return {segment.identity: value for segment, value in zip(segments, values, strict=True) if value}
