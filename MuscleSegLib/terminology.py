"""Coded terms of segments: coding scheme, value and meaning, as in Slicer and DICOM."""

from dataclasses import dataclass

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _

CodedConcept = tuple[str, str, str]
"""A coded concept of DICOM: coding scheme, code value, code meaning."""


@dataclass(frozen=True)
class Terminology:
    """Coded terms of a segment, as Slicer and DICOM segmentations store them.

    Attributes:
        category: Kind of the structure, such as ("SCT", "123037004", "Anatomical Structure").
        type: The structure.
        type_modifier: Its side, None without one.

    Raises:
        MuscleSegError: A part of a code holds a character that separates codes in Slicer's files.
    """

    category: CodedConcept
    type: CodedConcept
    type_modifier: CodedConcept | None = None

    def __post_init__(self) -> None:
        for code in (self.category, self.type, self.type_modifier or ("", "", "")):
            if len(code) != 3 or any(set(part) & set("^~|\r\n") for part in code):
                message = _("{code} is no usable code: give scheme, value and meaning without ^, ~, | and line ends.")
                raise MuscleSegError(message, code=code)
