"""Endings of file formats."""

from collections.abc import Sequence
from pathlib import Path

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _

NIFTI_ENDINGS = (".nii.gz", ".nii")
METAIMAGE_ENDINGS = (".mha", ".mhd")
SEGMENTATION_ENDING = ".seg.nrrd"
IMAGE_ENDINGS = (*NIFTI_ENDINGS, ".nrrd", ".mha")
"""Formats that are written: single files, which are whole or absent."""
READABLE_ENDINGS = (*NIFTI_ENDINGS, SEGMENTATION_ENDING, ".nrrd", ".nhdr", ".mha", ".mhd")
DESCRIPTION_KEY = "MuscleSeg.Description"
"""Header field of NRRD and MetaImage files, and tag of Slicer segments, that holds a volume's description."""


def ending_of(path: Path) -> str:
    """Return the ending of a file's name in lower case, both parts of double endings (".nii.gz", ".seg.nrrd")."""
    name = path.name.lower()
    return next((ending for ending in READABLE_ENDINGS if name.endswith(ending)), path.suffix.lower())


def require_ending(path: Path, endings: Sequence[str]) -> str:
    """Return the ending of a file that is to be written.

    Raises:
        MuscleSegError: It is none of ``endings``.
    """
    ending = ending_of(path)
    if ending not in endings:
        message = _("{path} cannot be written: choose a name that ends with {endings}.")
        raise MuscleSegError(message, path=path.name, endings=", ".join(endings))
    return ending


def one_line(text: str) -> str:
    """Return text with every stretch of white space, line ends too, as one blank: header fields have one line."""
    return " ".join(text.split())
