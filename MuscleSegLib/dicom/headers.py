"""Headers of source images, made ready for objects that inherit patient and study from them.

Patient and General Study modules: DICOM PS3.3, C.7.1.1 and C.7.2.1. Functional groups: C.7.6.16.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _
from MuscleSegLib.volume.dicom_slices import Slice

if TYPE_CHECKING:
    from pydicom import Dataset

_NEEDED = ("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID")

_MAY_BE_EMPTY = (
    *("PatientName", "PatientID", "PatientBirthDate", "PatientSex"),
    *("StudyDate", "StudyTime", "StudyID", "AccessionNumber", "ReferringPhysicianName"),
)
"""Type 2 attributes of patient and study, which highdicom demands and exporters leave out."""

_OF_IMAGES = ("Modality", "Rows", "Columns", "NumberOfFrames", "ImageOrientationPatient", "ImagePositionPatient")
_KEPT = (*_NEEDED, *_OF_IMAGES, "PixelSpacing", "SliceThickness", "SpacingBetweenSlices", "ImageType")
"""All that an anonymous object needs: UIDs, by which it lies on its images, and their grid."""

_SEXES = ("M", "F", "O")

METHOD = "MuscleSeg: patient, staff, institution and dates left out"
"""Method of deidentification; UIDs are retained (PS3.15, E.3.9), as an object lies on its images by them."""


def require_references(header: "Dataset", path: Path) -> None:
    """Check that an image can be referred to.

    Raises:
        MuscleSegError: A UID is missing, or the image is of a private kind.
    """
    from pydicom.uid import UID

    for keyword in _NEEDED:
        if not header.get(keyword):
            message = _(
                "{path} has no {keyword}, by which an object would belong to it: give original images of the scanner."
            )
            raise MuscleSegError(message, path=path, keyword=keyword)
    if UID(header.SOPClassUID).is_private:
        message = _("{path} is an image of a private kind, which no object can refer to: export it as MR images.")
        raise MuscleSegError(message, path=path)


def prepared_header(header: "Dataset", stack: Sequence[Slice], distance_mm: float, *, is_anonymous: bool) -> "Dataset":
    """Return a header for highdicom, of one slice of a stack or of a multi-frame image.

    Args:
        header: All attributes before the pixels.
        stack: Slices in it, for a multi-frame image one for each of its frames.
        distance_mm: Distance between the slices' centers.
        is_anonymous: Whether it keeps nothing but UIDs and grid.
    """
    from pydicom import Dataset
    from pydicom.valuerep import DSfloat

    groups = ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence")
    kept = Dataset()
    for element in header:
        is_kept = element.keyword in _KEPT if is_anonymous else element.keyword not in groups
        if is_kept and not element.tag.is_private:
            kept.add(element)
    for keyword in _MAY_BE_EMPTY:
        if keyword not in kept:
            setattr(kept, keyword, "")
    if kept.PatientSex not in _SEXES:
        kept.PatientSex = ""
    place, frames = _plane(stack, DSfloat(distance_mm, auto_format=True))
    if "PerFrameFunctionalGroupsSequence" not in header:
        for keyword, value in place.items():
            setattr(kept, keyword, value)
        return kept
    kept.SharedFunctionalGroupsSequence = [_shared_group(place)]
    kept.PerFrameFunctionalGroupsSequence = frames
    return kept


def _plane(stack: Sequence[Slice], distance: object) -> tuple[dict[str, object], list["Dataset"]]:
    """Return orientation and spacing of a stack, and a functional group with the position of each slice."""
    from pydicom import Dataset
    from pydicom.valuerep import DSfloat

    def decimals(values: Sequence[float]) -> list[DSfloat]:
        return [DSfloat(value, auto_format=True) for value in values]

    frames = []
    for image in stack:
        group, position = Dataset(), Dataset()
        position.ImagePositionPatient = decimals(image.position)
        group.PlanePositionSequence = [position]
        frames.append(group)
    thickness = stack[0].thickness_mm
    place = {
        "ImageOrientationPatient": decimals(stack[0].orientation),
        "PixelSpacing": decimals(stack[0].pixel_spacing),
        "SliceThickness": distance if thickness is None else DSfloat(thickness, auto_format=True),
        "SpacingBetweenSlices": distance,
    }
    return place, frames


def _shared_group(place: dict[str, object]) -> "Dataset":
    from pydicom import Dataset

    shared, orientation, measures = Dataset(), Dataset(), Dataset()
    orientation.ImageOrientationPatient = place["ImageOrientationPatient"]
    for keyword in ("PixelSpacing", "SliceThickness", "SpacingBetweenSlices"):
        setattr(measures, keyword, place[keyword])
    shared.PlaneOrientationSequence, shared.PixelMeasuresSequence = [orientation], [measures]
    return shared
