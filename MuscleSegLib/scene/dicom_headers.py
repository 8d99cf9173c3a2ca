"""DICOM headers of a volume that was loaded from Slicer's DICOM database."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from pathlib import Path

import slicer

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _
from MuscleSegLib.volume.dicom_files import is_dicom

PATIENT_ID = "0010,0020"
FRAME_OF_REFERENCE = "0020,0052"
SERIES_DESCRIPTION = "0008,103E"
SLICE_THICKNESS = "0018,0050"
RESCALE_SLOPE, RESCALE_TYPE = "0028,1053", "0028,1054"
PHILIPS_SCALE_SLOPE = "2005,100E"

_INSTANCES_OF_A_STEP = 20


def dicom_values(node: slicer.vtkMRMLVolumeNode, tags: Sequence[str]) -> Mapping[str, str]:
    """Return values of a volume's first instance by tag ("0010,0020"); tags without a value are left out.

    The mapping is empty for volumes that did not come from DICOM, and without their database.
    """
    instances = (node.GetAttribute("DICOM.instanceUIDs") or "").split()
    database = getattr(slicer, "dicomDatabase", None)
    if not instances or database is None or not database.isOpen:
        return {}
    try:
        values = {tag: database.instanceValue(instances[0], tag).strip() for tag in tags}
    except RuntimeError:  # the file has gone from the database's folder
        return {}
    return {tag: value for tag, value in values.items() if value}


def source_files(node: slicer.vtkMRMLVolumeNode) -> Generator[None, None, tuple[Path, ...]]:
    """Return the DICOM files of a volume's images, in steps.

    They are those that Slicer's DICOM database names for the volume's instances, or the files that the volume was read
    from without the database.

    Raises:
        MuscleSegError: The volume did not come from DICOM, or a file is there no longer.
    """
    instances = (node.GetAttribute("DICOM.instanceUIDs") or "").split()
    if not instances:
        files = _files_read(node)
        yield
        if files and all(path.is_file() and is_dicom(path) for path in files):
            return files
        message = _(
            "{node} did not come from DICOM, by whose headers a result belongs to a patient and a study: load the scan "
            "from the module DICOM, and choose it here."
        )
        raise MuscleSegError(message, node=node.GetName())
    database = getattr(slicer, "dicomDatabase", None)
    names = []
    for number, instance in enumerate(instances):
        names.append(database.fileForInstance(instance) if database is not None and database.isOpen else "")
        if number % _INSTANCES_OF_A_STEP == 0:
            yield
    files = tuple(Path(name) for name in names if name and Path(name).is_file())
    if len(files) < len(instances):
        message = _(
            "{count} of the {all} DICOM images of {node} are not in Slicer's DICOM database any more: import them in "
            "the module DICOM again."
        )
        raise MuscleSegError(message, count=len(instances) - len(files), all=len(instances), node=node.GetName())
    return tuple(dict.fromkeys(files))


def _files_read(node: slicer.vtkMRMLVolumeNode) -> tuple[Path, ...]:
    """Return the files that a volume was read from: a series has one for each slice."""
    storage = node.GetStorageNode()
    if storage is None:
        return ()
    names = [storage.GetNthFileName(number) for number in range(storage.GetNumberOfFileNames())]
    return tuple(Path(name) for name in dict.fromkeys((*names, storage.GetFileName())) if name)


def positive_number(text: str) -> float | None:
    """Return the number in a header's text, or None where it is not above 0."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 < number < float("inf") else None


def scale_in(values: Mapping[str, str]) -> float | None:
    """Return the divisor that makes Philips' values comparable (``Volume.scale``); None without a scale slope."""
    scale_slope = positive_number(values.get(PHILIPS_SCALE_SLOPE, ""))
    return None if scale_slope is None else scale_slope * float(positive_number(values.get(RESCALE_SLOPE, "")) or 1.0)
