"""Completeness of a DICOM series: images of one person, without gaps in their numbers."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _
from MuscleSegLib.volume.dicom_series import Series
from MuscleSegLib.volume.formats import one_line
from MuscleSegLib.volume.remarks import remark

if TYPE_CHECKING:
    from pydicom import Dataset

WHO = ("PatientID", "PatientName", "PatientBirthDate")
WHOSE = (*WHO, "StudyInstanceUID", "FrameOfReferenceUID")
"""Attributes that all images of a series share (PS3.3, C.7.1 to C.7.4)."""
_UID = "UID"


def require_one_patient(files: Sequence[tuple[Path, "Dataset"]], name: str, keywords: Sequence[str] = WHOSE) -> None:
    """Check that images are of one person and, where they are of one series, of one examination.

    Args:
        files: Files and their headers.
        name: Name of the images in messages.
        keywords: Attributes that must not differ.

    Raises:
        MuscleSegError: An attribute differs.
    """
    for keyword in keywords:
        values: dict[str, str] = {}
        for file, header in files:
            value = one_line(str(header.get(keyword) or "").replace("^", " ")).lower()
            if value:
                values.setdefault(value, file.name)
        # Programs that convert files one by one give each of them another UID, without meaning.
        is_own = keyword.endswith(_UID) and len(values) == len(files)
        if len(values) > 1 and not is_own:
            names = " and ".join(list(values.values())[:2])
            message = _(
                "{name} has images of {count} patients or examinations ({keyword} of {names} differs): give a "
                "folder with the images of one examination."
            )
            raise MuscleSegError(message, name=name, count=len(values), keyword=keyword, names=names)


def remark_missing_images(series: Series, path: Path) -> None:
    """Remark where image numbers have gaps, or an acquisition has more images than there are."""
    numbers = sorted(number for _, header in series.files if (number := _number(header, "InstanceNumber")) is not None)
    if len(series.files) > 1 and len(set(numbers)) == len(series.files):
        gaps = [n + 1 for n, following in zip(numbers, numbers[1:], strict=False) if following != n + 1]
        if numbers[0] > 1 or gaps:
            sentence = _(
                "Series {series} in {path} has image numbers from {first} to {last}, but {count} images: if those "
                "before or between them should be there, volumes are too small."
            )
            first, last, count = numbers[0], numbers[-1], len(numbers)
            remark(sentence, series=series.title, path=path, first=first, last=last, count=count)
    promised = {_number(header, "ImagesInAcquisition") for _, header in series.files}
    acquisitions = {_number(header, "AcquisitionNumber") for _, header in series.files}
    expected = promised.pop() if len(promised) == 1 else None
    present = sum(_number(header, "NumberOfFrames") or 1 for _, header in series.files)
    if expected is not None and len(acquisitions) == 1 and present < expected:
        sentence = _(
            "Series {series} in {path} holds {present} of {expected} images of its acquisition: if the others should "
            "be there, volumes are too small."
        )
        remark(sentence, series=series.title, path=path, present=present, expected=expected)


def _number(header: "Dataset", keyword: str) -> int | None:
    try:
        return int(header.get(keyword))
    except (TypeError, ValueError):
        return None
