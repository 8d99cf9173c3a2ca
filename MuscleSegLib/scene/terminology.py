"""Coded terms in the one line of text that a segment keeps them in."""

from __future__ import annotations

from MuscleSegLib.terminology import Terminology

_CATEGORIES = "Segmentation category and type - 3D Slicer General Anatomy list"
_ANATOMY = "Anatomic codes - DICOM master list"


def serialized(terms: Terminology) -> str:
    """Return codes as ``vtkSlicerTerminologiesModuleLogic::DeserializeTerminologyEntry`` reads them.

    Seven fields with ~ between them: list of categories, category, type, its modifier, list of regions, region, its
    modifier. Of a code, scheme, value and meaning have ^ between them.
    """
    modifier = terms.type_modifier or ("", "", "")
    codes = ["^".join(code) for code in (terms.category, terms.type, modifier, ("", "", ""), ("", "", ""))]
    return "~".join([_CATEGORIES, *codes[:3], _ANATOMY, *codes[3:]])


def coded_terms(text: str) -> Terminology | None:
    """Return the codes of a line that ``serialized`` or Slicer wrote, or None where it has none."""
    fields = [tuple(field.split("^")) for field in text.split("~")]
    if len(fields) < 4 or any(len(code) != 3 for code in fields[1:4]) or not any(fields[2]):
        return None
    _, category, kind, modifier = fields[:4]
    return Terminology(category, kind, modifier if any(modifier) else None)
