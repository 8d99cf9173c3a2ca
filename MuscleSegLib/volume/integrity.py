"""Integrity of image files: voxels as the header promises, of plausible sizes and positions."""

import contextlib
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

import numpy as np

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.memory import available_bytes, in_words
from MuscleSegLib.translatable import _, filled
from MuscleSegLib.volume.geometry import Geometry

CHUNK_BYTES = 1 << 20

DEFLATE_RATIO = 1032
"""Largest number of bytes from one compressed byte (zlib's technical notes)."""

ALWAYS_UNPACKED_BYTES = 750_000_000
"""Size up to which a compressed image is unpacked from a file of any size. Label maps, which shrink most, are smaller:
512 x 512 x 1000 voxels are 262 MB."""

LARGEST_RATIO = 200
"""Largest ratio of an image to its file above that size: scans shrink to a half or a tenth."""

WEIGHED_BYTES = 100_000_000
"""Size from which on the available memory is checked: a container's count may include memory that it could free."""

SIZE_TOLERANCE = 0.01
"""Relative tolerance of two voxel sizes in a header: rounding, negligible in muscle volumes."""

SPACING_LIMITS_MM = (0.01, 500.0)
"""Distances between voxels from those of microscopes to those of single slices along a body."""

LARGEST_FIELD_MM = 3000.0
"""Largest extent of an image of a person."""

FARTHEST_MM = 100_000.0
"""Largest distance from the scanner's center, where 32-bit floats still resolve hundredths of a millimeter."""


def damaged(path: Path, why: str, /, **values: object) -> MuscleSegError:
    """Return the error for an incomplete file, with values for the fields of ``why``."""
    message = _("{path} is damaged or incomplete ({why}): copy or export it again.")
    return MuscleSegError(message, path=path, why=filled(why, values))


def contradictory(path: Path, why: str, /, **values: object) -> MuscleSegError:
    """Return the error for an implausible header, with values for the fields of ``why``."""
    message = _("{path} has a header that cannot be right ({why}): export it again from the scanner or PACS.")
    return MuscleSegError(message, path=path, why=filled(why, values))


def require_voxels(path: Path, *, held: int, promised: int, slice_bytes: int) -> None:
    """Check that a file holds the bytes that its header promises, and not those of a larger image.

    Args:
        path: The file, for the message.
        held: Bytes in the file, counted up to ``promised + slice_bytes``.
        promised: Bytes of voxels, by the header.
        slice_bytes: Bytes of the smallest section through the voxels along two axes, the least excess where a size in
            the header is too small. Fewer are padding.

    Raises:
        MuscleSegError: Bytes are missing, or the file goes on for a section or more.
    """
    if held < promised:
        why = _("{missing} of {promised} bytes are missing").format(missing=promised - held, promised=promised)
        raise damaged(path, why)
    if held >= promised + slice_bytes:
        raise contradictory(path, _("it holds more voxels than its sizes say"))


def require_room(path: Path, *, needed: int, file_bytes: int | None = None) -> None:
    """Check that an image fits into the memory, and that no small file becomes a huge one.

    Args:
        path: The file, for the message.
        needed: Bytes of memory for reading it.
        file_bytes: Bytes of a compressed file, None for an uncompressed one.

    Raises:
        MuscleSegError: There is too little memory, or the file expands implausibly.
    """
    if file_bytes is not None and needed > max(ALWAYS_UNPACKED_BYTES, LARGEST_RATIO * file_bytes):
        message = _(
            "{path} would fill {needed} from a file of {file_bytes}, which no scan does: give the image as it came "
            "from the scanner, or save it uncompressed."
        )
        raise MuscleSegError(message, path=path, needed=in_words(needed), file_bytes=in_words(file_bytes))
    if needed > WEIGHED_BYTES and needed > (available := available_bytes()):
        message = _(
            "{path} needs {needed} of memory and {available} are available: close other programs, or crop the image."
        )
        raise MuscleSegError(message, path=path, needed=in_words(needed), available=in_words(available))


def require_plausible(path: Path, geometry: Geometry) -> None:
    """Check that voxel sizes and position are plausible for a scan of a person.

    Raises:
        MuscleSegError: They are not: the header is damaged or in another unit than millimeters.
    """
    spacing = geometry.spacing_mm
    field = max(size * step for size, step in zip(reversed(geometry.shape), spacing, strict=True))
    least, most = SPACING_LIMITS_MM
    if min(spacing) < least or max(spacing) > most or field > LARGEST_FIELD_MM:
        why = _("its voxels are {spacing} mm apart, {field} mm in all")
        steps = " x ".join(f"{step:.4g}" for step in spacing)
        raise contradictory(path, why, spacing=steps, field=f"{field:.4g}")
    if np.abs(geometry.affine[:3, 3]).max() > FARTHEST_MM:
        why = _("it lies {distance} m from the scanner's center")
        raise contradictory(path, why, distance=f"{np.abs(geometry.affine[:3, 3]).max() / 1000:.4g}")


class Reader(Protocol):
    """Reader of unpacked bytes, as of ``gzip`` and ``bz2``, and ``ZlibReader``."""

    def read(self, size: int, /) -> bytes:
        """Return up to ``size`` unpacked bytes, none at the end."""


class ZlibReader:
    """Reader of a zlib stream, as MetaImage stores voxels, with a limit on the bytes in memory.

    Raises:
        zlib.error: The stream is damaged.
        EOFError: It is cut off.
    """

    def __init__(self, stream: BinaryIO, *, length: int) -> None:
        self._stream = stream
        self._left = length
        self._inflater = zlib.decompressobj()

    def read(self, size: int, /) -> bytes:
        """Return up to ``size`` unpacked bytes, none at the end."""
        while not self._inflater.eof:
            packed = self._inflater.unconsumed_tail or self._stream.read(min(self._left, CHUNK_BYTES))
            if not self._inflater.unconsumed_tail:
                self._left -= len(packed)
            if unpacked := self._inflater.decompress(packed, size):
                return unpacked
            if not packed:
                raise EOFError
        return b""


@contextlib.contextmanager
def opening(path: Path) -> Iterator[None]:
    """Turn the system's errors of reading inside the block into an error that names the file.

    Raises:
        MuscleSegError: The file cannot be read.
    """
    try:
        yield
    except OSError as error:
        message = _("{path} cannot be read ({reason}): check its permissions and the disk.")
        raise MuscleSegError(message, path=path, reason=error.strerror or error) from error


@contextlib.contextmanager
def unpacking(path: Path) -> Iterator[None]:
    """Turn errors of unpacking inside the block into an error that names the file.

    Raises:
        MuscleSegError: The compressed content is damaged or cut off.
    """
    try:
        yield
    except (EOFError, zlib.error) as error:
        raise damaged(path, _("its compressed voxels cannot be read")) from error
    except OSError as error:
        if error.errno is not None:  # of the disk: gzip and bz2 give their own errors no number
            raise
        raise damaged(path, _("its compressed voxels cannot be read")) from error


@contextlib.contextmanager
def parsing(path: Path, why: str, /, **values: object) -> Iterator[None]:
    """Turn whatever a DICOM library raises inside the block into the error for a damaged file.

    Raises:
        MuscleSegError: The file is damaged, or the block tells what else is wrong.
    """
    try:
        yield
    except MuscleSegError:
        raise
    except Exception as error:
        raise damaged(path, why, **values) from error


def count_bytes(reader: Reader, *, limit: int) -> int:
    """Return the number of remaining bytes of a stream, or a number of at least ``limit``; none is kept."""
    total = 0
    while total < limit and (chunk := reader.read(min(CHUNK_BYTES, limit - total))):
        total += len(chunk)
    return total
