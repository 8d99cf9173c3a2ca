"""Sides of the subject in label values, names and colors."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, overload

from MuscleSegLib.anatomy.muscles import Color
from MuscleSegLib.terminology import CodedConcept
from MuscleSegLib.translatable import Translatable, _

LEFT_OFFSET = 100
"""Offset of the label values of the subject's left leg, where both legs are in the field of view."""


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


# Okabe and Ito's palette, safe for color blindness.
SIDE_COLORS: Mapping[str | None, Color] = MappingProxyType(
    {Side.RIGHT: (0, 114, 178), Side.LEFT: (230, 159, 0), None: (140, 140, 140)}
)
"""Colors of the sides in pictures, and of a leg whose side is not known."""


def sides_of(*, two_legs: bool) -> tuple[Side, ...] | tuple[None]:
    """Return right and left for two legs, and None for a single leg."""
    return tuple(Side) if two_legs else (None,)


@overload
def side_value(code: int, side: Side | None) -> int: ...
@overload
def side_value(code: Any, side: Side | None) -> Any: ...
def side_value(code: Any, side: Side | None) -> Any:
    """Return the label value of a muscle's code on a side: the left leg is the code + 100.

    Args:
        code: Code, or array of codes of any shape and integer dtype, which the result has too.
        side: Side of the leg, or None for a leg without a side.
    """
    return code + LEFT_OFFSET if side is Side.LEFT else code


@overload
def value_without_side(value: int) -> int: ...
@overload
def value_without_side(value: Any) -> Any: ...
def value_without_side(value: Any) -> Any:
    """Return the label value of the same muscle in the right leg, or in a leg without a side.

    Args:
        value: Label value, or array of label values of any shape and integer dtype, which the result has too.
    """
    return value % LEFT_OFFSET


@overload
def is_left(value: int) -> bool: ...
@overload
def is_left(value: Any) -> Any: ...
def is_left(value: Any) -> Any:
    """Return whether a label value is a muscle of the left leg.

    Args:
        value: Label value, or array of label values of any shape; the result is then a bool array of that shape.
    """
    return value > LEFT_OFFSET


def side_name(name: str, side: Side | None) -> str:
    """Return a structure's name for a person: "Left soleus", or "Soleus" where the side is not known."""
    if side is None:
        return name.capitalized() if isinstance(name, Translatable) else name[0].upper() + name[1:]
    template = _("Left {muscle}") if side is Side.LEFT else _("Right {muscle}")
    return template.format(muscle=name)
