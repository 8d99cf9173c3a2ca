"""What the values of a segmentation are called in a file: anatomy's labels as the segments that ``volume`` writes."""

from MuscleSegLib.anatomy import region
from MuscleSegLib.volume import Segment, Terminology


def segments_of(region_name: str, *, two_legs: bool) -> tuple[Segment, ...]:
    """Return the segments of a region, of one leg without a side or of the right and the left one.

    Raises:
        MuscleSegError: There is no such region.

    """
    return tuple(
        Segment(
            label.value,
            label.name,
            label.color,
            Terminology(label.terminology.category, label.terminology.type, label.terminology.type_modifier)
            if label.terminology
            else None,
        )
        for label in region(region_name).labels(two_legs=two_legs)
    )
