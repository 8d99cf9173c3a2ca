"""Kinds of DICOM objects with labels, supported and unsupported."""

from pathlib import Path

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _
from MuscleSegLib.volume.dicom_files import identity_of, is_dicom, quiet_pydicom

_SEGMENTATIONS = ("1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.66.7")
_UNSUPPORTED = {
    "1.2.840.10008.5.1.4.1.1.481.3": _("an RT structure set (RTSTRUCT)"),
    "1.2.840.10008.5.1.4.1.1.66.5": _("a surface segmentation"),
    "1.2.840.10008.5.1.4.1.1.68.1": _("a surface scan"),
}
"""Kinds of DICOM objects with labels that are not read: PS3.6, A."""

_SHOWN = 6


def is_segmentation(path: Path) -> bool:
    """Return whether a file is a DICOM segmentation."""
    return is_dicom(path) and _kind_of(path) in _SEGMENTATIONS


def segmentation_in(path: Path) -> Path | None:
    """Return the DICOM segmentation of a path: the file itself, or the one in a folder and its subfolders.

    Returns:
        None without a segmentation.

    Raises:
        MuscleSegError: There are several, or nothing but structures of a kind that is not read.
    """
    files = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
    kinds = {file: _kind_of(file) for file in files if is_dicom(file)}
    segmentations = [file for file, kind in kinds.items() if kind in _SEGMENTATIONS]
    if len(segmentations) > 1:
        names = ", ".join(str(file.relative_to(path)) for file in segmentations[:_SHOWN])
        message = _("{path} holds {segmentation_count} DICOM segmentations ({names}): give the path of one of them.")
        raise MuscleSegError(message, path=path, segmentation_count=len(segmentations), names=names)
    if segmentations:
        return segmentations[0]
    unsupported = {kind: file for file, kind in kinds.items() if kind in _UNSUPPORTED}
    for kind, file in unsupported.items():
        message = _(
            "{file} is {unsupported}, which is not supported: load it into Slicer, convert it to a segmentation there, "
            "and save that as .seg.nrrd."
        )
        raise MuscleSegError(message, file=file, unsupported=_UNSUPPORTED[kind])
    return None


def _kind_of(path: Path) -> str:
    with quiet_pydicom():
        identity = identity_of(path)
    if identity is None:
        return ""
    meta = getattr(identity, "file_meta", {})
    return str(identity.get("SOPClassUID") or meta.get("MediaStorageSOPClassUID") or "")
