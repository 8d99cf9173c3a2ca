"""Raw images and how they were acquired, from DICOM, from a JSON file beside images, or from options."""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from MuscleSegLib.cli.echo_order import in_echo_order
from MuscleSegLib.cli.numeric import positive
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import Echo, Volume, read_echoes, read_volume

_PARTS = ("magnitude", "real", "imaginary", "off", "on")

_NUMBERS = {
    "repetition_ms": "repetition_ms",
    "flip_degrees": "flip_degrees",
    "field_strength_t": "magnetic_field_strength_t",
}
"""Names of numbers in an acquisition and in a JSON file."""

_SAME_TIME_MS = 0.02


@dataclass(frozen=True)
class EchoAcquisition:
    """Raw images of an acquisition, and its settings.

    Attributes:
        name: Name in messages.
        parts: [k, j, i] images by "magnitude", "real", "imaginary", "off" and "on", in the order of echo times.
        echoes_ms: Echo times; empty if unknown.
        repetition_ms: Repetition time (TR), None if unknown.
        flip_degrees: Flip angle, None if unknown.
        field_strength_t: Field strength in tesla, None if unknown.
    """

    name: str
    parts: dict[str, list[Volume]]
    echoes_ms: tuple[float, ...] = ()
    repetition_ms: float | None = None
    flip_degrees: float | None = None
    field_strength_t: float | None = None

    def images(self, part: str) -> list[Volume]:
        """Return the images of a part.

        Raises:
            MuscleSegError: The acquisition has no such images.
        """
        if not self.parts.get(part):
            held = ", ".join(self.parts) or "none at all"
            raise MuscleSegError(f"{self.name} holds no {part} images, but {held}: give another acquisition.")
        return self.parts[part]

    def field_strength(self) -> float:
        """Return the field strength.

        Raises:
            MuscleSegError: It is unknown.
        """
        if self.field_strength_t is None:
            message = f"{self.name} does not say at which field strength it was acquired: give --field-strength."
            raise MuscleSegError(message)
        return self.field_strength_t


def add_settings(parser: argparse.ArgumentParser) -> None:
    """Add options for settings that are missing or wrong in headers."""
    parser.add_argument("--echo-times", metavar="MS", type=positive, nargs="+", help="of all echoes, in their order")
    parser.add_argument("--field-strength", metavar="TESLA", type=positive)


def with_settings(acquisition: EchoAcquisition, options: argparse.Namespace) -> EchoAcquisition:
    """Return the acquisition with the settings of the command line.

    Raises:
        MuscleSegError: Echo times are unknown.
    """
    stated = {
        "echoes_ms": tuple(options.echo_times or ()),
        "field_strength_t": options.field_strength,
        "repetition_ms": getattr(options, "repetition_time", None),
        "flip_degrees": getattr(options, "flip_angle", None),
    }
    completed = replace(acquisition, **{name: value for name, value in stated.items() if value})
    completed = _in_echo_order(completed)
    if not completed.echoes_ms:
        message = f"{completed.name} does not say its echo times: give --echo-times in ms, one for each echo."
        raise MuscleSegError(message)
    return completed


def _in_echo_order(acquisition: EchoAcquisition) -> EchoAcquisition:
    times: dict[str, tuple[float, ...]] = {}
    parts = dict(acquisition.parts)
    for part in ("magnitude", "real", "imaginary"):
        if part in parts:
            parts[part], times[part] = in_echo_order(parts[part], acquisition.echoes_ms)
    return replace(acquisition, parts=parts, echoes_ms=next(iter(times.values()), acquisition.echoes_ms))


def read_acquisition(path: Path) -> EchoAcquisition:
    """Read a folder of DICOM files, or a JSON file as ``muscleseg phantom`` writes beside its raw images.

    Raises:
        MuscleSegError: It is neither, or images are missing.
    """
    return _from_json(path) if path.suffix.lower() == ".json" else _from_dicom(path)


def read_images(paths: Sequence[Path], contrasts: Sequence[str] = ()) -> list[Volume]:
    """Read images, each by its contrast in a DICOM series of several kinds (``read_volume``)."""
    wanted_contrasts = [[contrast] for contrast in contrasts] or [[]] * len(paths)
    return [read_volume(path, contrast=contrast) for path, contrast in zip(paths, wanted_contrasts, strict=True)]


def _from_json(path: Path) -> EchoAcquisition:
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        names = {part: [path.parent / name for name in list(content[part])] for part in _PARTS if part in content}
        if any(isinstance(content[part], str) for part in names):
            raise TypeError  # a name where there should be a list of them
        echoes = tuple(float(time) for time in content.get("echoes_ms", ()))
        numbers = {name: float(content[key]) for name, key in _NUMBERS.items() if content.get(key) is not None}
    except OSError as error:
        raise MuscleSegError(f"{path} cannot be read ({error.strerror or error}): check the name.") from error
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        message = f"{path} does not describe raw images: give a file like those that muscleseg phantom writes in raw."
        raise MuscleSegError(message) from error
    parts = {part: read_images(files) for part, files in names.items()}
    return EchoAcquisition(str(path), parts, echoes, **numbers)


def _from_dicom(folder: Path) -> EchoAcquisition:
    echoes = read_echoes(folder)
    by_part: dict[str, list[Echo]] = {}
    for echo in echoes:
        by_part.setdefault(echo.part, []).append(echo)
    times = {part: tuple(echo.echo_ms for echo in part_echoes) for part, part_echoes in by_part.items()}
    if not _are_same(list(times.values())):
        times_in_words = "; ".join(
            f"{part}: {', '.join(f'{time:g}' for time in part_times if time)} ms" for part, part_times in times.items()
        )
        message = f"{folder} does not hold the same echoes of every part ({times_in_words}): give the folder of one "
        message += "whole acquisition."
        raise MuscleSegError(message)
    parts = {part: [echo.image for echo in part_echoes] for part, part_echoes in by_part.items()}
    if "phase" in parts and "magnitude" in parts and "real" not in parts:
        parts |= _cartesian(parts["magnitude"], parts["phase"])
    first = echoes[0]
    echoes_ms = tuple(time for time in next(iter(times.values())) if time is not None)
    return EchoAcquisition(
        str(folder), parts, echoes_ms, first.repetition_ms, first.flip_degrees, first.field_strength_t
    )


def _are_same(times: Sequence[tuple[float | None, ...]]) -> bool:
    """Return whether parts have equal echo times, within the rounding of headers."""
    return all(
        len(other) == len(times[0])
        and all(
            abs((first or 0.0) - (second or 0.0)) < _SAME_TIME_MS for first, second in zip(times[0], other, strict=True)
        )
        for other in times
    )


def _cartesian(magnitudes: Sequence[Volume], phases: Sequence[Volume]) -> dict[str, list[Volume]]:
    parts: dict[str, list[Volume]] = {"real": [], "imaginary": []}
    for magnitude, phase in zip(magnitudes, phases, strict=True):
        for part, turn in (("real", np.cos), ("imaginary", np.sin)):
            parts[part].append(replace(magnitude, array=(magnitude.array * turn(phase.array)).astype(np.float32)))
    return parts
