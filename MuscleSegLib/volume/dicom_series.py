"""DICOM series among files, and damaged files that may belong to a series."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _
from MuscleSegLib.volume.dicom_files import has_lost_its_magic, head_of, header_of, identity_of, is_dicom, quiet_pydicom
from MuscleSegLib.volume.dicom_slices import HEADER_TAGS
from MuscleSegLib.volume.formats import one_line
from MuscleSegLib.volume.integrity import damaged
from MuscleSegLib.volume.remarks import remark

if TYPE_CHECKING:
    from pydicom import Dataset

_DICOM_ENDINGS = (".dcm", ".ima", ".dicom")
_SHORTEST_FILE = 200
"""Bytes. No DICOM image is as small; a copy that was broken off may be."""

_MOST_DAMAGED_LETTERS = 3

_DIRECTORY = "DICOMDIR"
_MAPS = ("Parametric Map Storage",)
"""Kinds of images without the word Image in their names."""


@dataclass(frozen=True)
class Series:
    """Images with one series UID.

    Attributes:
        uid: Series UID.
        number: Series number; empty without one.
        description: Series description in one line.
        files: Files and their headers.
    """

    uid: str
    number: str
    description: str
    files: tuple[tuple[Path, "Dataset"], ...]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """Number, description, count of images and UID, for messages."""
        images = sum(int(header.get("NumberOfFrames") or 1) for _path, header in self.files)
        title = _('{number} "{description}" ({images} image, {uid})')
        if images != 1:
            title = _('{number} "{description}" ({images} images, {uid})')
        number = self.number or _("no number")
        return title.format(number=number, description=self.description, images=images, uid=self.uid)


@dataclass(frozen=True)
class Unreadable:
    """A damaged file, or the possible rest of an image.

    Attributes:
        path: The file.
        why: The damage.
        series: UID of its series, where it can still be read.
        is_dicom: Whether it begins as a DICOM file; otherwise only its name can suggest an image.
    """

    path: Path
    why: str
    series: str | None = None
    is_dicom: bool = True


@dataclass(frozen=True)
class Contents:
    """Image series by their numbers, and unreadable files."""

    series: tuple[Series, ...]
    unreadable: tuple[Unreadable, ...]

    def require_whole(self, chosen: Series) -> None:
        """Check that no unreadable file may belong to a series; others are remarked.

        Raises:
            MuscleSegError: A file does, or may.
        """
        for file in self.unreadable:
            if self._may_belong(file, chosen):
                if file.series is not None:
                    raise damaged(file.path, file.why)
                message = _(
                    "{path} is damaged or incomplete ({why}): copy or export it again, or remove it if it does not "
                    "belong to series {series}."
                )
                raise MuscleSegError(message, path=file.path, why=file.why, series=chosen.title)
            if file.is_dicom:
                sentence = _("{path} is damaged ({why}) and passed over: it is of another series.")
                remark(sentence, path=file.path, why=file.why)

    def _may_belong(self, file: Unreadable, chosen: Series) -> bool:
        if file.series is not None and (file.series == chosen.uid or self._is_believed(file.series, chosen.uid)):
            return file.series == chosen.uid
        # Names of the files beside it decide unclear cases.
        beside = {
            path: series.uid == chosen.uid
            for series in self.series
            for path, _header in series.files
            if path.parent == file.path.parent
        }
        if not file.is_dicom and not _is_named_as_image(file.path, beside):
            return False
        pattern = _pattern(file.path)
        alike = [is_chosen for path, is_chosen in beside.items() if _pattern(path) == pattern]
        if alike or beside:
            return any(alike or beside.values())
        return len({path.parent for path, _ in chosen.files}) > 1  # images in folders of their own

    def _is_believed(self, uid: str, chosen: str) -> bool:
        """Return whether the UID in a damaged file is another UID, and not the chosen one with damage."""
        if any(uid == letter.uid for letter in self.series):
            return True
        differing = sum(letter != chosen_letter for letter, chosen_letter in zip(uid, chosen, strict=False))
        return _is_uid(uid) and (len(uid) != len(chosen) or differing > _MOST_DAMAGED_LETTERS)


def contents_of(paths: Sequence[Path]) -> Contents:
    """Read the headers of all DICOM images among files; others are passed over.

    Raises:
        OSError: A file cannot be opened.
    """
    groups: dict[str, list[tuple[Path, Dataset]]] = {}
    unreadable = []
    with quiet_pydicom():
        for path in paths:
            header = _image_header(path)
            if isinstance(header, Unreadable):
                unreadable.append(header)
            elif header is not None:
                groups.setdefault(str(header.get("SeriesInstanceUID", "")), []).append((path, header))
        series = [_series(uid, files) for uid, files in groups.items()]
    series.sort(key=lambda member: (len(member.number), member.number, member.uid))  # 2 before 10
    return Contents(tuple(series), tuple(unreadable))


def _series(uid: str, files: Sequence[tuple[Path, "Dataset"]]) -> Series:
    number = files[0][1].get("SeriesNumber")
    description = one_line(str(files[0][1].get("SeriesDescription") or ""))
    return Series(uid, "" if number is None else str(number), description, tuple(files))


def _image_header(path: Path) -> "Dataset | Unreadable | None":
    if not is_dicom(path):
        return _remains(path)
    try:
        header = header_of(path, HEADER_TAGS)
        kind = _kind(header)
        # pydicom parses a value when it is asked for; let a broken one show here.
        list(header)
        int(header.get("NumberOfFrames") or 1)
    except Exception:  # pydicom raises whatever its parsing meets
        return _broken(path, _("its DICOM header cannot be read"))
    if _is_no_image(kind):
        return None
    if "Rows" in header and "Columns" in header:
        return header
    # pydicom reads a file that was cut off as far as it goes, and a slice must not get lost that way.
    is_private = "SOPClassUID" in header and _is_uid(kind)  # without a name, as vendors' objects that are no images
    return None if is_private else _broken(path, _("its DICOM header ends too early"))


def _kind(header: "Dataset") -> str:
    """Return the name of an object's kind, its UID without a name, "" for contradictory kinds."""
    import pydicom

    meta = getattr(header, "file_meta", {})
    kinds = {str(meta.get("MediaStorageSOPClassUID") or ""), str(header.get("SOPClassUID") or "")} - {""}
    return pydicom.uid.UID(kinds.pop()).name if len(kinds) == 1 else ""


def _is_uid(text: str) -> bool:
    import pydicom

    return pydicom.uid.UID(text).is_valid


def _is_no_image(kind: str) -> bool:
    """Return whether a kind of object is no image, such as a report or a segmentation.

    Their names end with "Storage", those of images with "Image Storage"; private kinds have no name.
    """
    return kind.endswith("Storage") and "Image" not in kind and kind not in _MAPS


def _broken(path: Path, why: str) -> Unreadable | None:
    if path.name.upper() == _DIRECTORY:
        return None
    identity = identity_of(path)
    if identity is None:
        return Unreadable(path, why)
    series = str(identity.get("SeriesInstanceUID") or "") or None
    return None if _is_no_image(_kind(identity)) else Unreadable(path, why, series)


def _remains(path: Path) -> Unreadable | None:
    """Return a file that does not begin as DICOM if its name suggests an image."""
    head = head_of(path)
    if has_lost_its_magic(head):
        return _broken(path, _("the 132 bytes at its beginning are not those of a DICOM file"))
    if path.name.startswith(".") or path.name.upper() == _DIRECTORY or _is_text(head):
        return None
    why = _("it does not begin as DICOM files do") if head else _("it is empty")
    return Unreadable(path, why, is_dicom=False)


def _is_text(head: bytes) -> bool:
    return bool(head) and all(byte >= 32 or byte in b"\t\n\f\r" for byte in head)


def _is_named_as_image(path: Path, images: Collection[Path]) -> bool:
    """Return whether a file that is no DICOM is named as the images beside it, or tiny with a DICOM ending."""
    patterns = [_pattern(image) for image in images]
    if _pattern(path) in patterns:
        return True
    ending = path.suffix.lower()
    if ending not in _DICOM_ENDINGS:
        return False
    has_order = len(set(patterns)) <= max(1, len(patterns) // 2)
    alike = any(image.suffix.lower() == ending for image in images)
    return (alike and not has_order) or path.stat().st_size < _SHORTEST_FILE


def _pattern(path: Path) -> str:
    """Return a name without its numbers, equal for most images of a series."""
    return re.sub(r"\d+", "#", path.name.lower())
