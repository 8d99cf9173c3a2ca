"""DICOM headers of a volume that was loaded from Slicer's DICOM database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import slicer

PATIENT_ID = "0010,0020"
FRAME_OF_REFERENCE = "0020,0052"
SERIES_DESCRIPTION = "0008,103E"
SLICE_THICKNESS = "0018,0050"
RESCALE_SLOPE, RESCALE_TYPE = "0028,1053", "0028,1054"
PHILIPS_SCALE_SLOPE = "2005,100E"


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
