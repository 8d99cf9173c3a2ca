"""The DICOM series that a label map was drawn on, as the source of objects."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from MuscleSegLib import __version__
from MuscleSegLib.dicom.headers import prepared_header, require_references
from MuscleSegLib.dicom.identity import readable_header
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _, joined
from MuscleSegLib.volume import Geometry, Volume, padded_to
from MuscleSegLib.volume.dicom_files import is_dicom, quiet_pydicom, whole_header
from MuscleSegLib.volume.dicom_series import Series
from MuscleSegLib.volume.dicom_slices import Slice, slices_of
from MuscleSegLib.volume.dicom_stack import geometry_of_stack
from MuscleSegLib.volume.dicom_stacks import contrast_rank, stacks_in
from MuscleSegLib.volume.formats import one_line
from MuscleSegLib.volume.integrity import opening, parsing
from MuscleSegLib.volume.remarks import remark

if TYPE_CHECKING:
    from pydicom import Dataset

_IDENTIFYING = ("PatientID", "PatientBirthDate", "OtherPatientIDs", "AccessionNumber")
_SHORTEST_IDENTIFIER = 3
"""Characters; shorter texts occur everywhere by chance."""

_Stack = tuple[Series, list[Slice]]


@dataclass(frozen=True, eq=False)
class SourceSeries:
    """A series of images that objects refer to.

    Attributes:
        headers: UIDs and grid of each slice in the order of k, or of the one multi-frame image.
        whose: Header with patient and study; None in an anonymous source, whose objects keep nothing of them.
        stack: Slices in the order of k.
        geometry: Grid of the stack.
        description: Series description in one line; empty in an anonymous source.
        patient: PatientID of the images; empty if unknown.
        identifiers: Names, IDs and dates of birth in the images' headers, for a search.
    """

    headers: tuple["Dataset", ...]
    whose: "Dataset | None"
    stack: tuple[Slice, ...]
    geometry: Geometry
    description: str
    patient: str
    identifiers: tuple[str, ...]

    @property
    def is_anonymous(self) -> bool:
        """Whether objects keep nothing of the patient."""
        return self.whose is None

    @property
    def is_multi_frame(self) -> bool:
        """Whether all slices are frames of one image."""
        return "PerFrameFunctionalGroupsSequence" in self.headers[0]

    @property
    def image_uids(self) -> tuple[str, ...]:
        """UIDs of the images in their order."""
        return tuple(str(header.SOPInstanceUID) for header in self.headers)

    @property
    def identity(self) -> tuple[str, ...]:
        """What UIDs of objects are derived from, beside their content."""
        return (__version__, "anonymous" if self.is_anonymous else "", *self.image_uids)

    def identifiers_in(self, content: bytes) -> tuple[str, ...]:
        """Return the names, IDs and dates of birth that bytes hold, in any usual encoding and any case."""
        lower = content.lower()
        return tuple(
            text
            for text in self.identifiers
            if any(text.lower().encode(code, "ignore") in lower for code in ("utf-8", "latin-1", "utf-16-be"))
        )

    def title(self, what: str) -> str:
        """Return the description of a series derived from this one, such as "muscles of T1 tse"."""
        return f"{what} of {self.description}" if self.description else what


def read_source(
    images: Path | Sequence[Path], labels: Volume, *, series: str | None = None, is_anonymous: bool = False
) -> SourceSeries:
    """Read the headers of the series that a label map was drawn on.

    Args:
        images: Folder of the series, alone or among others, or the files of it.
        labels: [k, j, i] label map on the series' grid or a part of it, with its axes in any order and direction.
        series: Series UID or number, where several have this grid.
        is_anonymous: Whether objects shall keep nothing of the patient.

    Raises:
        MuscleSegError: No series has the grid, several in different examinations have it, the labels are of another
            patient or frame of reference, or images cannot be referred to.
    """
    folder, files = _files(images)
    with opening(folder), quiet_pydicom():
        stacks = stacks_in(files)
        chosen, stack = _chosen([stack for stack in stacks if _has_grid(stack, labels)], stacks, folder, series)
        with parsing(folder, _("the headers of series {series} cannot be read"), series=chosen.title):
            source = _source(chosen, stack, is_anonymous=is_anonymous)
    _require_same_person(source, labels, folder)
    return source


def _files(images: Path | Sequence[Path]) -> tuple[Path, list[Path]]:
    """Return the folder of images, for messages, and the files."""
    if not isinstance(images, Path):
        files = list(images)
        return (files[0].parent if files else Path()), files
    if not images.is_dir():
        raise MuscleSegError(_("{folder} is no folder: give the folder with the DICOM images."), folder=images)
    return images, sorted(path for path in images.rglob("*") if path.is_file())


def _has_grid(stack: _Stack, labels: Volume) -> bool:
    return padded_to(labels, geometry_of_stack(stack[1])) is not None


def _chosen(candidates: Sequence[_Stack], stacks: Sequence[_Stack], folder: Path, series: str | None) -> _Stack:
    if not stacks:
        message = _("{folder} holds no DICOM image: give the folder with the images that the labels were drawn on.")
        raise MuscleSegError(message, folder=folder)
    named = [stack for stack in candidates if series is None or series.strip() in (stack[0].uid, stack[0].number)]
    if not named:
        message = _(
            "{folder} holds no series on the grid of the labels (there is {series}): give the images that the labels "
            "were drawn on."
        )
        titles = joined("; ", (stack[0].title for stack in stacks))
        raise MuscleSegError(message, folder=folder, series=titles)
    if len(named) == 1:
        return named[0]
    places = {_examination(stack) for stack in named}
    if len(places) > 1 or series is not None:
        message = _("{folder} holds several examinations with the grid of the labels: choose one series of {series}.")
        raise MuscleSegError(message, folder=folder, series=joined("; ", (stack[0].title for stack in named)))
    best = min(named, key=lambda stack: contrast_rank(stack[1]))
    sentence = _("{folder} holds {count} series on the grid of the labels: DICOM objects refer to {series}.")
    remark(sentence, folder=folder, count=len(named), series=best[0].title)
    return best


def _examination(stack: _Stack) -> tuple[str, str]:
    header = stack[0].files[0][1]
    return str(header.get("StudyInstanceUID") or ""), str(header.get("FrameOfReferenceUID") or "")


def _source(series: Series, stack: Sequence[Slice], *, is_anonymous: bool) -> SourceSeries:
    paths = list(dict.fromkeys(image.path for image in stack))
    headers = [whole_header(path) for path in paths]
    geometry = geometry_of_stack(stack)
    for header, path in zip(headers, paths, strict=True):
        require_references(header, path)
    is_multi_frame = any("PerFrameFunctionalGroupsSequence" in header for header in headers)
    if is_multi_frame and len(paths) > 1:
        message = _(
            "Series {series} is spread over several multi-frame images, and a segmentation refers to one: export it as "
            "single images (classic DICOM)."
        )
        raise MuscleSegError(message, series=series.title)
    whose, prepared = readable_header(headers[0]), []
    for number, header in enumerate(headers):
        slices = slices_of(paths[number], header) if is_multi_frame else [stack[0]]
        prepared.append(prepared_header(header, slices, geometry.spacing_mm[2]))
    return SourceSeries(
        headers=tuple(prepared),
        whose=None if is_anonymous else whose,
        stack=tuple(stack),
        geometry=geometry,
        description="" if is_anonymous else series.description,
        patient=one_line(str(whose.get("PatientID") or "")),
        identifiers=_identifiers(whose),
    )


def identifiers_of(path: Path) -> tuple[str, ...]:
    """Return names, IDs and dates of birth in the header of a DICOM file or of the first one in a folder; none without.

    Raises:
        MuscleSegError: It cannot be read.
    """
    with opening(path), quiet_pydicom():
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        image = next((file for file in files if file.is_file() and is_dicom(file)), None)
        return _identifiers(readable_header(whole_header(image))) if image else ()


def _identifiers(header: "Dataset") -> tuple[str, ...]:
    """Return what tells who a patient is, a name also as families write it."""
    name = one_line(str(header.get("PatientName") or ""))
    parts = [part for part in re.split(r"[\^=\s]+", name) if part]
    texts = [name, " ".join(parts), ", ".join(parts[:2]), " ".join(reversed(parts[:2])) if len(parts) > 1 else ""]
    texts += [one_line(str(header.get(keyword) or "")) for keyword in _IDENTIFYING]
    return tuple(dict.fromkeys(text for text in texts if len(text) >= _SHORTEST_IDENTIFIER))


def _require_same_person(source: SourceSeries, labels: Volume, folder: Path) -> None:
    frame = str(source.headers[0].FrameOfReferenceUID)
    if labels.frame_of_reference and labels.frame_of_reference != frame:
        message = _(
            "{labels} lies in another frame of reference than the images in {folder}: give the images that the labels "
            "were drawn on."
        )
        raise MuscleSegError(message, labels=labels.name, folder=folder)
    require_patient(source, labels.patient, labels.name, folder)


def require_patient(source: SourceSeries, patient: str, name: str, folder: Path) -> None:
    """Check that a file is of the source's patient, as far as both say whose they are.

    Raises:
        MuscleSegError: They are of two patients.
    """
    if patient and source.patient and patient != source.patient:
        message = _("{name} is of another patient than the images in {folder} (PatientID): give images of one patient.")
        raise MuscleSegError(message, name=name, folder=folder)
