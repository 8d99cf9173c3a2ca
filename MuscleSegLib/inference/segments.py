"""What the values of a segmentation are called in a file: anatomy's labels as the segments that ``volume`` writes."""

import math
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from MuscleSegLib.anatomy import labels_of
from MuscleSegLib.volume import REMARK, Segment

CONFIDENCE = "Confidence"
"""The tag of a segment that holds the DSC to be expected of it, 0 to 1."""

_NONE: Mapping[int, float] = MappingProxyType({})


def segments_of(
    region_name: str, *, two_legs: bool, confidence: Mapping[int, float] = _NONE, remarks: Sequence[str] = ()
) -> tuple[Segment, ...]:
    """Return the segments of a region, of one leg without a side or of the right and the left one.

    Args:
        region_name: "thigh", "calf", or "lower-limb" for both in one map.
        two_legs: Whether there are two.
        confidence: By label value, as in ``Result``; it becomes a tag, which a .seg.nrrd keeps.
        remarks: On how the image was read, for a tag too: numbers of these labels may be wrong as those of the image.

    Raises:
        MuscleSegError: There is no such region.

    """
    told = {REMARK: " ".join(" ".join(remarks).replace("|", "/").split())} if remarks else {}
    return tuple(
        Segment(
            label.value,
            label.name,
            label.color,
            label.terminology,
            told | ({CONFIDENCE: f"{confidence[label.value]:.3f}"} if label.value in confidence else {}),
        )
        for label in labels_of(region_name, two_legs=two_legs)
    )


def confidence_of(segments: Iterable[Segment]) -> dict[int, float]:
    """Return the confidence that segments carry, by label value: that of the network, before any correction."""
    return confidence_in({segment.value: segment.tags.get(CONFIDENCE, "") for segment in segments})


def confidence_in(tags: Mapping[int, str]) -> dict[int, float]:
    """Return the confidence that tags hold, by label value; of a tag that is no number from 0 to 1 there is none."""
    numbers = {value: _number(text) for value, text in tags.items()}
    return {value: number for value, number in numbers.items() if 0 <= number <= 1}


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
