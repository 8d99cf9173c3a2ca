"""Echoes of an acquisition from DICOM.

The part of the complex signal in an image is given by ComplexImageComponent (DICOM PS3.3, C.8.13.3.1), by the image
type (Siemens and Philips: M, P, R, I and words like PHASE MAP) or by a private element (GE).
"""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _, joined
from MuscleSegLib.volume.dicom import slices_in
from MuscleSegLib.volume.dicom_pixels import voxels_of_slices
from MuscleSegLib.volume.dicom_slices import Slice
from MuscleSegLib.volume.dicom_stack import geometry_of_stack, on_one_scale, stacked
from MuscleSegLib.volume.remarks import gathered_remarks, remark
from MuscleSegLib.volume.volume import Volume

PARTS = ("magnitude", "phase", "real", "imaginary")

_LETTERS = {"M": "magnitude", "P": "phase", "R": "real", "I": "imaginary"}

_SIEMENS_TURN = 4096
"""Half a turn in rescaled, or a turn in stored, phases of Siemens, which are whole numbers."""

_MAPS = frozenset(f"{quantity}{word}" for quantity in ("T2", "T2 STAR", "R2", "T1") for word in (" MAP", "MAP"))
"""Words of the image type of maps that scanners compute from echoes."""

_SAME_TIME_MS = 0.02
"""Tolerance of the echo time from slice to slice; echoes are about a millisecond apart."""


@dataclass(frozen=True)
class Echo:
    """Part of the complex signal at an echo time.

    Attributes:
        image: [k, j, i] voxels; phases are in radians.
        part: Member of ``PARTS``.
        echo_ms: Echo time (TE), None if unknown.
        repetition_ms: Repetition time (TR), None if unknown.
        flip_degrees: Flip angle, None if unknown.
        field_strength_t: Field strength in tesla, None if unknown.
    """

    image: Volume
    part: str
    echo_ms: float | None
    repetition_ms: float | None
    flip_degrees: float | None
    field_strength_t: float | None


def read_echoes(folder: Path | str) -> tuple[Echo, ...]:
    """Read every echo in a folder of DICOM files, of one acquisition in one series or several.

    Echo times alone distinguish echoes; echo numbers only have to agree with them.

    Args:
        folder: Folder of the files, with subfolders; magnitude and phase may be separate series.

    Returns:
        Echoes in the order of ``PARTS`` and, within each, of echo time.

    Raises:
        MuscleSegError: There is no DICOM image, the images of one echo and part are not one complete 3D volume, echo
            numbers contradict echo times, or echoes lie on different grids.
    """
    folder = Path(folder)
    if not folder.is_dir():
        message = _("{folder} is not a folder: give the folder with the DICOM files of one acquisition.")
        raise MuscleSegError(message, folder=folder)
    with gathered_remarks() as remarks:
        echoes = _read(folder)
    return tuple(replace(echo, image=replace(echo.image, remarks=tuple(remarks))) for echo in echoes)


def _read(folder: Path) -> list[Echo]:
    slices = _without_maps(slices_in(folder), folder)
    _require_one_time_a_number(slices, folder)
    echoes: list[Echo] = []
    for part in PARTS:
        part_echoes = [
            _echo(same, part, folder) for same in _by_time([image for image in slices if _part(image) == part])
        ]
        echoes += _in_radians(part_echoes, folder) if part == "phase" else part_echoes
    for echo in echoes[1:]:
        if not echo.image.geometry.is_close(echoes[0].image.geometry):
            message = _(
                "The {part} image at {echo_ms} ms and the {other_part} image at {other_ms} ms in {folder} do not lie "
                "on the same grid: give the folder of one acquisition."
            )
            raise MuscleSegError(
                message,
                part=echoes[0].part,
                echo_ms=echoes[0].echo_ms,
                other_part=echo.part,
                other_ms=echo.echo_ms,
                folder=folder,
            )
    return echoes


def _without_maps(slices: list[Slice], folder: Path) -> list[Slice]:
    """Return the slices without maps that the scanner computed from the echoes, with a remark."""
    maps = [image for image in slices if _MAPS & set(_type_words(image))]
    if maps and len(maps) < len(slices):
        names = ", ".join(sorted({image.path.name for image in maps})[:3])
        sentence = _("{map_count} images in {folder} (such as {names}) are maps, by their image type, and left out.")
        remark(sentence, map_count=len(maps), folder=folder, names=names)
        return [image for image in slices if not _MAPS & set(_type_words(image))]
    return slices


def _type_words(image: Slice) -> list[str]:
    """Return the words of the image type after the first two, ORIGINAL or DERIVED, and PRIMARY or SECONDARY."""
    return (image.traits.get("FrameType") or image.traits.get("ImageType", "")).upper().replace("_", " ").split("/")[2:]


def _by_time(slices: list[Slice]) -> list[list[Slice]]:
    """Return slices grouped by their echo time, within its rounding."""
    groups: list[list[Slice]] = []
    last = -np.inf
    for image in sorted(slices, key=_time):
        if not groups or _time(image) - last > _SAME_TIME_MS:
            groups.append([])
        groups[-1].append(image)
        last = _time(image)
    return groups


def _time(image: Slice) -> float:
    """Return the echo time in ms, or -1 if unknown."""
    return _number(image, "EffectiveEchoTime") or _number(image, "EchoTime") or -1.0


def _require_one_time_a_number(slices: list[Slice], folder: Path) -> None:
    """Check that echo numbers do not contradict echo times.

    A number may recur at other times, as in interleaved trains.

    Raises:
        MuscleSegError: A time has several numbers, or a later echo an earlier number.
    """
    for part in PARTS:
        pairs = sorted(
            {
                (round(_time(image), 2), number)
                for image in slices
                if _part(image) == part and (number := _number(image, "EchoNumbers")) is not None
            }
        )
        times, numbers = [time for time, _ in pairs], [number for _, number in pairs]
        is_in_order = len(set(numbers)) < len(numbers) or numbers == sorted(numbers)
        if len(set(times)) < len(times) or not is_in_order:
            pair = _("{number} at {time} ms")
            words = [pair.format(number=f"{number:g}", time=f"{time:g}") for time, number in pairs]
            message = _(
                "The echo numbers and echo times of the {part} images in {folder} contradict each other "
                "({pairs}): export the acquisition again, or give its images with --echo-times."
            )
            raise MuscleSegError(message, part=part, folder=folder, pairs=joined(", ", words))


def _echo(slices: list[Slice], part: str, folder: Path) -> Echo:
    echo_ms = _time(slices[0]) if _time(slices[0]) > 0 else None
    name = _("The {part} image without an echo time in {folder}").format(part=part, folder=folder)
    if echo_ms is not None:
        name = _("The {part} image at echo time {echo_ms} ms in {folder}")
        name = name.format(part=part, echo_ms=f"{echo_ms:g}", folder=folder)
    stack = stacked(slices, name=name)
    stack, scale = (stack, None) if part == "phase" else on_one_scale(stack)  # an angle has no scale
    image = Volume(voxels_of_slices(stack), geometry_of_stack(stack), folder, scale=scale)
    settings = (_number(stack[0], keyword) for keyword in ("RepetitionTime", "FlipAngle", "MagneticFieldStrength"))
    return Echo(image, part, echo_ms, *settings)


def _part(image: Slice) -> str:
    component = image.traits.get("ComplexImageComponent", "").lower()
    if component in PARTS:
        return component
    # The first two values are ORIGINAL or DERIVED, and PRIMARY or SECONDARY.
    for word in (image.traits.get("FrameType") or image.traits.get("ImageType", "")).upper().split("/")[2:]:
        if word in _LETTERS:
            return _LETTERS[word]
        for part in PARTS:
            if word.startswith(part.upper()) or word.startswith(f"{part[0].upper()}_"):
                return part
    return "magnitude"


def _number(image: Slice, keyword: str) -> float | None:
    text = image.traits.get(keyword)
    try:
        return None if text is None else float(text)
    except ValueError:
        return None


def _in_radians(echoes: list[Echo], folder: Path) -> list[Echo]:
    """Return phases in radians, from radians, thousandths of them (GE) or Siemens's numbers."""
    if not echoes:
        return []
    lowest = min(float(echo.image.array.min()) for echo in echoes)
    highest = max(float(echo.image.array.max()) for echo in echoes)
    largest, factor, offset = max(-lowest, highest), 1.0, 0.0
    if largest <= np.pi + 0.01:
        pass
    elif largest <= 1000 * np.pi + 1 and lowest < 0:
        factor = 1 / 1000
    elif lowest >= 0 and highest < _SIEMENS_TURN:
        factor, offset = 2 * np.pi / _SIEMENS_TURN, -np.pi
    elif largest <= _SIEMENS_TURN:
        factor = np.pi / _SIEMENS_TURN
    else:
        message = _(
            "The phase images in {folder} have values from {lowest} to {highest} in an unknown unit: "
            "export real and imaginary images instead."
        )
        raise MuscleSegError(message, folder=folder, lowest=f"{lowest:g}", highest=f"{highest:g}")
    return [
        replace(echo, image=replace(echo.image, array=echo.image.array.astype(np.float32) * factor + offset))
        for echo in echoes
    ]
