"""Reading all echoes of an acquisition from DICOM.

Which part of the complex signal an image holds is said by ComplexImageComponent (DICOM PS3.3, C.8.13.3.1), by the image
type (Siemens and Philips: M, P, R, I and words like PHASE MAP) or by a private element (GE).
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume.dicom import slices_in
from MuscleSegLib.volume.dicom_pixels import voxels_of_slices
from MuscleSegLib.volume.dicom_slices import Slice
from MuscleSegLib.volume.dicom_stack import geometry_of_stack, stacked
from MuscleSegLib.volume.volume import Volume

PARTS = ("magnitude", "phase", "real", "imaginary")

_LETTERS = {"M": "magnitude", "P": "phase", "R": "real", "I": "imaginary"}

_SIEMENS_TURN = 4096
"""Siemens stores phases as whole numbers, of which so many are half a turn once rescaled, or a turn if not."""


@dataclass(frozen=True)
class Echo:
    """One part of the complex signal at one echo time.

    Attributes:
        image: Voxels; phases are in radians.
        part: One of ``PARTS``.
        echo_ms: TE; None where the header does not say it, as for the other numbers.
        repetition_ms: TR.
        flip_degrees: Flip angle.
        field_strength_t: Tesla.

    """

    image: Volume
    part: str
    echo_ms: float | None
    repetition_ms: float | None
    flip_degrees: float | None
    field_strength_t: float | None


def read_echoes(folder: Path | str) -> tuple[Echo, ...]:
    """Read every echo in a folder of DICOM files, of one acquisition in one series or several.

    Args:
        folder: Subfolders are searched too; magnitude and phase may be series of their own.

    Returns:
        In the order of ``PARTS`` and, within each, of echo time.

    Raises:
        MuscleSegError: There is no DICOM image, or the images of one echo and part are not one complete 3D volume.

    """
    folder = Path(folder)
    if not folder.is_dir():
        message = f"{folder} is not a folder: give the folder with the DICOM files of one acquisition."
        raise MuscleSegError(message)
    groups: dict[tuple[int, float], list[Slice]] = {}
    for one in slices_in(folder):
        echo_ms = _number(one, "EffectiveEchoTime") or _number(one, "EchoTime")
        groups.setdefault((PARTS.index(_part(one)), echo_ms if echo_ms is not None else -1.0), []).append(one)
    return tuple(_echo(slices, PARTS[part], folder) for (part, _), slices in sorted(groups.items(), key=lambda x: x[0]))


def _echo(slices: list[Slice], part: str, folder: Path) -> Echo:
    echo_ms = _number(slices[0], "EffectiveEchoTime") or _number(slices[0], "EchoTime")
    stack = stacked(slices, name=f"The {part} image at echo time {echo_ms} ms in {folder}")
    voxels = voxels_of_slices(stack)
    image = Volume(_radians(voxels, folder) if part == "phase" else voxels, geometry_of_stack(stack), folder)
    settings = (_number(stack[0], keyword) for keyword in ("RepetitionTime", "FlipAngle", "MagneticFieldStrength"))
    return Echo(image, part, echo_ms, *settings)


def _part(one: Slice) -> str:
    said = one.traits.get("ComplexImageComponent", "").lower()
    if said in PARTS:
        return said
    # The first two values are ORIGINAL or DERIVED, and PRIMARY or SECONDARY.
    for word in (one.traits.get("FrameType") or one.traits.get("ImageType", "")).upper().split("/")[2:]:
        if word in _LETTERS:
            return _LETTERS[word]
        for part in PARTS:
            if word.startswith(part.upper()) or word.startswith(f"{part[0].upper()}_"):
                return part
    return "magnitude"


def _number(one: Slice, keyword: str) -> float | None:
    text = one.traits.get(keyword)
    try:
        return None if text is None else float(text)
    except ValueError:
        return None


def _radians(voxels: NDArray[np.generic], folder: Path) -> NDArray[np.float32]:
    """Return phases in radians, from radians, thousandths of them (GE) or Siemens's numbers."""
    values = voxels.astype(np.float32)
    lowest, highest = float(values.min()), float(values.max())
    largest = max(-lowest, highest)
    if largest <= np.pi + 0.01:
        return values
    if largest <= 1000 * np.pi + 1 and lowest < 0:
        return np.asarray(values / 1000, dtype=np.float32)
    if lowest >= 0 and highest < _SIEMENS_TURN:
        return np.asarray(values * (2 * np.pi / _SIEMENS_TURN) - np.pi, dtype=np.float32)
    if largest <= _SIEMENS_TURN:
        return np.asarray(values * (np.pi / _SIEMENS_TURN), dtype=np.float32)
    message = (
        f"The phase images in {folder} have values from {lowest:g} to {highest:g}, of which the unit is not known: "
    )
    message += "export real and imaginary images instead."
    raise MuscleSegError(message)
