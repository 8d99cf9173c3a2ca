"""Headers of DICOM images, a ``Slice`` for every image or frame.

Tags and functional groups: DICOM PS3.3, C.7.6.2 (image plane), C.7.6.16 (multi-frame functional groups).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _
from MuscleSegLib.volume import dicom_checks
from MuscleSegLib.volume.dicom_private import SCALE_TAGS, scale_slope_of
from MuscleSegLib.volume.dicom_real_world import MAPPINGS, scaling_of
from MuscleSegLib.volume.integrity import damaged

if TYPE_CHECKING:
    from pydicom import Dataset

TRAITS = {
    "EchoTime": _("echo time (ms)"),
    "EffectiveEchoTime": _("echo time (ms)"),
    "DiffusionBValue": _("b-value (s/mm2)"),
    "InversionTime": _("inversion time (ms)"),
    "FlipAngle": _("flip angle (degrees)"),
    "TemporalPositionIdentifier": _("time point"),
    "TemporalPositionIndex": _("time point"),
    "TriggerTime": _("trigger time (ms)"),
    "ImageType": _("image type"),
    "FrameType": _("image type"),
    "AcquisitionNumber": _("acquisition number"),
    "ComplexImageComponent": _("part of the complex signal"),
    "RepetitionTime": _("repetition time (ms)"),
    "MagneticFieldStrength": _("field strength (T)"),
    "EchoNumbers": _("echo number"),
}
"""Attributes that may distinguish images at one position, most specific first, and their names for people."""

_PLANE = ("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "SpacingBetweenSlices", "SliceThickness")
_RESCALE = ("RescaleSlope", "RescaleIntercept", "RescaleType")
_SCALE_SLOPE = "ScaleSlope"
_GROUPS = ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence")
_SERIES = ("SeriesInstanceUID", "SeriesNumber", "SeriesDescription", "Modality", "PatientID", "FrameOfReferenceUID")
_WHOSE = ("SOPClassUID", "StudyInstanceUID", "PatientName", "PatientBirthDate", "InstanceNumber", "ImagesInAcquisition")
_PIXELS = ("Rows", "Columns", "SamplesPerPixel", "NumberOfFrames", "PhotometricInterpretation", "BitsAllocated")
_SIEMENS = (dicom_checks.SIEMENS_CREATOR, dicom_checks.SIEMENS_MOSAIC)
_GE_CREATOR, _GE_COMPONENT = 0x00430010, 0x0043102F
_GE_COMPONENTS = {0: "MAGNITUDE", 1: "PHASE", 2: "REAL", 3: "IMAGINARY"}
"""Parts of the complex signal in GE's private element of classic images, (0043,102F) of GEMS_PARM_01."""
HEADER_TAGS: list[str | int] = [
    *(*_SERIES, *_WHOSE, *_PIXELS, *_PLANE, *_RESCALE, MAPPINGS, *TRAITS, *_GROUPS),
    *(_GE_CREATOR, _GE_COMPONENT, *_SIEMENS),
    *SCALE_TAGS,
]
_WANTED = frozenset((*_PLANE, *_RESCALE, MAPPINGS, *TRAITS))


@dataclass(frozen=True)
class Slice:
    """2D image in the patient.

    Attributes:
        path: The file.
        frame: Index of the image in the file.
        size: Numbers of rows and columns.
        position: LPS millimeters of the center of the first voxel.
        orientation: LPS unit vector along a row (increasing column), then along a column.
        pixel_spacing: Millimeters between rows and between columns.
        distance_mm: Distance between slices' centers; None if unknown.
        thickness_mm: Excited part of that distance; None if unknown.
        slope: Factor from stored to real values.
        intercept: Offset of the real values.
        traits: Values of the attributes in ``TRAITS``, by keyword.
        scale_slope: Scale of Philips for values that compare with those of other series; None without one.
        unit: Unit of the real values in the header's spelling; empty if unknown.
        limits: Least and largest stored value with a real one; None for no limits.
        doubt: Remark on the values that follows the name of the series; empty without doubt.
    """

    path: Path
    frame: int
    size: tuple[int, int]
    position: tuple[float, ...]
    orientation: tuple[float, ...]
    pixel_spacing: tuple[float, ...]
    distance_mm: float | None
    thickness_mm: float | None
    slope: float
    intercept: float
    traits: Mapping[str, str]
    scale_slope: float | None = None
    unit: str = ""
    limits: tuple[float, float] | None = None
    doubt: str = ""


def slices_of(path: Path, header: "Dataset") -> list[Slice]:
    """Return the images of a DICOM file, one of a classic file and every frame of an enhanced one.

    Args:
        path: The file.
        header: Its header with at least ``HEADER_TAGS``.

    Raises:
        MuscleSegError: The file holds color images, mosaics, or images with no position in the patient, or its header
            cannot be right.
    """
    dicom_checks.require_gray(path, header)
    count = dicom_checks.frame_count(path, header)
    image_fields = _fields(header)
    frames = header.get("PerFrameFunctionalGroupsSequence")
    if frames is None:
        if count > 1:
            message = _(
                "{path} holds several images without saying where each of them lies: export them as single images "
                "(classic DICOM)."
            )
            raise MuscleSegError(message, path=path)
        return [_slice(path, header, image_fields, 0)]
    shared = [_group_fields(group) for group in header.get("SharedFunctionalGroupsSequence") or []]
    for fields in shared:
        image_fields |= fields
    return [_slice(path, header, image_fields | _group_fields(group), frame) for frame, group in enumerate(frames)]


def _fields(dataset: "Dataset") -> dict[str, Any]:
    fields = {element.keyword: element.value for element in dataset if element.keyword in _WANTED}
    if _GE_COMPONENT in dataset and "GEMS_PARM_01" in str(dataset.get(_GE_CREATOR)):
        value = dataset[_GE_COMPONENT].value
        number = int.from_bytes(value, "little") if isinstance(value, bytes) else int(value)
        fields.setdefault("ComplexImageComponent", _GE_COMPONENTS.get(number))
    scale_slope = scale_slope_of(dataset)
    return fields if scale_slope is None else fields | {_SCALE_SLOPE: scale_slope}


def _group_fields(group: "Dataset") -> dict[str, Any]:
    """Gather the wanted attributes of all functional groups (plane position, echo, diffusion, ...) of one frame."""
    fields: dict[str, Any] = {MAPPINGS: group[MAPPINGS].value} if MAPPINGS in group else {}
    for element in group:
        if element.VR == "SQ" and element.value:
            fields |= _fields(element.value[0])
    scale_slope = scale_slope_of(group)
    return fields if scale_slope is None else fields | {_SCALE_SLOPE: scale_slope}


def _slice(path: Path, header: "Dataset", fields: Mapping[str, Any], frame: int) -> Slice:
    dicom_checks.require_no_mosaic(path, header, fields)
    thickness = dicom_checks.finite(path, "SliceThickness", fields.get("SliceThickness") or 0)
    distance = dicom_checks.finite(path, "SpacingBetweenSlices", fields.get("SpacingBetweenSlices") or 0)
    scaling = scaling_of(path, fields)
    return Slice(
        path=path,
        frame=frame,
        size=dicom_checks.size(path, header),
        position=dicom_checks.position(path, _numbers(path, fields, "ImagePositionPatient", 3)),
        orientation=dicom_checks.direction_cosines(path, _numbers(path, fields, "ImageOrientationPatient", 6)),
        pixel_spacing=dicom_checks.pixel_spacing(path, _numbers(path, fields, "PixelSpacing", 2)),
        distance_mm=abs(distance) or None,
        thickness_mm=abs(thickness) or None,
        slope=scaling.slope,
        intercept=scaling.intercept,
        traits={keyword: _text(fields[keyword]) for keyword in TRAITS if fields.get(keyword) is not None},
        scale_slope=fields.get(_SCALE_SLOPE),
        unit=scaling.unit,
        limits=scaling.limits,
        doubt=scaling.doubt,
    )


def _numbers(path: Path, fields: Mapping[str, Any], keyword: str, count: int) -> tuple[float, ...]:
    values = fields.get(keyword)
    if not values:
        message = _(
            "{path} does not say where it lies in the patient (no {keyword}): give original images of the scanner, not "
            "screenshots, and copy this file again if it is one."
        )
        raise MuscleSegError(message, path=path, keyword=keyword)
    if len(values) != count:
        why = _("{keyword} has {value_count} numbers instead of {count}")
        raise damaged(path, why, keyword=keyword, value_count=len(values), count=count)
    return tuple(dicom_checks.finite(path, keyword, value) for value in values)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    try:
        return "/".join(str(part) for part in value)
    except TypeError:  # a number
        return f"{float(value):g}"
