"""Order and times of echoes in files."""

import logging
import re
from collections.abc import Sequence
from pathlib import Path

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import Volume
from MuscleSegLib.volume.sidecar import sidecar_number

_log = logging.getLogger(__name__)

_ECHO = re.compile(r"(?:^|[^a-z])(?:echo|e|te)[-_]?(\d+)(?!\d)")
_SHORTEST_LAST_MS = 1.0
"""Earliest last echo of a gradient or spin echo train: smaller times are in seconds, as in BIDS."""

_SAME_TIME_MS = 0.05


def in_echo_order(images: Sequence[Volume], echoes_ms: Sequence[float] = ()) -> tuple[list[Volume], tuple[float, ...]]:
    """Return images in the order of their echoes, and the echo times.

    Files in a shell's order (e1, e10, e2) are sorted by their numbers. The EchoTime of BIDS's JSON files beside the
    images, in seconds, decides where all have one, and gives the times where they are not given.

    Args:
        images: [k, j, i] images in the order of the command line.
        echoes_ms: Echo times of the images in their order; empty if unknown.

    Raises:
        MuscleSegError: The numbers in the names, the JSON files and the given times contradict one another.
    """
    times = in_milliseconds(echoes_ms, images[0].name) if images else tuple(echoes_ms)
    if len(images) < 2:
        return list(images), times
    sidecar_times = [sidecar_number(image.path, "EchoTime") for image in images]
    seconds = [time for time in sidecar_times if time is not None]
    if len(seconds) == len(images):
        in_ms = [1000 * time for time in seconds]
        order = sorted(range(len(images)), key=lambda number: in_ms[number])
        ordered = tuple(in_ms[number] for number in order)
        if times and len(times) == len(images):
            _require_same(times, ordered, images)
        return _moved(images, order, "their JSON files' echo times"), times or ordered
    numbers = _numbers([image.path for image in images])
    if numbers is None or numbers == sorted(numbers):
        return list(images), times
    names = [Path(image.name).name for image in images]
    if numbers != sorted(numbers, key=str):
        message = f"The names of the echoes {', '.join(names)} are not in the order of their numbers: give the images "
        message += "in the order of their echo times."
        raise MuscleSegError(message)
    return _moved(images, sorted(range(len(images)), key=lambda number: numbers[number]), "the numbers in names"), times


def in_milliseconds(times: Sequence[float], name: str) -> tuple[float, ...]:
    """Return echo times in ms, converted with a warning from times in seconds.

    Args:
        times: Echo times in ms or seconds.
        name: Name of the first image, for the warning.
    """
    if not times or not 0 < max(times) < _SHORTEST_LAST_MS:
        return tuple(times)
    shown = ", ".join(f"{time:g}" for time in times)
    _log.warning("The echo times of %s, %s, are taken as seconds: in ms no train of echoes ends so early.", name, shown)
    return tuple(1000 * time for time in times)


def _numbers(paths: Sequence[Path | None]) -> list[int] | None:
    """Return the echo numbers in the names of all files, None without or with repeated ones."""
    matches = [_ECHO.search(path.name.lower()) if path else None for path in paths]
    numbers = [int(match[1]) for match in matches if match]
    return numbers if len(numbers) == len(paths) and len(set(numbers)) == len(numbers) else None


def _require_same(times: Sequence[float], ordered: Sequence[float], images: Sequence[Volume]) -> None:
    if any(abs(time - sidecar_time) > _SAME_TIME_MS for time, sidecar_time in zip(times, ordered, strict=True)):
        message = f"The echo times {', '.join(f'{time:g}' for time in times)} ms contradict those in the JSON files "
        message += f"beside {images[0].name} and the images with it, {', '.join(f'{time:g}' for time in ordered)} ms: "
        message += "correct one of both."
        raise MuscleSegError(message)


def _moved(images: Sequence[Volume], order: Sequence[int], why: str) -> list[Volume]:
    moved = [images[number] for number in order]
    if list(order) != list(range(len(images))):
        names = ", ".join(Path(image.name).name for image in moved)
        _log.warning("The echoes are taken in the order of %s: %s.", why, names)
    return moved
