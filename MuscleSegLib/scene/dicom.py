"""What the DICOM headers of a volume say, where it was loaded from Slicer's DICOM database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import slicer

PATIENT_ID = "0010,0020"
FRAME_OF_REFERENCE = "0020,0052"
SLICE_THICKNESS = "0018,0050"


def dicom_values(node: slicer.vtkMRMLVolumeNode, tags: Sequence[str]) -> Mapping[str, str]:
    """Return values of the first instance of a volume by tag ("0010,0020"); tags without a value are left out.

    The mapping is empty for volumes that did not come from DICOM, and where their database is not there.
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


def thickness_of(text: str) -> float | None:
    """Return the slices' thickness in mm that a header gives as text, or None where it is no positive number."""
    try:
        thickness = float(text)
    except ValueError:
        return None
    return thickness if thickness > 0 else None
