"""Sides of the subject's body."""

from enum import StrEnum

from MuscleSegLib.terminology import CodedConcept
from MuscleSegLib.translatable import Translatable, _


class Side(StrEnum):
    """A side of the subject's body, not of the picture."""

    RIGHT = "right"
    LEFT = "left"

    @property
    def modifier(self) -> CodedConcept:
        """SNOMED CT qualifier of this side (DICOM PS3.16, CID 244)."""
        if self is Side.RIGHT:
            return ("SCT", "24028007", "Right")
        return ("SCT", "7771000", "Left")

    @property
    def word(self) -> Translatable:
        """Word for the side in a sentence."""
        return _("left") if self is Side.LEFT else _("right")
