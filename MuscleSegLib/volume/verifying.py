"""Verification of written image files: ITK raises nothing where a disk has no room for NIfTI files."""

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _
from MuscleSegLib.volume.formats import NIFTI_ENDINGS, ending_of

_CHUNK_BYTES = 1 << 16
_NIFTI_OFFSET_AT = 108
_GZIP_OR_ZLIB = 47  # window bits of zlib: by the header
_LAST_HEADER_LINES = (b"\n", b"ElementDataFile = LOCAL\n")  # of NRRD and of MetaImage
_PACKED = (b"encoding: gzip\n", b"CompressedData = True\n")


def holds_voxels(path: Path, array: NDArray[Any]) -> bool:
    """Return whether a NIfTI, NRRD or MetaImage file holds exactly these voxels, to the bit.

    Args:
        path: A little-endian file with attached voxels, as this library writes it.
        array: [k, j, i] voxels.

    Raises:
        OSError: The file cannot be read.
    """
    expected = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
    compared = 0
    try:
        with path.open("rb") as file:
            for part in _voxels(file, is_nifti=ending_of(path) in NIFTI_ENDINGS, is_packed=path.name.endswith(".gz")):
                if part != expected[compared : compared + len(part)].tobytes():
                    return False
                compared += len(part)
    except (EOFError, zlib.error, struct.error):
        return False
    return compared == len(expected)


def _voxels(file: BinaryIO, *, is_nifti: bool, is_packed: bool) -> Iterator[bytes]:
    if is_nifti:
        content = _content(file, is_packed=is_packed)
        first = next(content, b"")
        yield first[int(struct.unpack_from("<f", first, _NIFTI_OFFSET_AT)[0]) :]
        yield from content
        return
    for line in file:
        is_packed = is_packed or line in _PACKED
        if line in _LAST_HEADER_LINES:
            break
    yield from _content(file, is_packed=is_packed)


def _content(file: BinaryIO, *, is_packed: bool) -> Iterator[bytes]:
    packing = zlib.decompressobj(_GZIP_OR_ZLIB) if is_packed else None
    while chunk := file.read(_CHUNK_BYTES):
        yield packing.decompress(chunk) if packing else chunk
    if packing and (not packing.eof or packing.unused_data):
        raise EOFError


def not_whole(path: Path) -> MuscleSegError:
    """Return the error for an incompletely written image."""
    return MuscleSegError(_("{path} could not be written: check the free space on the disk."), path=path)
