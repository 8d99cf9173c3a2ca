"""Segments of a label file: anatomy's names, colors and terminology of each label value, and its confidence."""

import math
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from MuscleSegLib.anatomy import labels_of
from MuscleSegLib.inference.drawn_slices import DRAWN
from MuscleSegLib.volume import REMARK, Segment

CONFIDENCE = "Confidence"
"""Name of the tag of a segment that holds its expected DSC, 0 to 1."""

_NONE: Mapping[int, float] = MappingProxyType({})
_NO_TEXTS: Mapping[int, str] = MappingProxyType({})


def segments_of(
    region_name: str,
    *,
    two_legs: bool,
    confidence: Mapping[int, float] = _NONE,
    remarks: Sequence[str] = (),
    drawn: Mapping[int, str] = _NO_TEXTS,
) -> tuple[Segment, ...]:
    """Return the segments of a region, of a single leg without a side or of the right and the left leg.

    Args:
        region_name: "thigh", "calf", or "lower-limb" for both in one map.
        two_legs: Whether the labels are those of two legs.
        confidence: Expected DSC by label value, as in ``Result``; it becomes a tag, which a .seg.nrrd keeps.
        remarks: Sentences on doubts about the image, which become a tag: measures of these labels may be wrong as well.
        drawn: Slices as the network drew them by label value (``drawn_slices``), which become a tag.

    Raises:
        MuscleSegError: There is no such region.
    """
    remark_tag = {REMARK: " ".join(" ".join(remarks).replace("|", "/").split())} if remarks else {}
    return tuple(
        Segment(
            label.value,
            label.name,
            label.color,
            label.terminology,
            remark_tag
            | ({CONFIDENCE: f"{confidence[label.value]:.3f}"} if label.value in confidence else {})
            | ({DRAWN: drawn[label.value]} if label.value in drawn else {}),
        )
        for label in labels_of(region_name, two_legs=two_legs)
    )


def confidence_of(segments: Iterable[Segment]) -> dict[int, float]:
    """Return the network's confidence in segments, by label value, before any correction."""
    return confidence_in({segment.value: segment.tags.get(CONFIDENCE, "") for segment in segments})


def confidence_in(tags: Mapping[int, str]) -> dict[int, float]:
    """Return the confidence in tags, by label value; tags that are no number from 0 to 1 are left out."""
    numbers = {value: _number(text) for value, text in tags.items()}
    return {value: number for value, number in numbers.items() if 0 <= number <= 1}


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
