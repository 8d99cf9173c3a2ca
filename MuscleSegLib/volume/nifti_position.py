"""Position of the voxels of a NIfTI file, in up to three ways.

Method 1 of the standard (nifti1.h) has voxel sizes alone, method 2 the qform (a rotation and voxel sizes), method 3 the
sform (a matrix). Programs differ in the choice between the last two. Here they have to agree in any space: a scan of
legs has no other place than the one in the scanner.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _
from MuscleSegLib.volume.geometry import Geometry
from MuscleSegLib.volume.integrity import SIZE_TOLERANCE, contradictory
from MuscleSegLib.volume.remarks import remark

FORM_TOLERANCE_MM = 0.5
"""Largest displacement of a voxel between qform and sform. A 32-bit quaternion near half a turn, as of radiological
images, is off by up to 6e-4, which is 0.5 mm at the far corner of a scan of both legs (500 x 500 x 400 mm)."""

_NORM_TOLERANCE = 1e-5
"""Largest excess of b^2 + c^2 + d^2 over 1: rounding of 32-bit floats."""

_NO_REST = 1e-7
"""Value of 1 - b^2 - c^2 - d^2 below which it is rounding, and the rotation half a turn."""

_MM = {0: 1.0, 1: 1000.0, 2: 1.0, 3: 0.001}
"""Millimeters in the units of ``xyzt_units``: unknown, which means mm, then m, mm and um."""

_LARGEST_CODE = 5

_TO_LEFT_AND_POSTERIOR = np.diag([-1.0, -1.0, 1.0])
"""Directions of ITK and Slicer for method 1, which has none."""


@dataclass(frozen=True)
class PositionFields:
    """Fields of a header with the position of its voxels.

    Attributes:
        dimensions: 2 or 3.
        shape: Numbers of voxels, [k, j, i].
        pixdim: ``pixdim[0]`` to ``pixdim[3]``: the sign of the third axis of the qform, and the voxel sizes.
        qform_code: Space of the qform; 0 without one.
        sform_code: Space of the sform; 0 without one.
        quaternion: ``quatern_b``, ``_c``, ``_d``, ``qoffset_x``, ``_y``, ``_z``.
        rows: ``srow_x``, ``srow_y``, ``srow_z``.
        units: ``xyzt_units``.
    """

    dimensions: int
    shape: tuple[int, int, int]
    pixdim: tuple[float, ...]
    qform_code: int
    sform_code: int
    quaternion: tuple[float, ...]
    rows: tuple[float, ...]
    units: int


def geometry_of_fields(path: Path, fields: PositionFields) -> Geometry:
    """Return the voxel grid in millimeters; a 2D image is one slice.

    An image without directions is remarked, and so is a slice without a thickness, which is taken as 1 mm.

    Raises:
        MuscleSegError: A field is not usable, two of them contradict each other, or the axes span no volume.
    """
    _require_codes(path, fields)
    sform = _sform(path, fields)
    sizes = _voxel_sizes(path, fields, sform)
    if sform is not None:
        if fields.shape[0] > 1 and not sform[:, 2].any():  # the slices could run in two ways
            raise contradictory(path, _("its sform (srow_x, srow_y, srow_z) gives its slices no direction"))
        sform = _with_third_axis(sform, sizes[2])
    qform = _qform(path, fields, sizes if sform is None else np.linalg.norm(sform[:, :3], axis=0))
    if qform is None and sform is None:
        remark(_("{path} does not say how it lies in the patient: left and right may be exchanged."), path=path)
        qform = np.column_stack([_TO_LEFT_AND_POSTERIOR * sizes, np.zeros(3)])
    scale = _MM.get(fields.units & 7)
    if scale is None:
        raise contradictory(path, _("its xyzt_units {units} are no unit of length"), units=fields.units)
    forms = [_geometry(path, fields.shape, scale * form) for form in (sform, qform) if form is not None]
    _require_agreement(path, forms)
    # The sform is the more precise one, but a grid has right angles.
    return next((form for form in forms if form.is_orthogonal), forms[0])


def _require_codes(path: Path, fields: PositionFields) -> None:
    for name, code in (("qform_code", fields.qform_code), ("sform_code", fields.sform_code)):
        if not 0 <= code <= _LARGEST_CODE:
            raise contradictory(path, _("its {name} is {code}, which has no meaning"), name=name, code=code)


def _sform(path: Path, fields: PositionFields) -> NDArray[np.float64] | None:
    if fields.sform_code == 0:
        return None
    form = np.array(fields.rows, dtype=np.float64).reshape(3, 4)
    if not np.isfinite(form).all():
        raise contradictory(path, _("its sform (srow_x, srow_y, srow_z) is not finite"))
    return form


def _voxel_sizes(path: Path, fields: PositionFields, sform: NDArray[np.float64] | None) -> NDArray[np.float64]:
    """Return the sizes that pixdim and the sform agree on; the thickness of one slice may stand in one of the two."""
    sizes = np.array(fields.pixdim[1:], dtype=np.float64)
    for axis, size in enumerate(sizes, start=1):
        if not (np.isfinite(size) and (size > 0 or (size == 0 and axis == 3 and fields.shape[0] == 1))):
            why = _("pixdim[{axis}] is {size} and not the size of a voxel in mm")
            raise contradictory(path, why, axis=axis, size=f"{size:g}")
    lengths = sizes if sform is None else np.linalg.norm(sform[:, :3], axis=0)
    stated = (lengths > 0) & (sizes > 0)
    if not np.allclose(sizes[stated], lengths[stated], rtol=SIZE_TOLERANCE, atol=0.0):
        texts = [" x ".join(f"{size:.3g}" for size in both) for both in (sizes, lengths)]
        message = _(
            "{path} states two voxel sizes, {texts} (in its pixdim) and {texts_2} (in its sform): convert it again "
            "from the images of the scanner."
        )
        raise MuscleSegError(message, path=path, texts=texts[0], texts_2=texts[1])
    if max(sizes[2], lengths[2]) > 0:
        return np.where(sizes > 0, sizes, lengths)
    if fields.dimensions == 3:
        raise contradictory(path, _("pixdim[3] is 0 and not the thickness of its slice in mm"))
    remark(_("{path} does not say how thick its slice is: 1 mm is taken."), path=path)
    return np.array([*sizes[:2], 1.0])


def _with_third_axis(sform: NDArray[np.float64], thickness: float) -> NDArray[np.float64]:
    if sform[:, 2].any() or not (sform[:, 0].any() and sform[:, 1].any()):
        return sform
    normal = np.cross(sform[:, 0], sform[:, 1])
    completed = sform.copy()
    completed[:, 2] = thickness * normal / np.linalg.norm(normal)
    return completed


def _qform(path: Path, fields: PositionFields, sizes: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Return the 3x4 matrix of the qform, with the given voxel sizes."""
    if fields.qform_code == 0:
        return None
    b, c, d, *offset = (float(part) for part in fields.quaternion)
    if not np.isfinite(fields.quaternion[:3]).all():
        raise contradictory(path, _("the quaternion of its qform (quatern_b, quatern_c, quatern_d) is not finite"))
    if not np.isfinite(offset).all():
        raise contradictory(path, _("its qoffset_x, qoffset_y and qoffset_z are not finite"))
    if fields.pixdim[0] not in (-1.0, 0.0, 1.0):  # 0 means 1
        why = _("pixdim[0] is {pixdim} and not 1 or -1, the handedness of its qform")
        raise contradictory(path, why, pixdim=f"{fields.pixdim[0]:g}")
    square = b * b + c * c + d * d
    if square > 1 + _NORM_TOLERANCE:
        raise contradictory(path, _("the quaternion of its qform (quatern_b, quatern_c, quatern_d) is longer than 1"))
    remainder = 1.0 - square
    if remainder < _NO_REST:  # as nifti1_io.c does
        b, c, d = (part / np.sqrt(square) for part in (b, c, d))
    a = np.sqrt(remainder) if remainder >= _NO_REST else 0.0
    rotation = np.array(
        [
            [a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)],
            [2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)],
            [2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c],
        ]
    )
    if fields.pixdim[0] < 0:
        rotation[:, 2] *= -1
    return np.column_stack([rotation * sizes, offset])


def _geometry(path: Path, shape: tuple[int, int, int], form: NDArray[np.float64]) -> Geometry:
    try:
        return Geometry(shape, np.vstack([form, (0.0, 0.0, 0.0, 1.0)]))
    except MuscleSegError as error:
        raise contradictory(path, _("the axes of its sform (srow_x, srow_y, srow_z) span no volume")) from error


def _require_agreement(path: Path, forms: list[Geometry]) -> None:
    if len(forms) == 1 or forms[0].is_close(forms[1], tolerance_mm=FORM_TOLERANCE_MM):
        return
    message = _(
        "{path} lies in two places, which its qform and its sform put {forms} mm apart: delete the wrong one of the "
        "two, or convert it again from the images of the scanner."
    )
    raise MuscleSegError(message, path=path, forms=f"{forms[0].distance_mm(forms[1]):.3g}")
