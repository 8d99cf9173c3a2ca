"""Header of a NIfTI-1 file, and its plausibility.

The format: NIfTI-1, https://nifti.nimh.nih.gov/nifti-1 (nifti1.h).
"""

import math
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _
from MuscleSegLib.volume.geometry import Geometry
from MuscleSegLib.volume.integrity import contradictory, damaged
from MuscleSegLib.volume.nifti_position import PositionFields, geometry_of_fields
from MuscleSegLib.volume.remarks import remark

HEADER_BYTES = 348
_NIFTI2_HEADER_BYTES = 540
_LEAST_OFFSET = 352
"""Size of the header and its four bytes for extensions."""
_TYPES = {2: "u1", 4: "i2", 8: "i4", 16: "f4", 64: "f8", 256: "i1", 512: "u2", 768: "u4", 1024: "i8", 1280: "u8"}
"""numpy's names of NIfTI's voxel types; ``bitpix`` repeats their size."""
_COLORS = {128: 3, 2304: 4}
_COMPLEX = (32, 1792, 2048)


@dataclass(frozen=True)
class NiftiHeader:
    """Fields of a NIfTI-1 header for reading a gray-scale volume.

    Attributes:
        geometry: Voxel grid.
        dtype: Type of the voxels on disk, with its byte order.
        offset: Bytes before the first voxel.
        scaling: Slope and intercept from stored to real values; None without scaling.
        description: The field ``descrip``.
    """

    geometry: Geometry
    dtype: np.dtype[Any]
    offset: int
    scaling: tuple[float, float] | None
    description: str


def nifti_header(path: Path, content: bytes) -> NiftiHeader:
    """Interpret the first bytes of a NIfTI file as the standard does, with the file's name for messages.

    Raises:
        MuscleSegError: The bytes are no header of a gray-scale NIfTI-1 volume in one file, or contradictory.
    """
    order = _byte_order(path, content)
    if len(content) < HEADER_BYTES:
        raise damaged(path, _("it ends inside its header"))
    fields = _Fields(content, order)
    _require_one_file(path, content[344:348])
    sizes = _sizes(path, fields("8h", 40))
    datatype, bitpix = fields("2h", 70)
    return NiftiHeader(
        geometry_of_fields(path, _position_fields(fields, len(sizes), (*sizes, 1)[:3])),
        _voxel_type(path, datatype, bitpix, order),
        _offset(path, fields("f", 108)[0]),
        _scaling(path, *fields("2f", 112)),
        content[148:228].split(b"\0")[0].decode(errors="replace").strip(),
    )


@dataclass(frozen=True)
class _Fields:
    """The fields of a header, by format and offset."""

    content: bytes
    order: str

    def __call__(self, form: str, offset: int) -> tuple[Any, ...]:
        return struct.unpack_from(self.order + form, self.content, offset)


def _byte_order(path: Path, content: bytes) -> str:
    if not content:
        raise MuscleSegError(_("{path} is an empty file: copy or export it again."), path=path)
    for order in "<>":
        size = struct.unpack_from(order + "i", content.ljust(4, b"\0"))[0]
        if size == _NIFTI2_HEADER_BYTES:
            message = _("{path} is a NIfTI-2 file, which cannot be read: save it as NIfTI-1 or NRRD.")
            raise MuscleSegError(message, path=path)
        if size == HEADER_BYTES:
            return order
    message = _("{path} is not a NIfTI image although its name says so: give a NIfTI, NRRD, MetaImage or DICOM image.")
    raise MuscleSegError(message, path=path)


def _require_one_file(path: Path, magic: bytes) -> None:
    if magic == b"ni1\0":
        message = _("{path} is the header of a pair of files (its magic is ni1): save the image as one .nii file.")
        raise MuscleSegError(message, path=path)
    if magic != b"n+1\0":
        raise contradictory(path, _("its magic is {magic} and not that of NIfTI, n+1"), magic=repr(magic))


def _sizes(path: Path, dim: tuple[int, ...]) -> tuple[int, ...]:
    """Return the numbers of voxels along the two or three axes of the one volume."""
    if not 2 <= dim[0] <= 7:
        raise contradictory(path, _("dim[0] says that it has {dim} dimensions"), dim=dim[0])
    sizes = dim[1 : 1 + dim[0]]
    if min(sizes) < 1:
        message = _("{path} holds no voxels (its size is {sizes}): export the image again.")
        raise MuscleSegError(message, path=path, sizes=" x ".join(map(str, sizes)))
    volumes, values = math.prod(sizes[3:4]) * math.prod(sizes[5:]), math.prod(sizes[4:5])
    if volumes > 1:
        message = _("{path} is 4D ({volumes} time points or contrasts): give one 3D volume of it.")
        raise MuscleSegError(message, path=path, volumes=volumes * values)
    _require_one_value(path, values)
    return sizes[:3]


def _require_one_value(path: Path, values: int) -> None:
    if values > 1:
        message = _(
            "{path} holds {values} values at every voxel (a color or vector image, or several volumes in one): give "
            "one gray-scale 3D volume."
        )
        raise MuscleSegError(message, path=path, values=values)


def _voxel_type(path: Path, datatype: int, bitpix: int, order: str) -> np.dtype[Any]:
    if datatype in _COMPLEX:
        raise MuscleSegError(_("{path} holds complex numbers: export the magnitude image."), path=path)
    _require_one_value(path, _COLORS.get(datatype, 1))
    if datatype not in _TYPES:
        raise contradictory(path, _("its datatype {datatype} holds no gray values"), datatype=datatype)
    dtype = np.dtype(order + _TYPES[datatype])
    if bitpix != 8 * dtype.itemsize:
        why = _("bitpix says {bitpix} bits a voxel and datatype {datatype} has {bits}")
        raise contradictory(path, why, bitpix=bitpix, datatype=datatype, bits=8 * dtype.itemsize)
    return dtype


def _offset(path: Path, offset: float) -> int:
    if not math.isfinite(offset) or offset != int(offset) or offset < _LEAST_OFFSET:
        why = _("vox_offset says that the voxels begin at byte {offset}, before {least_offset}")
        raise contradictory(path, why, offset=f"{offset:g}", least_offset=_LEAST_OFFSET)
    return int(offset)


def _scaling(path: Path, slope: float, intercept: float) -> tuple[float, float] | None:
    if slope == 0 or math.isnan(slope):  # not scaled by the standard; some writers use NaN
        if math.isfinite(intercept) and intercept != 0:
            sentence = _("{path} has a scl_inter of {intercept} without a scl_slope: its values are not scaled.")
            remark(sentence, path=path, intercept=f"{intercept:g}")
        return None
    if not math.isfinite(slope) or not math.isfinite(intercept):
        why = _("scl_slope {slope} and scl_inter {intercept} cannot scale its values")
        raise contradictory(path, why, slope=f"{slope:g}", intercept=f"{intercept:g}")
    return None if (slope, intercept) == (1, 0) else (slope, intercept)


def _position_fields(fields: _Fields, dimensions: int, sizes: tuple[int, ...]) -> PositionFields:
    qform_code, sform_code = fields("2h", 252)
    return PositionFields(
        dimensions,
        (sizes[2], sizes[1], sizes[0]),
        fields("4f", 76),
        qform_code,
        sform_code,
        fields("6f", 256),
        fields("12f", 280),
        fields("B", 123)[0],
    )
