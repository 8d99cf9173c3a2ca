"""Finding the DICOM series that is meant and reading it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume.dicom_pixels import voxels_of_slices
from MuscleSegLib.volume.dicom_slices import HEADER_TAGS, Slice, slices_of
from MuscleSegLib.volume.dicom_stack import (
    geometry_of_stack,
    on_one_scale,
    stacked,
    thickness_of_stack,
    unit_of_stack,
)
from MuscleSegLib.volume.formats import one_line
from MuscleSegLib.volume.integrity import damaged
from MuscleSegLib.volume.volume import Volume

if TYPE_CHECKING:
    from pydicom import Dataset

_PREAMBLE_BYTES = 128
_MAGIC = b"DICM"


@dataclass(frozen=True)
class _Series:
    uid: str
    number: str
    description: str
    files: tuple[tuple[Path, "Dataset"], ...]

    def __str__(self) -> str:
        images = sum(int(header.get("NumberOfFrames") or 1) for _, header in self.files)
        plural = "image" if images == 1 else "images"
        return f'{self.number or "no number"} "{self.description}" ({images} {plural}, {self.uid})'


def is_dicom(path: Path) -> bool:
    """Return whether a file begins as DICOM files do (PS3.10, 7.1), whatever its name."""
    with path.open("rb") as file:
        return file.read(_PREAMBLE_BYTES + len(_MAGIC))[_PREAMBLE_BYTES:] == _MAGIC


def read_folder(folder: Path, *, series: str | None) -> Volume:
    """Read the one DICOM series in a folder and its subfolders, or the one of several that ``series`` names.

    Args:
        folder: Where the files are; files that are not DICOM are passed over.
        series: A series UID or a series number.

    Raises:
        MuscleSegError: No series or more than one is meant, or the series is not one complete 3D volume.

    """
    found = _series_in(sorted(path for path in folder.rglob("*") if path.is_file()))
    if not found:
        message = f"{folder} holds no DICOM image: give the folder with the images of one series, or an image file."
        raise MuscleSegError(message)
    return _read(_chosen(found, folder, series), folder)


def read_series_of(path: Path, *, series: str | None) -> Volume:
    """Read the whole series that a DICOM file belongs to, from the file's own folder.

    Raises:
        MuscleSegError: The file holds no image, ``series`` names another series than the file's, or the series is not
            one complete 3D volume.

    """
    own = _series_in([path])
    if not own:
        message = f"{path} is DICOM, but holds no image: give a file of an image series."
        raise MuscleSegError(message)
    if series is not None and series not in (own[0].uid, own[0].number):
        message = f"{path} belongs to series {own[0]}, not to {series}: leave --series out, or give the folder."
        raise MuscleSegError(message)
    found = _series_in(sorted(other for other in path.absolute().parent.iterdir() if other.is_file()))
    return _read(next(one for one in found if one.uid == own[0].uid), path)


def slices_in(folder: Path) -> list[Slice]:
    """Return the images of all DICOM series in a folder and its subfolders.

    Raises:
        MuscleSegError: There are none, or a header cannot be read.

    """
    found = _series_in(sorted(path for path in folder.rglob("*") if path.is_file()))
    if not found:
        message = f"{folder} holds no DICOM image: give the folder with the images of one acquisition."
        raise MuscleSegError(message)
    return [one for series in found for one in _slices(series, folder)]


def _series_in(paths: Sequence[Path]) -> list[_Series]:
    groups: dict[str, list[tuple[Path, Dataset]]] = {}
    for path in paths:
        header = _image_header(path)
        if header is not None:
            groups.setdefault(str(header.get("SeriesInstanceUID", "")), []).append((path, header))
    found = []
    for uid, files in groups.items():
        number = files[0][1].get("SeriesNumber")
        description = one_line(str(files[0][1].get("SeriesDescription") or ""))
        found.append(_Series(uid, "" if number is None else str(number), description, tuple(files)))
    return sorted(found, key=lambda one: (len(one.number), one.number, one.uid))  # 2 before 10


def _image_header(path: Path) -> "Dataset | None":
    import pydicom

    if not is_dicom(path):
        return None
    try:
        header = pydicom.dcmread(path, stop_before_pixels=True, specific_tags=HEADER_TAGS)
        kind = pydicom.uid.UID(str(header.file_meta.get("MediaStorageSOPClassUID", ""))).name
        # pydicom parses a value when it is asked for; let a broken one show here.
        list(header)
        int(header.get("NumberOfFrames") or 1)
    except Exception as error:  # pydicom raises whatever its parsing meets
        raise damaged(path, "its DICOM header cannot be read") from error
    # Reports, segmentations and the like are called "... Storage", images "... Image Storage"; private kinds have no
    # name. pydicom reads a file that was cut off as far as it goes, and a slice must not get lost that way.
    if kind.endswith("Storage") and "Image" not in kind:
        return None
    if "Rows" in header and "Columns" in header:
        return header
    if "Image" in kind or not kind:
        raise damaged(path, "its DICOM header ends too early")
    return None


def _chosen(found: Sequence[_Series], folder: Path, series: str | None) -> _Series:
    meant = [one for one in found if series is None or series.strip() in (one.uid, one.number)]
    if len(meant) == 1:
        return meant[0]
    what = f"{len(found)} series" if series is None else f"{len(meant) or 'no'} series {series.strip()}"
    message = f"{folder} holds {what}: choose one with --series and its number or UID, or give the path of one of its "
    message += f"files. There is {'; '.join(map(str, meant or found))}."
    raise MuscleSegError(message)


def _slices(series: _Series, path: Path) -> list[Slice]:
    try:
        return [one for file, header in series.files for one in slices_of(file, header)]
    except (ValueError, TypeError, AttributeError) as error:  # numbers that are none
        raise damaged(path, f"the headers of series {series} cannot be read") from error


def _read(series: _Series, path: Path) -> Volume:
    stack = stacked(_slices(series, path), name=f"Series {series} in {path}")
    header = series.files[0][1]
    stack, scale = on_one_scale(stack)
    return Volume(
        voxels_of_slices(stack),
        geometry_of_stack(stack),
        path,
        series.description,
        patient=one_line(str(header.get("PatientID") or "")),
        frame_of_reference=str(header.get("FrameOfReferenceUID") or ""),
        thickness_mm=thickness_of_stack(stack),
        unit=unit_of_stack(stack),
        scale=scale,
    )
