"""DICOM files from disks and archives: without a preamble, deflated, cut off, or not DICOM.

The file format: DICOM PS3.10, 7.1; deflated data sets: PS3.5, A.5.
"""

import contextlib
import io
import logging
import warnings
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

from MuscleSegLib.translatable import _
from MuscleSegLib.volume.integrity import damaged

if TYPE_CHECKING:
    from pydicom import Dataset

_PREAMBLE_BYTES = 128
_MAGIC = b"DICM"
_START = _PREAMBLE_BYTES + len(_MAGIC)
_GROUP_LENGTH_BYTES = 12
"""Size of the first element of a file's meta information, which holds the length of the rest."""

_LITTLE, _BIG = (b"\x02\0", b"\x08\0"), (b"\0\x02", b"\0\x08")
_LARGEST_FIRST_ELEMENT = 0x0100
_LONGEST_FIRST_VALUE = 256

_DEFLATED = b"1.2.840.10008.1.2.1.99"
_EXPLICIT = b"1.2.840.10008.1.2.1\0\0\0"
"""UID padded with zeros, which are no part of it (PS3.5, 9.1), to the length of that of the deflated syntax."""

_SERIES_UID = 0x0020000E
_PIXELS = (0x7FE00010, 0x7FE00009, 0x7FE00008)
_LAST_GROUPS = (0xFFFA, 0xFFFC)
"""Digital signatures and padding."""
_DELIMITER_BYTES = 8
"""Size of the delimiter behind compressed pixels."""

HEADER_BYTES = 32 << 20
"""Largest size of an unpacked header. Enhanced images with thousands of frames have some ten million."""


def is_dicom(path: Path) -> bool:
    """Return whether a file begins as a DICOM file (PS3.10, 7.1) or, without a preamble, as a data set."""
    head = head_of(path)
    return head[_PREAMBLE_BYTES:_START] == _MAGIC or starts_as_dataset(head)


def head_of(path: Path) -> bytes:
    """Return a file's first bytes, which identify its format."""
    with path.open("rb") as file:
        return file.read(_START + _GROUP_LENGTH_BYTES)


def has_lost_its_magic(head: bytes) -> bool:
    """Return whether a data set follows a preamble without its four letters, or these letters without the preamble."""
    return starts_as_dataset(head[_START:]) or (head.startswith(_MAGIC) and starts_as_dataset(head[len(_MAGIC) :]))


def starts_as_dataset(head: bytes) -> bool:
    """Return whether bytes are the beginning of meta information or of group 8, with which data sets begin."""
    if head[:2] not in (*_LITTLE, *_BIG) or len(head) < 8:
        return False
    byteorder: Literal["little", "big"] = "little" if head[:2] in _LITTLE else "big"
    if int.from_bytes(head[2:4], byteorder) > _LARGEST_FIRST_ELEMENT:
        return False
    has_kind = head[4:6].isalpha() and head[4:6].isupper()  # explicit value representation, such as "UI"
    return has_kind or 0 < int.from_bytes(head[4:8], byteorder) <= _LONGEST_FIRST_VALUE


@contextlib.contextmanager
def quiet_pydicom() -> Iterator[None]:
    """Suppress pydicom's warnings, which name no file; this library has checks of its own."""
    logger = logging.getLogger("pydicom")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(before)


def header_of(path: Path, tags: Sequence[str | int]) -> "Dataset":
    """Return the wanted attributes before the pixels.

    Raises:
        Exception: pydicom's parsing fails.
    """
    import pydicom

    wanted_tags = [pydicom.tag.Tag(tag) for tag in tags]
    return pydicom.dcmread(_source(path, HEADER_BYTES), force=True, stop_before_pixels=True, specific_tags=wanted_tags)


def whole_header(path: Path) -> "Dataset":
    """Return all attributes before the pixels.

    Raises:
        Exception: pydicom's parsing fails.
    """
    import pydicom

    return pydicom.dcmread(_source(path, HEADER_BYTES), force=True, stop_before_pixels=True)


def identity_of(path: Path) -> "Dataset | None":
    """Return the readable attributes of a damaged file up to its series, or None."""
    from pydicom.filereader import read_partial

    later = []

    def is_past_series(tag: int, *_: object) -> bool:
        if tag > _SERIES_UID:
            later.append(tag)
        return bool(later)

    try:
        source = _source(path, HEADER_BYTES)
        with path.open("rb") if isinstance(source, Path) else source as file:
            identity: Dataset = read_partial(file, stop_when=is_past_series, force=True)
            # pydicom parses a value when it is asked for; let a broken one show here.
            list(identity)
            list(identity.file_meta)
    except Exception:  # pydicom raises whatever its parsing meets
        return None
    # Where the file ends within the series' UID, or the number of its letters is wrong, no attribute follows: there
    # always is one of the same group (InstanceNumber).
    if not later or later[0] >> 16 != _SERIES_UID >> 16:
        del identity[_SERIES_UID:]
    return identity


def whole_dataset(path: Path, promised_bytes: int) -> "Dataset":
    """Return a whole data set, with a transfer syntax even if it has no meta information.

    Args:
        path: The file.
        promised_bytes: Size of all pixels by the header; a deflated file is unpacked no further.

    Raises:
        MuscleSegError: A deflated file holds more than it promises, or a file goes on behind its pixels.
        Exception: pydicom's parsing fails.
    """
    import pydicom
    from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

    source = _source(path, HEADER_BYTES + promised_bytes, whole=True)
    dataset = pydicom.dcmread(source, force=True)
    with path.open("rb") if isinstance(source, Path) else source as file:
        _require_end(path, dataset, file)
    if "TransferSyntaxUID" not in dataset.file_meta and len(dataset.file_meta) == 0:
        is_implicit, is_little = dataset.original_encoding
        explicit = ExplicitVRLittleEndian if is_little else ExplicitVRBigEndian
        dataset.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian if is_implicit else explicit
    return dataset


def _require_end(path: Path, dataset: "Dataset", file: BinaryIO) -> None:
    """Check that a file ends with its pixels, padding or private attributes.

    Other elements were displaced by bytes inserted into the pixels.
    """
    pixels = next((dataset[tag] for tag in _PIXELS if tag in dataset), None)
    if pixels is None or pixels.file_tell is None:
        return
    later = [tag for tag in dataset.keys() if tag > _PIXELS[0]]  # noqa: SIM118 - the elements are not to be parsed
    file.seek(pixels.file_tell + len(pixels.value) + (_DELIMITER_BYTES if pixels.is_undefined_length else 0))
    rest = file.read()
    is_leftover = not later and (rest.strip(b"\0") or len(rest) % 2)  # all elements have an even length
    if is_leftover or not all(tag.is_private or tag.group in _LAST_GROUPS for tag in later):
        raise damaged(path, _("there are bytes behind its pixels that belong to nothing"))


def _source(path: Path, most_bytes: int, *, whole: bool = False) -> Path | io.BytesIO:
    """Return the file or, of a deflated file, its unpacked content up to ``most_bytes``.

    pydicom would unpack all of it, however large.
    """
    with path.open("rb") as file:
        head = file.read(_START)
        start = _START if head[_PREAMBLE_BYTES:] == _MAGIC else 0
        file.seek(start)
        first = file.read(_GROUP_LENGTH_BYTES)
        if first[:6] != b"\x02\0\0\0UL":
            return path
        rest = file.read(min(int.from_bytes(first[8:], "little"), HEADER_BYTES))
        if _DEFLATED not in rest:
            return path
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            content = inflater.decompress(file.read(), most_bytes + 1)
        except zlib.error as error:
            raise damaged(path, _("its compressed content cannot be read")) from error
    if whole and len(content) > most_bytes:
        raise damaged(path, _("it unpacks to more than its header promises"))
    if whole and (not inflater.eof or inflater.unused_data.strip(b"\0")):
        raise damaged(path, _("its compressed content ends too early or goes on behind its end"))
    meta = first + rest.replace(_DEFLATED, _EXPLICIT)
    return io.BytesIO(bytes(_PREAMBLE_BYTES) + _MAGIC + meta + content)
