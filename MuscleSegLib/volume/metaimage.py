"""Checks of MetaImage files that MetaIO, ITK's reader, leaves out.

MetaIO invents missing fields, reads negative voxel sizes as mirrored axes, ignores units and unpacks voxels without a
limit. The format: https://itk.org/Wiki/ITK/MetaIO/Documentation.
"""

import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.translatable import _
from MuscleSegLib.volume.detached import voxel_files
from MuscleSegLib.volume.geometry import Geometry
from MuscleSegLib.volume.integrity import (
    DEFLATE_RATIO,
    ZlibReader,
    contradictory,
    count_bytes,
    damaged,
    require_room,
    require_voxels,
    unpacking,
)
from MuscleSegLib.volume.itk import ras_from_lps
from MuscleSegLib.volume.remarks import remark

_HEADER_BYTES = 1 << 20
_LINE = re.compile(r"[ \t]*([^\s=:]+)[ \t]*[=:][ \t]*([^\0-\x08\n-\x1f]*?)[ \t]*\r?\n?")
_SAME = {
    "Position": "Offset",
    "Origin": "Offset",
    "Rotation": "TransformMatrix",
    "Orientation": "TransformMatrix",
    "ElementByteOrderMSB": "BinaryDataByteOrderMSB",
}
"""Synonyms of field names in MetaIO."""
_TYPE_BYTES = {"CHAR": 1, "SHORT": 2, "INT": 4, "LONG": 4, "LONG_LONG": 8, "FLOAT": 4, "DOUBLE": 8}
_UNIT_LENGTH_TOLERANCE = 1e-3


def check_metaimage(path: Path) -> Geometry:
    """Check that a MetaImage header is complete, consistent, and agrees with the voxels.

    Returns:
        The grid of its first three axes, to compare with MetaIO's.

    Raises:
        MuscleSegError: A field is missing or not usable, voxels are missing, damaged or more than promised, or they do
            not fit into the memory.
    """
    with path.open("rb") as file:
        fields = _fields(path, file)
        sizes = _whole_numbers(path, fields, "DimSize")
        geometry = _geometry(path, fields, sizes)
        _check_values(path, fields)
        promised = math.prod(sizes) * _voxel_bytes(path, fields)
        _check_voxels(path, file, fields, promised, promised // max(sizes))
    return geometry


def _fields(path: Path, file: BinaryIO) -> dict[str, str]:
    """Return the fields by name up to ElementDataFile, and leave the file behind its line."""
    fields: dict[str, str] = {}
    while "ElementDataFile" not in fields:
        line = file.readline(_HEADER_BYTES)
        if not line or file.tell() > _HEADER_BYTES:
            raise damaged(path, _("it has no MetaImage header with the field ElementDataFile"))
        if not line.strip():
            continue
        if (match := _LINE.fullmatch(line.decode(errors="replace"))) is None:  # MetaIO would swallow the next line
            raise contradictory(path, _("its line {line} is no field"), line=repr(line[:40]))
        name = _SAME.get(match[1], match[1])
        if name in fields:
            raise contradictory(path, _("it has the field {name} twice"), name=name)
        fields[name] = match[2]
    return fields


def _numbers(path: Path, fields: Mapping[str, str], name: str, *, count: int | None = None) -> NDArray[np.float64]:
    if name not in fields:
        raise contradictory(path, _("it has no {name}"), name=name)
    try:
        numbers = np.array([float(word) for word in fields[name].split()])
    except ValueError:
        numbers = np.array([np.nan])
    if not np.isfinite(numbers).all() or len(numbers) == 0 or (count is not None and len(numbers) != count):
        raise contradictory(path, _("its {name} is {fields}"), name=name, fields=repr(fields[name]))
    return numbers


def _whole_numbers(path: Path, fields: Mapping[str, str], name: str) -> list[int]:
    count = int(_numbers(path, fields, "NDims", count=1)[0])
    numbers = _numbers(path, fields, name, count=count)
    if (numbers < 1).any() or (numbers % 1 != 0).any():
        raise contradictory(path, _("its {name} is {fields}"), name=name, fields=repr(fields[name]))
    return [int(number) for number in numbers]


def _geometry(path: Path, fields: Mapping[str, str], sizes: Sequence[int]) -> Geometry:
    spacing, origin, directions = _position(path, fields, len(sizes))
    axes = min(len(sizes), 3)
    lps = np.eye(4)
    lps[:axes, :axes] = directions[:axes, :axes] * spacing[:axes]
    lps[:axes, 3] = origin[:axes]
    columns, rows, slices = (*sizes, 1)[:3]
    if axes == 2:
        remark(_("{path} does not say how thick its slice is: 1 mm is taken."), path=path)
    return Geometry((slices, rows, columns), ras_from_lps(lps))


def _position(
    path: Path, fields: Mapping[str, str], axes: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return voxel sizes, the first voxel's center and, in columns, the directions of the axes, in LPS."""
    name = "ElementSpacing"
    if name not in fields and "ElementSize" in fields:
        remark(_("{path} has no ElementSpacing: its ElementSize is taken for it, as if slices had no gaps."), path=path)
        name = "ElementSize"
    spacing = _numbers(path, fields, name, count=axes)
    if (spacing <= 0).any():
        why = _("its {name} is {fields}, which are no voxel sizes")
        raise contradictory(path, why, name=name, fields=repr(fields[name]))
    origin = _numbers(path, fields, "Offset", count=axes)
    if "TransformMatrix" not in fields:
        remark(_("{path} has no TransformMatrix: left and right may be exchanged."), path=path)
        return spacing, origin, np.eye(axes)
    matrix = _numbers(path, fields, "TransformMatrix", count=axes * axes).reshape(axes, axes)
    if np.abs(np.linalg.norm(matrix, axis=1) - 1).max() > _UNIT_LENGTH_TOLERANCE:
        raise contradictory(path, _("the axes in its TransformMatrix do not have length 1"))
    if abs(np.linalg.det(matrix)) < _UNIT_LENGTH_TOLERANCE:
        raise contradictory(path, _("the axes in its TransformMatrix span no volume"))
    return spacing, origin, matrix.T


def _check_values(path: Path, fields: Mapping[str, str]) -> None:
    for name in ("BinaryData", "BinaryDataByteOrderMSB", "CompressedData"):
        _is_true(path, fields, name, default=True)
    unit = fields.get("DistanceUnits", "mm")
    if unit not in ("mm", "?", ""):
        raise contradictory(path, _("its DistanceUnits are {unit} and not mm"), unit=unit)
    for name, neutral in (("ElementToIntensityFunctionSlope", 1.0), ("ElementToIntensityFunctionOffset", 0.0)):
        if name in fields and _numbers(path, fields, name, count=1)[0] != neutral:
            why = _("its {name} is {fields}, and scaled MetaImages cannot be read")
            raise contradictory(path, why, name=name, fields=fields[name])


def _voxel_bytes(path: Path, fields: Mapping[str, str]) -> int:
    name = fields.get("ElementType", "")
    size = _TYPE_BYTES.get(name.removeprefix("MET_").removesuffix("_ARRAY").removeprefix("U"))
    if size is None:
        raise contradictory(path, _("its ElementType is {name}"), name=repr(name))
    channels = (
        _numbers(path, fields, "ElementNumberOfChannels", count=1)[0] if "ElementNumberOfChannels" in fields else 1
    )
    if channels < 1 or channels % 1 != 0:
        why = _("its ElementNumberOfChannels is {fields}")
        raise contradictory(path, why, fields=fields["ElementNumberOfChannels"])
    return size * int(channels)


def _is_true(path: Path, fields: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = fields.get(name, str(default)).lower()
    if text not in ("true", "false", "t", "f", "yes", "no", "1", "0"):
        raise contradictory(path, _("its {name} is {text}"), name=name, text=repr(text))
    return text[0] in "ty1"


def _check_voxels(path: Path, file: BinaryIO, fields: Mapping[str, str], promised: int, slice_bytes: int) -> None:
    if fields["ElementDataFile"] in ("LOCAL", "Local", "local"):
        files, start = [path], file.tell()
    else:
        lines = file.read(_HEADER_BYTES).decode(errors="replace").splitlines()
        files, start = voxel_files(path, "ElementDataFile", fields["ElementDataFile"], listed=lines), 0
    held = sum(file_with_voxels.stat().st_size for file_with_voxels in files) - start
    if _is_true(path, fields, "CompressedData", default=False):
        _check_compressed(path, files, fields, start, promised, slice_bytes)
        return
    skipped = int(_numbers(path, fields, "HeaderSize", count=1)[0]) if "HeaderSize" in fields else 0
    if skipped < -1 or 0 < skipped < start:
        raise contradictory(path, _("its HeaderSize is {skipped}"), skipped=skipped)
    if skipped > 0:
        held -= skipped - start
    elif skipped == -1:  # the voxels are the end of the file
        slice_bytes = held + 1
    if not _is_true(path, fields, "BinaryData", default=True):  # text: a digit and a blank a voxel, or more
        promised, slice_bytes = 2 * promised // _voxel_bytes(path, fields) - 1, held + 1
    require_voxels(path, held=held, promised=promised, slice_bytes=slice_bytes)
    require_room(path, needed=2 * promised)


def _check_compressed(
    path: Path, files: Sequence[Path], fields: Mapping[str, str], start: int, promised: int, slice_bytes: int
) -> None:
    if "CompressedDataSize" not in fields:  # ITK would make up voxels
        raise damaged(path, _("it does not say how long its compressed voxels are"))
    packed = int(_numbers(path, fields, "CompressedDataSize", count=1)[0])
    held = files[0].stat().st_size - start
    if len(files) > 1 or fields.get("HeaderSize", "0") != "0":
        raise contradictory(path, _("its voxels are compressed, but not in one piece"))
    if not 0 < packed <= held:
        why = _("its CompressedDataSize is {packed} and {held} bytes are there")
        raise damaged(path, why, packed=packed, held=held)
    if DEFLATE_RATIO * packed < promised:
        why = _("its {packed} compressed bytes cannot hold the {promised} bytes that its header promises")
        raise damaged(path, why, packed=packed, promised=promised)
    require_room(path, needed=2 * promised + packed, file_bytes=packed)
    with files[0].open("rb") as stream, unpacking(path):
        stream.seek(start)
        held = count_bytes(ZlibReader(stream, length=packed), limit=promised + slice_bytes)
    require_voxels(path, held=held, promised=promised, slice_bytes=slice_bytes)
