"""Sorting of a tree of DICOM files into image series, for programs that work on many patients."""

import contextlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume.dicom_contrast import contrast_of
from MuscleSegLib.volume.dicom_files import header_of
from MuscleSegLib.volume.dicom_series import Contents, Series, contents_of
from MuscleSegLib.volume.dicom_slices import Slice, slices_of
from MuscleSegLib.volume.formats import one_line


@dataclass(frozen=True)
class SortedImages:
    """Images of one contrast of a DICOM series.

    Attributes:
        folder: Innermost folder with all files of the series.
        files: Files of the series.
        series: Series UID.
        number: Series number; empty without one.
        description: Series description.
        patient: PatientID; empty without one.
        study: Study UID.
        date: Study date, YYYYMMDD; empty without one.
        frame_of_reference: UID, empty without one.
        contrast: A key of ``WORDS`` in ``dicom_contrast``, "" without one.
        is_only: Whether the series holds no other contrast.
        image_types: Words of the image type.
        count: Number of images.
        first_mm, last_mm: Extent along the normal of the slices, of slices' centers.
        grid: Orientation, pixels and positions, equal for images of one acquisition; empty for slices in several
            directions.
        problem: Why its headers cannot be used; empty where they can.
    """

    folder: Path
    files: tuple[Path, ...]
    series: str
    number: str
    description: str
    patient: str
    study: str
    date: str = ""
    frame_of_reference: str = ""
    contrast: str = ""
    is_only: bool = True
    image_types: tuple[str, ...] = ()
    count: int = 0
    first_mm: float = 0.0
    last_mm: float = 0.0
    grid: tuple[float, ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class DamagedFolder:
    """A folder with damaged DICOM files, and no series of whose files any is whole."""

    folder: Path
    path: Path
    reason: str


def sort_dicom(tree: Path) -> Iterator[list[SortedImages | DamagedFolder]]:
    """Yield the image series below each folder of a tree's top, and those of the top itself.

    The headers of one such folder are in memory at a time.

    Raises:
        OSError: The tree cannot be read.
    """
    entries = sorted(tree.iterdir())
    for paths in (*([path] for path in entries if path.is_dir()), [path for path in entries if path.is_file()]):
        files = [file for path in paths for file in (_below(path) if path.is_dir() else [path])]
        contents = contents_of(files)
        yield [*(images for series in contents.series for images in _sorted(series)), *_damaged(contents)]


def _below(folder: Path) -> Iterator[Path]:
    seen = {os.path.realpath(folder)}
    for place, folders, names in os.walk(folder, followlinks=True):
        folders[:] = [name for name in sorted(folders) if os.path.realpath(Path(place, name)) not in seen]
        seen.update(os.path.realpath(Path(place, name)) for name in folders)
        yield from (path for name in sorted(names) if (path := Path(place, name)).is_file())


def _sorted(series: Series) -> Iterator[SortedImages]:
    files = tuple(path for path, _ in series.files)
    header = series.files[0][1]
    about = SortedImages(
        folder=Path(os.path.commonpath([path.parent for path in files])),
        files=files,
        series=series.uid,
        number=series.number,
        description=series.description,
        patient=one_line(str(header.get("PatientID") or "")),
        study=str(header.get("StudyInstanceUID") or ""),
        date=_date(files[0]),
        frame_of_reference=str(header.get("FrameOfReferenceUID") or ""),
    )
    try:
        slices = [image for file, file_header in series.files for image in slices_of(file, file_header)]
    except MuscleSegError as error:
        yield replace(about, count=len(files), problem=str(error))
        return
    contrasts = sorted({contrast_of(image) for image in slices})
    for contrast in contrasts:
        images = [image for image in slices if contrast_of(image) == contrast]
        yield replace(about, contrast=contrast, is_only=len(contrasts) == 1, **_place(images))


def _place(images: Sequence[Slice]) -> dict[str, Any]:
    orientations = np.round([np.ravel(image.orientation) for image in images], 3)
    normal = np.cross(*np.reshape(images[0].orientation, (2, 3)))
    heights = sorted(float(np.dot(normal, image.position)) for image in images)
    is_one_way = bool((np.abs(orientations - orientations[0]) < 0.01).all())
    corner = np.round(images[0].position - normal * np.dot(normal, images[0].position), 1)
    levels = len(set(np.round(heights, 1)))
    grid = (*orientations[0], *images[0].size, *np.round(images[0].pixel_spacing, 2), *corner, levels)
    types = (images[0].traits.get("FrameType") or images[0].traits.get("ImageType", "")).split("/")
    return {
        "image_types": tuple(types[2:]),
        "count": len(images),
        "first_mm": round(heights[0], 1),
        "last_mm": round(heights[-1], 1),
        "grid": tuple(float(number) for number in grid) if is_one_way else (),
    }


def _date(path: Path) -> str:
    with contextlib.suppress(Exception):  # whatever pydicom's parsing meets: there is no date then
        date = str(header_of(path, ["StudyDate"]).get("StudyDate") or "")
        return date if date.isdigit() else ""
    return ""


def _damaged(contents: Contents) -> Iterator[DamagedFolder]:
    whole = {path.parent for series in contents.series for path, _ in series.files}
    seen = set()
    for file in contents.unreadable:
        folder = file.path.parent
        if file.is_dicom and folder not in whole and folder not in seen:
            seen.add(folder)
            yield DamagedFolder(folder, file.path, file.why)
