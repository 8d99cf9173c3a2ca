"""What ITK does not do with NIfTI files.

It fills voxels that a file lacks with zeros, makes zeros of NaN and infinity, forgets how a 2D image is turned, and
takes voxel sizes from one place of the header where another place contradicts.
The format: NIfTI-1, https://nifti.nimh.nih.gov/nifti-1.
"""

import gzip
import math
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume.integrity import damaged

_HEADER_BYTES = 348
_NIFTI2_HEADER_BYTES = 540
_GZIP_MAGIC = b"\x1f\x8b"
_CHUNK_BYTES = 1 << 20
_BITS = {2: 8, 4: 16, 8: 32, 16: 32, 32: 64, 64: 64, 128: 24, 256: 8, 512: 16, 768: 32, 1024: 64, 1280: 64, 1792: 128}
"""Bits of a voxel by NIfTI's numbers for the voxel types; like ITK, this goes by the type where a header differs."""
_FLOATS = {16: "f4", 64: "f8"}
"""NIfTI's numbers for the voxel types that can hold NaN."""

SIZE_TOLERANCE = 0.01
"""How far the two voxel sizes in a header may differ, as a fraction: rounding, which muscle volumes can bear."""

_Result = TypeVar("_Result")


@dataclass(frozen=True)
class NiftiHeader:
    """What is needed of a NIfTI-1 header beyond what ITK tells.

    Attributes:
        sizes: Numbers of voxels along i, j, k, time, ...
        offset: Bytes before the first voxel.
        data_bytes: Bytes from the start of the file to the end of the last voxel.
        float_type: numpy's name of the voxel type, with byte order, where that is a float.
        has_position: Whether an sform or a qform says where the image lies in the patient.

    """

    sizes: tuple[int, ...]
    offset: int
    data_bytes: int
    float_type: str | None
    has_position: bool


def check_nifti(path: Path) -> NiftiHeader:
    """Read the header of a NIfTI file and check that every voxel that it promises is there, with the right checksum.

    Raises:
        MuscleSegError: The file is not NIfTI-1, empty, cut off or damaged, or compressed without being named so.

    """
    header = _from_stream(path, lambda stream: _header(path, stream.read(_HEADER_BYTES)))
    with path.open("rb") as file:
        compressed = file.read(2) == _GZIP_MAGIC
    if compressed and not path.name.lower().endswith(".gz"):
        message = f"{path} is compressed although its name ends with {path.suffix}: rename it to {path.name}.gz."
        raise MuscleSegError(message)
    length = _from_stream(path, _length) if compressed else path.stat().st_size
    if length < header.data_bytes:
        raise damaged(path, f"{header.data_bytes - length} of {header.data_bytes} bytes are missing")
    return header


def as_three_dimensional(path: Path, folder: Path) -> Path:
    """Write a copy of a 2D NIfTI file that calls itself one slice in 3D, for which ITK keeps the slice's orientation.

    Args:
        path: A NIfTI file with two dimensions.
        folder: Where the copy goes.

    Returns:
        The path of the copy.

    """
    content = bytearray(_from_stream(path, lambda stream: stream.read()))
    order = _byte_order(path, bytes(content[:_HEADER_BYTES]))
    struct.pack_into(order + "h", content, 40, 3)
    struct.pack_into(order + "h", content, 46, 1)
    if struct.unpack_from(order + "f", content, 88)[0] == 0.0:  # a thickness of 0 mm cannot be inverted
        struct.pack_into(order + "f", content, 88, 1.0)
    copy = folder / "slice.nii"
    copy.write_bytes(content)
    return copy


def with_missing_values(path: Path, header: NiftiHeader, array: NDArray[Any]) -> NDArray[Any]:
    """Put the NaN and infinite voxels of a file back, which ITK has made zeros.

    Args:
        path: The file.
        header: Its header.
        array: [k, j, i] voxels as ITK gives them.

    Returns:
        The array, or a copy with those voxels as they are in the file.

    """
    if header.float_type is None:
        return array
    content = _from_stream(path, lambda stream: stream.read(header.data_bytes))
    voxels = np.frombuffer(content, dtype=header.float_type, count=array.size, offset=header.offset)
    voxels = voxels.reshape(array.shape)
    finite = np.isfinite(voxels)
    return array if finite.all() else np.where(finite, array, voxels.astype(array.dtype))


def _from_stream(path: Path, read: Callable[[BinaryIO], _Result]) -> _Result:
    try:
        with path.open("rb") as file:
            compressed = file.read(2) == _GZIP_MAGIC
        if compressed:
            with gzip.open(path, "rb") as stream:
                return read(stream)  # type: ignore[arg-type]  # a GzipFile reads like a BinaryIO
        with path.open("rb") as stream:
            return read(stream)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise damaged(path, "its compressed voxels cannot be read") from error


def _length(stream: BinaryIO) -> int:
    total = 0
    while chunk := stream.read(_CHUNK_BYTES):
        total += len(chunk)
    return total


def _byte_order(path: Path, header: bytes) -> str:
    if not header:
        message = f"{path} is an empty file: copy or export it again."
        raise MuscleSegError(message)
    for order in "<>":
        size = struct.unpack_from(order + "i", header.ljust(4, b"\0"))[0]
        if size == _NIFTI2_HEADER_BYTES:
            message = f"{path} is a NIfTI-2 file, which cannot be read: save it as NIfTI-1 or NRRD."
            raise MuscleSegError(message)
        if size == _HEADER_BYTES:
            return order
    message = f"{path} is not a NIfTI image although its name says so: give a NIfTI, NRRD, MetaImage or DICOM image."
    raise MuscleSegError(message)


def _header(path: Path, header: bytes) -> NiftiHeader:
    order = _byte_order(path, header)
    if len(header) < _HEADER_BYTES:
        raise damaged(path, "it ends inside its header")
    dimensions, *sizes = struct.unpack_from(order + "8h", header, 40)
    kind, bits = struct.unpack_from(order + "2h", header, 70)
    offset = struct.unpack_from(order + "f", header, 108)[0]
    codes = struct.unpack_from(order + "2h", header, 252)
    bits = _BITS.get(kind, bits)
    if not 1 <= dimensions <= 7 or bits < 1 or not 0 <= offset < 1e9:
        raise damaged(path, "its header makes no sense")
    sizes = sizes[:dimensions]
    if min(sizes) < 1:
        message = f"{path} holds no voxels (its size is {' x '.join(map(str, sizes))}): export the image again."
        raise MuscleSegError(message)
    _require_one_voxel_size(path, struct.unpack_from(order + "3f", header, 80), _sform(header, order))
    end = int(offset) + math.ceil(math.prod(sizes) * bits / 8)
    float_type = order + _FLOATS[kind] if kind in _FLOATS else None
    return NiftiHeader(tuple(sizes), int(offset), end, float_type, max(codes) > 0)


def _sform(header: bytes, order: str) -> NDArray[np.float64] | None:
    if struct.unpack_from(order + "h", header, 254)[0] <= 0:
        return None
    return np.array(struct.unpack_from(order + "12f", header, 280), dtype=np.float64).reshape(3, 4)


def _require_one_voxel_size(path: Path, stated_mm: tuple[float, ...], sform: NDArray[np.float64] | None) -> None:
    if sform is None:
        return
    lengths = np.linalg.norm(sform[:, :3], axis=0)
    # A NIfTI file of one slice may leave the thickness out of one of the two.
    known = (lengths > 0) & (np.array(stated_mm) != 0)
    if not np.allclose(np.array(stated_mm)[known], lengths[known], rtol=SIZE_TOLERANCE, atol=0.0):
        sizes = [" x ".join(f"{size:.3g}" for size in found) for found in (stated_mm, lengths)]
        message = f"{path} states two voxel sizes, {sizes[0]} and (in its sform) {sizes[1]}: convert it again from the "
        message += "images of the scanner."
        raise MuscleSegError(message)
