"""Coded terms in the one line of text that a segment keeps them in."""

from __future__ import annotations

from MuscleSegLib.volume import Terminology

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
