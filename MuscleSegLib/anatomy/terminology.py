"""Coded terms: coding scheme, value and meaning, as in Slicer and DICOM."""

from dataclasses import dataclass
from enum import StrEnum

Triple = tuple[str, str, str]
"""A coded concept: coding scheme, code value, code meaning."""

Color = tuple[int, int, int]
"""Red, green and blue, 0 to 255."""

ANATOMICAL_STRUCTURE: Triple = ("SCT", "123037004", "Anatomical Structure")
"""Category of every label. Slicer's own tables have this code, and not the newer 91723000."""


class Side(StrEnum):
    """A side of the subject's body, not of the picture."""

    RIGHT = "right"
    LEFT = "left"

    @property
    def modifier(self) -> Triple:
        """SNOMED CT qualifier of this side (DICOM PS3.16, CID 244)."""
        if self is Side.RIGHT:
            return ("SCT", "24028007", "Right")
        return ("SCT", "7771000", "Left")


@dataclass(frozen=True)
class Terminology:
    """Coded terms of a segment, as in Slicer and DICOM: category, type, and the side as the type's modifier."""

    category: Triple
    type: Triple
    type_modifier: Triple | None = None
