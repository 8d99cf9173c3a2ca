"""Selection and reading of a DICOM series."""

import contextlib
from collections.abc import Sequence
from pathlib import Path

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _, joined
from MuscleSegLib.volume.dicom_completeness import WHO, remark_missing_images, require_one_patient
from MuscleSegLib.volume.dicom_contrast import has_contrast, of_contrast
from MuscleSegLib.volume.dicom_kinds import segmentation_in
from MuscleSegLib.volume.dicom_pixels import voxels_of_slices
from MuscleSegLib.volume.dicom_series import Contents, Series, contents_of
from MuscleSegLib.volume.dicom_slices import Slice, slices_of
from MuscleSegLib.volume.dicom_stack import geometry_of_stack, on_one_scale, stacked, thickness_of_stack, unit_of_stack
from MuscleSegLib.volume.formats import one_line
from MuscleSegLib.volume.integrity import damaged, parsing
from MuscleSegLib.volume.volume import Volume


def read_folder(folder: Path, *, series: str | None, contrast: Sequence[str] = ()) -> Volume:
    """Read the one DICOM series in a folder and its subfolders, or the one of several that ``series`` names.

    Args:
        folder: Folder of the files; files that are not DICOM are passed over.
        series: A series UID or a series number.
        contrast: Kinds of images, the first choice first, as for ``read_volume``.

    Raises:
        MuscleSegError: No series or several are selected, or the series is not one complete 3D volume.
    """
    contents = contents_of(_files_below(folder))
    if not contents.series:
        raise _without_images(folder, contents, _("give the folder with the images of one series, or an image file"))
    candidates = contents.series
    if series is None and len(candidates) > 1 and len(contrast) == 1:
        candidates = _with_contrast(candidates, contrast[0]) or candidates
    return _read(_chosen(candidates, folder, series), contents, folder, contrast)


def read_series_of(path: Path, *, series: str | None, contrast: Sequence[str] = ()) -> Volume:
    """Read the whole series that a DICOM file belongs to, from the file's own folder.

    Raises:
        MuscleSegError: The file holds no image, ``series`` names another series than the file's, or the series is not
            one complete 3D volume.
    """
    file_contents = contents_of([path])
    if not file_contents.series:
        raise _without_images(path, file_contents, _("give a file of an image series"))
    (matches,) = file_contents.series
    if series is not None and series not in (matches.uid, matches.number):
        message = _("{path} belongs to series {other}, not to {series}: leave --series out, or give the folder.")
        raise MuscleSegError(message, path=path, other=matches.title, series=series)
    contents = contents_of(sorted(other for other in path.absolute().parent.iterdir() if other.is_file()))
    return _read(
        next(candidate for candidate in contents.series if candidate.uid == matches.uid), contents, path, contrast
    )


def slices_in(folder: Path) -> list[Slice]:
    """Return the images of all DICOM series in a folder and its subfolders.

    Raises:
        MuscleSegError: There are none, or a header cannot be read.
    """
    contents = contents_of(_files_below(folder))
    if not contents.series:
        raise _without_images(folder, contents, _("give the folder with the images of one acquisition"))
    slices = []
    require_one_patient([file for series in contents.series for file in series.files], str(folder), WHO)
    for series in contents.series:
        contents.require_whole(series)
        require_one_patient(series.files, _("Series {series} in {folder}").format(series=series.title, folder=folder))
        slices += _slices(series, folder)
    return slices


def _files_below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _without_images(path: Path, contents: Contents, advice: str) -> MuscleSegError:
    for file in contents.unreadable:
        if file.is_dicom:
            return damaged(file.path, file.why)
    try:
        segmentation = segmentation_in(path)
    except MuscleSegError as error:
        return error
    if segmentation is not None:
        message = _("{segmentation} is a DICOM segmentation, not an image: give it as labels, and {advice}.")
        return MuscleSegError(message, segmentation=segmentation, advice=advice)
    message = _("{path} holds no DICOM image: {advice}.")
    if not path.is_dir():
        message = _("{path} is DICOM, but holds no image: {advice}.")
    return MuscleSegError(message, path=path, advice=advice)


def _chosen(candidates: Sequence[Series], folder: Path, series: str | None) -> Series:
    matches = [
        candidate for candidate in candidates if series is None or series.strip() in (candidate.uid, candidate.number)
    ]
    if len(matches) == 1:
        return matches[0]
    count = _("{count} series").format(count=len(candidates))
    if series is not None:
        count = _("{count} series {series}").format(count=len(matches) or _("no"), series=series.strip())
    message = _(
        "{folder} holds {count}: choose one with --series and its number or UID, or give the path of one of its files. "
        "There is {series}."
    )
    names = (candidate.title for candidate in matches or candidates)
    raise MuscleSegError(message, folder=folder, count=count, series=joined("; ", names))


def _with_contrast(candidates: Sequence[Series], contrast: str) -> tuple[Series, ...]:
    """Return the series with images of a kind, without those with unreadable headers."""
    matches = []
    for series in candidates:
        with contextlib.suppress(MuscleSegError):
            if has_contrast(_slices(series, series.files[0][0]), contrast):
                matches.append(series)
    return tuple(matches)


def _slices(series: Series, path: Path) -> list[Slice]:
    with parsing(path, _("the headers of series {series} cannot be read"), series=series.title):
        return [image for file, header in series.files for image in slices_of(file, header)]


def _read(series: Series, contents: Contents, path: Path, contrast: Sequence[str]) -> Volume:
    contents.require_whole(series)
    name = _("Series {series} in {folder}").format(series=series.title, folder=path)
    require_one_patient(series.files, name)
    remark_missing_images(series, path)
    stack = stacked(of_contrast(_slices(series, path), contrast, name=name), name=name)
    stack, scale = on_one_scale(stack)
    patients = (one_line(str(header.get("PatientID") or "")) for _, header in series.files)
    return Volume(
        voxels_of_slices(stack),
        geometry_of_stack(stack),
        path,
        series.description,
        patient=next(filter(None, patients), ""),
        frame_of_reference=str(series.files[0][1].get("FrameOfReferenceUID") or ""),
        thickness_mm=thickness_of_stack(stack),
        unit=unit_of_stack(stack),
        scale=scale,
    )
