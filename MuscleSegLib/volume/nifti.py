"""Reading of NIfTI-1 files by the standard.

ITK, which reads the other formats, chooses silently between qform and sform, accepts implausible headers, fills missing
voxels with zeros and replaces NaN and infinity by zeros.
"""

import gzip
import math
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _
from MuscleSegLib.volume.integrity import (
    CHUNK_BYTES,
    DEFLATE_RATIO,
    count_bytes,
    damaged,
    require_room,
    require_voxels,
    unpacking,
)
from MuscleSegLib.volume.nifti_header import HEADER_BYTES, NiftiHeader, nifti_header
from MuscleSegLib.volume.volume import Volume

_GZIP_MAGIC = b"\x1f\x8b"


def read_nifti(path: Path) -> Volume:
    """Read a NIfTI file, unpacked no further than its header promises.

    Returns:
        The volume, its voxels in the type on disk; where the header scales them, in float32, or float64 if they are
        that on disk.

    Raises:
        MuscleSegError: The file is not a gray-scale NIfTI-1 volume, cut off or damaged, compressed without being named
            so, larger than the memory, or its header contradicts itself.
    """
    with path.open("rb") as file:
        compressed = file.read(2) == _GZIP_MAGIC
    if compressed and not path.name.lower().endswith(".gz"):
        message = _("{path} is compressed although its name ends with {suffix}: rename it to {path_2}.gz.")
        raise MuscleSegError(message, path=path, suffix=path.suffix, path_2=path.name)
    with gzip.open(path, "rb") if compressed else path.open("rb") as stream, unpacking(path):
        header = nifti_header(path, stream.read(HEADER_BYTES))
        _require_room(path, header, compressed=compressed)
        stored = _stored(path, header, stream)  # type: ignore[arg-type]  # a GzipFile reads like a BinaryIO
    array = stored if header.scaling is None else _scaled(stored, *header.scaling)
    return Volume(array, header.geometry, path, header.description)


def read_nifti_header(path: Path) -> NiftiHeader:
    """Return the header of a NIfTI file; no voxel is unpacked.

    Raises:
        MuscleSegError: The header is not that of a gray-scale NIfTI-1 volume, or contradicts itself.
    """
    with path.open("rb") as file:
        compressed = file.read(2) == _GZIP_MAGIC
    with gzip.open(path, "rb") if compressed else path.open("rb") as stream, unpacking(path):
        return nifti_header(path, stream.read(HEADER_BYTES))


def _require_room(path: Path, header: NiftiHeader, *, compressed: bool) -> None:
    """Check, before any voxel is read, that the file can hold them and the memory too."""
    voxels = math.prod(header.geometry.shape)
    promised = header.offset + voxels * header.dtype.itemsize
    file_bytes = path.stat().st_size
    if not compressed:
        require_voxels(path, held=file_bytes, promised=promised, slice_bytes=_slice_bytes(header))
    elif DEFLATE_RATIO * file_bytes < promised:
        why = _("its {file_bytes} bytes cannot hold the {promised} bytes that its header promises")
        raise damaged(path, why, file_bytes=file_bytes, promised=promised)
    scaled = 0 if header.scaling is None else voxels * _real_type(header.dtype).itemsize
    require_room(path, needed=promised + scaled, file_bytes=file_bytes if compressed else None)


def _slice_bytes(header: NiftiHeader) -> int:
    return math.prod(header.geometry.shape) * header.dtype.itemsize // max(header.geometry.shape)


def _stored(path: Path, header: NiftiHeader, stream: BinaryIO) -> NDArray[Any]:
    content = bytearray(math.prod(header.geometry.shape) * header.dtype.itemsize)
    view, end = memoryview(content), header.offset + len(content)
    held = HEADER_BYTES + count_bytes(stream, limit=header.offset - HEADER_BYTES)
    while held < end and (chunk := stream.read(min(CHUNK_BYTES, end - held))):
        view[held - header.offset : held - header.offset + len(chunk)] = chunk
        held += len(chunk)
    held += count_bytes(stream, limit=_slice_bytes(header))  # to the end, where a compressed stream has its checksum
    require_voxels(path, held=held, promised=end, slice_bytes=_slice_bytes(header))
    stored = np.frombuffer(content, dtype=header.dtype).reshape(header.geometry.shape)
    return stored if header.dtype.isnative else stored.byteswap(inplace=True).view(header.dtype.newbyteorder("="))


def _real_type(dtype: np.dtype[Any]) -> np.dtype[Any]:
    return np.dtype(np.float64 if dtype.kind == "f" and dtype.itemsize == 8 else np.float32)


def _scaled(stored: NDArray[Any], slope: float, intercept: float) -> NDArray[Any]:
    real = np.empty(stored.shape, _real_type(stored.dtype))
    for one_real, one_stored in zip(real, stored, strict=True):
        with np.errstate(over="ignore"):  # to infinity, which is refused where it matters
            one_real[...] = one_stored.astype(np.float64) * slope + intercept
    return real
