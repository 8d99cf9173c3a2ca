"""Writing a DICOM series.

Classic MR Image Storage, one file a slice: PS3.3 A.4. There is no date in it, and UIDs are derived from a given text,
so that equal volumes give equal files.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.files import written_whole
from MuscleSegLib.translatable import _
from MuscleSegLib.volume.itk import grid_of
from MuscleSegLib.volume.volume import Volume

if TYPE_CHECKING:
    from pydicom.dataset import FileDataset

_MOST_VALUE_CHARACTERS, _MOST_DESCRIPTION_CHARACTERS = 16, 64
"""Largest lengths of a decimal string (DS) and a long string (LO)."""

_FIXED = {
    # Type 2 attributes have to be there, and may be empty.
    **dict.fromkeys(("PatientBirthDate", "StudyDate", "StudyTime", "StudyID", "AccessionNumber"), ""),
    **dict.fromkeys(("ReferringPhysicianName", "PositionReferenceIndicator", "ScanOptions"), ""),
    **dict.fromkeys(("RepetitionTime", "EchoTime", "EchoTrainLength"), None),
    "PatientSex": "O",
    "Modality": "MR",
    "SeriesNumber": 1,
    "Manufacturer": "MuscleSeg",
    "PatientPosition": "HFS",
    "ImageType": ["ORIGINAL", "PRIMARY", "OTHER"],
    "ScanningSequence": "SE",
    "SequenceVariant": "NONE",
    "MRAcquisitionType": "2D",
    "SamplesPerPixel": 1,
    "PhotometricInterpretation": "MONOCHROME2",
    "BitsAllocated": 16,
    "BitsStored": 16,
    "HighBit": 15,
    "PixelRepresentation": 1,
}


def write_dicom(
    volume: Volume,
    folder: Path | str,
    *,
    identity: str,
    patient: str,
    thickness_mm: float,
    attributes: Mapping[str, Any] | None = None,
) -> None:
    """Write a volume as a series of MR images, ``IM0001.dcm`` and so on in the order of k.

    Args:
        volume: [k, j, i] int16 voxels; its description becomes that of the series.
        folder: Folder of the files, made if needed. Existing files are replaced.
        identity: Text from which the UIDs are derived.
        patient: Name and ID of the patient.
        thickness_mm: Slice thickness; the rest of the spacing is a gap.
        attributes: More attributes of every image by their keywords, such as ``EchoTime``.

    Raises:
        MuscleSegError: Voxels are not int16, axes are not at right angles, or the folder cannot be written to.
    """
    _require_int16(volume)
    folder = _made(Path(folder))
    shared = _shared(volume, identity, patient, thickness_mm) | dict(attributes or {})
    origin, spacing, direction = grid_of(volume.geometry)
    normal = np.array(direction).reshape(3, 3)[:, 2]
    for k, plane in enumerate(volume.array):
        position = origin + k * spacing[2] * normal
        place = {
            "SOPInstanceUID": _uid(identity, "image", k),
            "InstanceNumber": k + 1,
            "ImagePositionPatient": [_decimal(value) for value in position],
            "SliceLocation": _decimal(float(position @ normal)),
        }
        with written_whole(folder / f"IM{k + 1:04d}.dcm") as temporary:
            _dataset(shared | place, plane).save_as(temporary, enforce_file_format=True)


def _require_int16(volume: Volume) -> None:
    if volume.array.dtype != np.int16:
        message = _(
            "{volume} has voxels of type {dtype}, and DICOM images are written of int16: round its values to whole "
            "numbers first."
        )
        raise MuscleSegError(message, volume=volume.name, dtype=volume.array.dtype)


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = _("The folder {folder} cannot be made ({reason}): choose another place.")
        raise MuscleSegError(message, folder=folder, reason=error.strerror) from error
    return folder


def _shared(volume: Volume, identity: str, patient: str, thickness_mm: float) -> dict[str, Any]:
    """Return the attributes that all images of the series share."""
    from pydicom.uid import MRImageStorage

    _, spacing, direction = grid_of(volume.geometry)
    axes = np.array(direction).reshape(3, 3)
    _, rows, columns = volume.geometry.shape
    return _FIXED | {
        "SOPClassUID": MRImageStorage,
        "PatientName": patient,
        "PatientID": patient,
        "StudyInstanceUID": _uid(identity, "study"),
        "SeriesInstanceUID": _uid(identity, "series"),
        "FrameOfReferenceUID": _uid(identity, "frame of reference"),
        "SeriesDescription": volume.description[:_MOST_DESCRIPTION_CHARACTERS],
        "SliceThickness": _decimal(thickness_mm),
        "SpacingBetweenSlices": _decimal(spacing[2]),
        "PixelSpacing": [_decimal(spacing[1]), _decimal(spacing[0])],
        "ImageOrientationPatient": [_decimal(value) for value in (*axes[:, 0], *axes[:, 1])],
        "Rows": rows,
        "Columns": columns,
    }


def _dataset(attributes: Mapping[str, Any], plane: np.ndarray[Any, Any]) -> "FileDataset":
    from pydicom.dataset import FileDataset, FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian

    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = attributes["SOPClassUID"]
    meta.MediaStorageSOPInstanceUID = attributes["SOPInstanceUID"]
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    for keyword, value in attributes.items():
        setattr(dataset, keyword, value)
    dataset.PixelData = plane.astype("<i2").tobytes()
    return dataset


def _uid(*words: object) -> str:
    from pydicom.uid import generate_uid

    return str(generate_uid(entropy_srcs=["MuscleSeg", *(str(word) for word in words)]))


def _decimal(value: float) -> str:
    """Return a decimal string with as many digits as fit."""
    text = f"{value + 0.0:.10g}"
    return text if len(text) <= _MOST_VALUE_CHARACTERS else f"{value:.9e}"
