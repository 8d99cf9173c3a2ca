"""Which muscles the segments of a node are: by the rule by which a file of them is read (``anatomy.recognize``)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import slicer
import vtk

from MuscleSegLib.anatomy import CALF, CALF_OFFSET, LOWER_LIMB, likely_values, recognize, region_of_segments, scheme
from MuscleSegLib.scene.terminology import coded_terms
from MuscleSegLib.terminology import Terminology

TAGS = "MuscleSeg."
VALUE_TAG = f"{TAGS}Label"
"""The same tag as in the .seg.nrrd files that MuscleSeg writes."""

_CALF_BESIDE_THIGH = frozenset(label.value + CALF_OFFSET for label in CALF.labels(two_legs=True))
"""Tags of the calf's muscles that only a label map of thigh and calf has."""


@dataclass(frozen=True)
class SceneSegment:
    """A segment of a node, as ``anatomy.recognize`` looks at it.

    Attributes:
        identity: Its ID in the node.
        value: That of its tag; 0 where it has none.
        name: What a person reads.
        terminology: Its codes.

    """

    identity: str
    value: int
    name: str
    terminology: Terminology | None

    @property
    def is_tagged(self) -> bool:
        """Whether MuscleSeg put it in."""
        return self.value > 0


def segments_in(node: slicer.vtkMRMLSegmentationNode) -> list[SceneSegment]:
    """Return the segments of a node in their order, of two with one tag and name, a copy, the first alone."""
    segmentation = node.GetSegmentation()
    found: dict[object, SceneSegment] = {}
    for identity in segmentation.GetSegmentIDs():
        segment = segmentation.GetSegment(identity)
        text = tag_of(segment, VALUE_TAG)
        value = int(text) if text.isdecimal() and int(text) <= np.iinfo(np.uint8).max else 0
        name = segment.GetName() or ""
        key = (value, name) if value else identity
        found.setdefault(key, SceneSegment(identity, value, name, coded_terms(segment.GetTerminology() or "")))
    return list(found.values())


def tag_of(segment: slicer.vtkSegment, name: str) -> str:
    """Return a segment's tag, or "" where it has none of that name."""
    text = vtk.mutable("")
    return str(text) if segment.GetTag(name, text) else ""


def region_in(segments: Sequence[SceneSegment]) -> str:
    """Return the region that segments are muscles of by their names, those that MuscleSeg put in before others.

    Returns:
        "thigh", "calf", or "lower-limb" where there are muscles of both, or were when MuscleSeg put them in; "" where
        there is none.

    """
    tagged = [one for one in segments if one.is_tagged]
    if any(one.value in _CALF_BESIDE_THIGH for one in tagged):
        return LOWER_LIMB
    return region_of_segments(tagged) or region_of_segments(segments)


def values_in(node: slicer.vtkMRMLSegmentationNode) -> dict[str, int]:
    """Return the label value of each segment that is a muscle, by its ID; none of one whose name contradicts its tag.

    Of two for one muscle it is the one that MuscleSeg put in, or else the first.
    """
    segments = segments_in(node)
    region = region_in(segments)
    known = {label.value for label in scheme(region).labels} if region else set()
    likely = likely_values(segments, scheme(region)) if region else [0] * len(segments)
    # A tag of another region is nothing that the names could contradict.
    values = [value if one.value in known else value or one.value for one, value in zip(segments, likely, strict=True)]
    owners: dict[int, SceneSegment] = {}
    for one, value in sorted(zip(segments, values, strict=True), key=lambda pair: not pair[0].is_tagged):
        if value:
            owners.setdefault(value, one)
    return {
        one.identity: value
        for one, value in zip(segments, values, strict=True)
        if value and owners[value].identity == one.identity
    }


def measured_values_in(node: slicer.vtkMRMLSegmentationNode) -> dict[str, int]:
    """Return the same for a table, in which all must be clear; several segments may be parts of one muscle.

    Raises:
        MuscleSegError: A name contradicts a tag or code, or two segments are one muscle.

    """
    segments = segments_in(node)
    region = region_in(segments)
    if not region or not values_in(node):
        return values_in(node)
    values = recognize(segments, scheme(region), node.GetName()).values
    return {one.identity: value for one, value in zip(segments, values, strict=True) if value}
