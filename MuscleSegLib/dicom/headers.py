"""Headers of source images for highdicom, which refers to them: UIDs and grid, and nothing of the patient.

Functional groups: DICOM PS3.3, C.7.6.16.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from MuscleSegLib.dicom.identity import MAY_BE_EMPTY
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _
from MuscleSegLib.volume.dicom_slices import Slice

if TYPE_CHECKING:
    from pydicom import Dataset

_NEEDED = ("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID")

_OF_IMAGES = ("Modality", "Rows", "Columns", "NumberOfFrames", "ImageOrientationPatient", "ImagePositionPatient")
_KEPT = (*_NEEDED, *_OF_IMAGES, "PixelSpacing", "SliceThickness", "SpacingBetweenSlices", "ImageType")
"""UIDs, by which an object lies on its images, and their grid."""

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


def prepared_header(header: "Dataset", stack: Sequence[Slice], distance_mm: float) -> "Dataset":
    """Return a header for highdicom, of one slice of a stack or of a multi-frame image.

    Args:
        header: All attributes before the pixels.
        stack: Slices in it, for a multi-frame image one for each of its frames.
        distance_mm: Distance between the slices' centers.
    """
    from pydicom import Dataset
    from pydicom.valuerep import DSfloat

    kept = Dataset()
    for keyword in _KEPT:
        if keyword in header:
            kept.add(header[keyword])
    for keyword in MAY_BE_EMPTY:
        setattr(kept, keyword, "")
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
