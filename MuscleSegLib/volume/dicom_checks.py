"""Plausibility of the numbers in a DICOM image's header."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _
from MuscleSegLib.volume.integrity import FARTHEST_MM, contradictory

if TYPE_CHECKING:
    from pydicom import Dataset

COSINE_TOLERANCE = 1e-3
"""Largest deviation of direction cosines from orthonormal ones: three decimals, as GDCM allows."""

PIXEL_SPACING_MM = (0.01, 100.0)
"""Bounds of pixel spacing in any scanner."""

SIEMENS_CREATOR, SIEMENS_MOSAIC = 0x00190010, 0x0019100A
_SIEMENS = "SIEMENS MR HEADER"


def finite(path: Path, keyword: str, value: Any) -> float:
    """Return a value as a number.

    Raises:
        MuscleSegError: It is none.
    """
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise contradictory(path, _("{keyword} is {value}"), keyword=keyword, value=value)
    return number


def direction_cosines(path: Path, values: Sequence[float]) -> tuple[float, ...]:
    """Return orthonormal directions of a row and of a column.

    Raises:
        MuscleSegError: The values are not nearly orthonormal.
    """
    row, column = np.array(values[:3]), np.array(values[3:])
    lengths = np.linalg.norm(row), np.linalg.norm(column)
    if max(abs(length - 1) for length in lengths) > COSINE_TOLERANCE or abs(row @ column) > COSINE_TOLERANCE:
        cosines = ", ".join(f"{value:g}" for value in values)
        why = _("ImageOrientationPatient {cosines} is not two unit vectors at a right angle")
        raise contradictory(path, why, cosines=cosines)
    row /= lengths[0]
    column -= (row @ column) * row
    column /= np.linalg.norm(column)
    return tuple(float(value) for value in (*row, *column))


def pixel_spacing(path: Path, values: Sequence[float]) -> tuple[float, ...]:
    """Return distances between rows and columns.

    Raises:
        MuscleSegError: They are out of bounds of any scanner.
    """
    least, most = PIXEL_SPACING_MM
    if not all(least <= value <= most for value in values):
        raise contradictory(path, _("PixelSpacing is {values} mm"), values=", ".join(f"{value:g}" for value in values))
    return tuple(values)


def position(path: Path, values: Sequence[float]) -> tuple[float, ...]:
    """Return a position.

    Raises:
        MuscleSegError: It is not in a scanner.
    """
    if max(abs(value) for value in values) > FARTHEST_MM:
        why = _("ImagePositionPatient is {values} mm")
        raise contradictory(path, why, values=", ".join(f"{value:g}" for value in values))
    return tuple(values)


def rescale(path: Path, fields: Mapping[str, Any]) -> tuple[float, float]:
    """Return slope and intercept, 1 and 0 where there are none.

    Raises:
        MuscleSegError: The slope is 0, or one of the two is no number.
    """
    slope, intercept = fields.get("RescaleSlope"), fields.get("RescaleIntercept")
    factor = 1.0 if slope is None else finite(path, "RescaleSlope", slope)
    if factor == 0:
        raise contradictory(path, _("RescaleSlope is 0, which makes all voxels equal"))
    return factor, 0.0 if intercept is None else finite(path, "RescaleIntercept", intercept)


def size(path: Path, header: "Dataset") -> tuple[int, int]:
    """Return numbers of rows and columns.

    Raises:
        MuscleSegError: There are none.
    """
    for keyword in ("Rows", "Columns"):
        if finite(path, keyword, header.get(keyword)) < 1:
            raise contradictory(path, _("{keyword} is {value}"), keyword=keyword, value=header.get(keyword))
    return int(header.Rows), int(header.Columns)


def frame_count(path: Path, header: "Dataset") -> int:
    """Return the number of images in a file.

    Raises:
        MuscleSegError: It is below 1, or there are not as many per-frame groups, where there are any.
    """
    count = int(header.get("NumberOfFrames") or 1)
    if count < 1:
        raise contradictory(path, _("NumberOfFrames is {count}"), count=count)
    groups = header.get("PerFrameFunctionalGroupsSequence")
    if groups is not None and len(groups) != count:
        why = _("NumberOfFrames is {count}, and PerFrameFunctionalGroupsSequence has {items} items")
        raise contradictory(path, why, count=count, items=len(groups))
    return count


def require_gray(path: Path, header: "Dataset") -> None:
    """Check that an image is no color picture.

    Raises:
        MuscleSegError: It is one.
    """
    is_palette = str(header.get("PhotometricInterpretation") or "").startswith("PALETTE")
    if is_palette or int(header.get("SamplesPerPixel") or 1) > 1:
        message = _("{path} is a color picture (such as a screenshot): give the gray-scale images of the scanner.")
        raise MuscleSegError(message, path=path)


def require_no_mosaic(path: Path, header: "Dataset", fields: Mapping[str, Any]) -> None:
    """Check that an image is one slice, and not many side by side, as Siemens stores echo-planar volumes.

    Raises:
        MuscleSegError: It is a mosaic.
    """
    words = [*(fields.get("ImageType") or ()), *(fields.get("FrameType") or ())]
    is_mosaic = "MOSAIC" in (str(word).upper() for word in words)
    if not is_mosaic and SIEMENS_MOSAIC in header and _SIEMENS in str(header.get(SIEMENS_CREATOR)):
        value = header[SIEMENS_MOSAIC].value
        is_mosaic = (int.from_bytes(value, "little") if isinstance(value, bytes) else int(value or 0)) > 1
    if is_mosaic:
        message = _(
            "{path} is a mosaic (all slices of a volume side by side in one picture): export the series without "
            "mosaics, or convert it to NIfTI with dcm2niix."
        )
        raise MuscleSegError(message, path=path)
