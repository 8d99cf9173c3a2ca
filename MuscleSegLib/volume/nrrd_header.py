"""Checks of NRRD files that Teem, ITK's reader, and pynrrd, the reader of segmentations, leave out.

They invent missing directions, take any space for that of patients and ignore units; pynrrd unpacks voxels without a
limit. The format: https://teem.sourceforge.net/nrrd/format.html.
"""

import bz2
import gzip
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _
from MuscleSegLib.volume.detached import voxel_files
from MuscleSegLib.volume.geometry import Geometry
from MuscleSegLib.volume.integrity import (
    DEFLATE_RATIO,
    SIZE_TOLERANCE,
    contradictory,
    count_bytes,
    damaged,
    require_room,
    require_voxels,
    unpacking,
)
from MuscleSegLib.volume.remarks import remark

_HEADER_BYTES = 1 << 23
"""Largest size of a header. Slicer writes some kilobytes a segment."""

_SAME = {"datafile": "data file", "lineskip": "line skip", "byteskip": "byte skip"}
"""Synonyms of field names."""
_SPACES = {
    name: np.diag(signs)
    for names, signs in {
        ("left-posterior-superior", "lps"): (-1.0, -1.0, 1.0),
        ("right-anterior-superior", "ras"): (1.0, 1.0, 1.0),
        ("left-anterior-superior", "las"): (-1.0, 1.0, 1.0),
    }.items()
    for name in names
}
"""Spaces of patients with their rotations to RAS; a space without a name is taken as LPS, as by ITK."""
_MILLIMETERS = ("mm", "millimeter", "millimeters", "", "???")
_VECTOR = re.compile(r"none|\([^()]*\)")
_LEAST_AREA = 1e-4
"""Smallest volume that the unit vectors along the axes may span: that of ``Geometry``."""
_TYPE_BYTES = {
    name: size
    for size, names in {
        1: "signed char, int8, int8_t, uchar, unsigned char, uint8, uint8_t",
        2: "short, short int, signed short, signed short int, int16, int16_t, ushort, unsigned short, "
        "unsigned short int, uint16, uint16_t",
        4: "int, signed int, int32, int32_t, uint, unsigned int, uint32, uint32_t, float",
        8: "longlong, long long, long long int, signed long long, signed long long int, int64, int64_t, ulonglong, "
        "unsigned long long, unsigned long long int, uint64, uint64_t, double",
    }.items()
    for name in names.split(", ")
}
_GZIP = ("gzip", "gz")
_BZIP2 = ("bzip2", "bz2")
_TEXTS = ("ascii", "text", "txt", "hex")


ITK_ENCODINGS = ("raw", *_GZIP, *_TEXTS)
PYNRRD_ENCODINGS = ("raw", *_GZIP, *_BZIP2, "ascii", "text", "txt")


@dataclass(frozen=True)
class _Promise:
    """Promise of a header: bytes of all voxels and of their smallest section, and number of voxels."""

    bytes: int
    slice_bytes: int
    numbers: int


def check_nrrd(path: Path, *, copies: int = 2, encodings: Sequence[str] = ITK_ENCODINGS) -> Geometry:
    """Check that an NRRD header is complete, consistent, and agrees with the voxels.

    Args:
        path: The file.
        copies: Copies of the voxels in the reader's memory at once.
        encodings: Encodings that the reader can decode.

    Returns:
        The grid of its first three axes in space, to compare with the reader's.

    Raises:
        MuscleSegError: A field is missing or not usable, voxels are missing, damaged or more than promised, or they do
            not fit into the memory.
    """
    with path.open("rb") as file:
        fields = _fields(path, file)
        sizes = _sizes(path, fields)
        geometry = _geometry(path, fields, sizes)
        voxel_bytes = _TYPE_BYTES.get(fields.get("type", "").lower())
        if voxel_bytes is None:
            raise contradictory(path, _("its type is {value}"), value=repr(fields.get("type", "missing")))
        encoding = fields.get("encoding", "missing").lower()
        if encoding not in encodings:
            why = _("its encoding is {encoding} and not one of {encodings}")
            raise contradictory(path, why, encoding=encoding, encodings=", ".join(encodings))
        total = math.prod(sizes) * voxel_bytes
        promise = _Promise(total, total // max(sizes), math.prod(sizes))
        files, start = [path], file.tell()
        if "data file" in fields:
            listed = file.read(_HEADER_BYTES).decode(errors="replace").splitlines()
            files, start = voxel_files(path, "data file", fields["data file"], listed=listed), 0
    if encoding in (*_GZIP, *_BZIP2):
        _check_packed(path, files, start, fields, promise, copies)
    else:
        _check_unpacked(path, files, start, fields, promise)
        require_room(path, needed=copies * promise.bytes)
    return geometry


def _fields(path: Path, file: BinaryIO) -> dict[str, str]:
    """Return the fields by name, and leave the file behind the empty line that ends them."""
    if not file.readline(_HEADER_BYTES).startswith(b"NRRD"):
        message = _(
            "{path} is not an NRRD image although its name says so: give a NIfTI, NRRD, MetaImage or DICOM image."
        )
        raise MuscleSegError(message, path=path)
    fields: dict[str, str] = {}
    while line := file.readline(_HEADER_BYTES).decode(errors="replace").strip():
        if file.tell() > _HEADER_BYTES:
            raise damaged(path, _("its header does not end"))
        name, mark, text = line.partition(":")
        if line.startswith("#") or not mark or text.startswith("="):  # a comment, or a key outside the format
            continue
        name = " ".join(name.lower().split())
        name = _SAME.get(name, name)
        if name in fields:
            raise contradictory(path, _("it has the field {name} twice"), name=name)
        fields[name] = text.strip()
        if name == "data file" and fields[name].startswith("LIST"):  # the list ends the header
            break
    return fields


def _whole_numbers(path: Path, fields: Mapping[str, str], name: str, *, least: int) -> list[int]:
    try:
        numbers = [int(word) for word in fields.get(name, "").split()]
    except ValueError:
        numbers = []
    if not numbers or min(numbers) < least:
        raise contradictory(path, _("its {name} is {value}"), name=name, value=fields.get(name, "missing"))
    return numbers


def _sizes(path: Path, fields: Mapping[str, str]) -> list[int]:
    sizes = _whole_numbers(path, fields, "sizes", least=1)
    if _whole_numbers(path, fields, "dimension", least=2) != [len(sizes)]:
        why = _("its dimension is {fields} and its sizes are {fields_2}")
        raise contradictory(path, why, fields=fields["dimension"], fields_2=fields["sizes"])
    return sizes


def _geometry(path: Path, fields: Mapping[str, str], sizes: Sequence[int]) -> Geometry:
    if "space" in fields and fields["space"].lower() not in _SPACES:
        why = _("its space is {fields} and not one of patients, such as left-posterior-superior")
        raise contradictory(path, why, fields=fields["space"])
    vectors = _vectors(path, fields, "space directions")
    origin = _vectors(path, fields, "space origin")
    if len(vectors) != len(sizes):
        why = _("it has {vector_count} space directions for {size_count} axes")
        raise contradictory(path, why, vector_count=len(vectors), size_count=len(sizes))
    matrix = [vector for vector in vectors if vector is not None]
    dimensions = 3 if "space" in fields else _whole_numbers(path, fields, "space dimension", least=2)[0]
    if (
        len(matrix) != dimensions
        or len(origin) != 1
        or any(vector is None or len(vector) != dimensions for vector in (*matrix, *origin))
    ):
        why = _("its space directions and space origin are no {dimensions} vectors and a point")
        raise contradictory(path, why, dimensions=dimensions)
    lengths = [0.0 if vector is None else float(np.linalg.norm(vector)) for vector in vectors]
    units = np.array(matrix) / np.linalg.norm(matrix, axis=1, keepdims=True)
    if not abs(np.linalg.det(units)) > _LEAST_AREA:
        raise contradictory(path, _("its space directions span no volume"))
    _check_spacings(path, fields, lengths)
    _check_units(path, fields, lengths)
    if "space" not in fields:
        remark(_("{path} does not say in which space it lies: left and right may be exchanged."), path=path)
    if dimensions == 2:
        remark(_("{path} does not say how thick its slice is: 1 mm is taken."), path=path)
    in_space = [size for size, vector in zip(sizes, vectors, strict=True) if vector is not None]
    axes = min(dimensions, 3)
    affine = np.eye(4)
    affine[:axes, :axes] = np.array(matrix).T[:axes, :axes]
    affine[:axes, 3] = np.array(origin[0])[:axes]
    affine[:3] = _SPACES[fields.get("space", "lps").lower()] @ affine[:3] + 0.0
    columns, rows, slices = (*in_space, 1)[:3]
    return Geometry((slices, rows, columns), affine)


def _vectors(path: Path, fields: Mapping[str, str], name: str) -> list[NDArray[np.float64] | None]:
    if name not in fields:
        raise contradictory(path, _("it has no {name}"), name=name)
    vectors: list[NDArray[np.float64] | None] = []
    for word in _VECTOR.findall(fields[name]):
        try:
            vector = None if word == "none" else np.array([float(part) for part in word.strip("()").split(",")])
        except ValueError:
            vector = np.array([np.nan])
        if vector is not None and not (np.isfinite(vector).all() and (vector.any() or name == "space origin")):
            raise contradictory(path, _("its {name} has {word}"), name=name, word=word)
        vectors.append(vector)
    return vectors


def _check_spacings(path: Path, fields: Mapping[str, str], lengths: Sequence[float]) -> None:
    """Check voxel sizes that stand beside directions, which hold them already."""
    try:
        stated = [float(word) for word in fields.get("spacings", "nan").split()]
    except ValueError:
        stated = [0.0]
    for size, length in zip(stated, lengths, strict=False):
        if length > 0 and not math.isnan(size) and not math.isclose(size, length, rel_tol=SIZE_TOLERANCE):
            why = _("its spacings are {fields} and its space directions {length} mm long")
            raise contradictory(path, why, fields=fields["spacings"], length=f"{length:.4g}")


def _check_units(path: Path, fields: Mapping[str, str], lengths: Sequence[float]) -> None:
    named = [text.strip().lower() for text in re.findall(r'"([^"]*)"', fields.get("space units", ""))]
    by_axis = [text.strip().lower() for text in re.findall(r'"([^"]*)"', fields.get("units", ""))]
    named += [unit for unit, length in zip(by_axis, lengths, strict=False) if length > 0]
    if others := [unit for unit in named if unit not in _MILLIMETERS]:
        raise contradictory(path, _("its space units are {others} and not mm"), others=others[0])


def _skipped(path: Path, fields: Mapping[str, str], name: str, *, least: int) -> int:
    return _whole_numbers(path, fields, name, least=least)[0] if name in fields else 0


def _check_unpacked(
    path: Path, files: Sequence[Path], start: int, fields: Mapping[str, str], promise: _Promise
) -> None:
    if _skipped(path, fields, "line skip", least=0):
        raise contradictory(path, _("its line skip leaves out a part of the voxels"))
    skipped = _skipped(path, fields, "byte skip", least=-1)
    held = sum(file.stat().st_size for file in files) - start - max(skipped, 0) * len(files)
    if fields["encoding"].lower() in _TEXTS:  # a digit and a blank a number, or more
        require_voxels(path, held=held, promised=2 * promise.numbers - 1, slice_bytes=held + 1)
    else:  # with -1 the voxels are the end of the file
        slice_bytes = held + 1 if skipped == -1 else promise.slice_bytes
        require_voxels(path, held=held, promised=promise.bytes, slice_bytes=slice_bytes)


def _check_packed(
    path: Path, files: Sequence[Path], start: int, fields: Mapping[str, str], promise: _Promise, copies: int
) -> None:
    skipped = _skipped(path, fields, "byte skip", least=0)
    if len(files) > 1 or _skipped(path, fields, "line skip", least=0):
        raise contradictory(path, _("its voxels are compressed, but not in one piece"))
    packed = files[0].stat().st_size - start
    is_gzip = fields["encoding"].lower() in _GZIP
    if is_gzip and DEFLATE_RATIO * packed < promise.bytes:
        why = _("{packed} compressed bytes cannot hold the {bytes} bytes that its header promises")
        raise damaged(path, why, packed=packed, bytes=promise.bytes)
    require_room(path, needed=copies * promise.bytes + packed, file_bytes=packed)
    with files[0].open("rb") as file, unpacking(path):
        file.seek(start)
        with gzip.GzipFile(fileobj=file) if is_gzip else bz2.BZ2File(file) as stream:
            held = count_bytes(stream, limit=skipped + promise.bytes + promise.slice_bytes) - skipped
    require_voxels(path, held=held, promised=promise.bytes, slice_bytes=promise.slice_bytes)
