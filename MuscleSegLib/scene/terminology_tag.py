"""Coded terms as a line of text, a segment's tag."""

from __future__ import annotations

from MuscleSegLib.terminology import Terminology

_CATEGORIES = "Segmentation category and type - 3D Slicer General Anatomy list"
_ANATOMY = "Anatomic codes - DICOM master list"


def serialized(terms: Terminology) -> str:
    """Return coded terms as ``vtkSlicerTerminologiesModuleLogic::DeserializeTerminologyEntry`` reads them.

    Seven fields with ~ between them: list of categories, category, type, type modifier, list of regions, region, region
    modifier. A code's scheme, value and meaning have ^ between them.
    """
    modifier = terms.type_modifier or ("", "", "")
    codes = ["^".join(code) for code in (terms.category, terms.type, modifier, ("", "", ""), ("", "", ""))]
    return "~".join([_CATEGORIES, *codes[:3], _ANATOMY, *codes[3:]])


def coded_terms(text: str) -> Terminology | None:
    """Return the coded terms in a line of ``serialized`` or of Slicer, or None without any."""
    fields = [tuple(field.split("^")) for field in text.split("~")]
    if len(fields) < 4 or any(len(code) != 3 for code in fields[1:4]) or not any(fields[2]):
        return None
    _, category, kind, modifier = fields[:4]
    return Terminology(category, kind, modifier if any(modifier) else None)
