"""Values out of a stranger's JSON, checked to be what they should be. A ``ValueError`` says in words what is wrong."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, get_args

from MuscleSegLib.bundle.input import LegInput, Normalization, VolumeInput

T = TypeVar("T")

MOST_LABELS = 255
"""Label maps are uint8."""

_LONGEST = 200
_LARGEST_BYTES = 16 << 20
_SPACING_MM = (0.1, 100.0)
_LARGEST_WINDOW = 2048
_LARGEST_OVERLAP = 0.9  # beyond it each voxel is looked at a thousand times and more
_MOST_CHANNELS = 64


def require(condition: bool, otherwise: str) -> None:
    """Raise ``ValueError(otherwise)`` unless the condition holds."""
    if not condition:
        raise ValueError(otherwise)


def shortened(words: str) -> str:
    """Return words of a stranger's file as they may stand in a sentence: printable, and not longer than a line."""
    printable = "".join(letter if letter.isprintable() else "?" for letter in words[: _LONGEST + 1])
    return printable if len(printable) <= _LONGEST else f"{printable[: _LONGEST - 3]}..."


def json_object(path: Path) -> dict[str, Any]:
    """Read a JSON object of a reasonable size.

    Raises:
        FileNotFoundError: There is no such file, or it is none that could be read to an end.
        OSError: It cannot be read.
        ValueError: It is no JSON object, or too large for one that describes a network.

    """
    if not path.is_file():
        raise FileNotFoundError(path)
    size = path.stat().st_size
    require(size <= _LARGEST_BYTES, f"it has {size:,} bytes, and no description of a network needs {_LARGEST_BYTES:,}")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except RecursionError as error:
        message = "it is nested too deep"
        raise ValueError(message) from error
    if not isinstance(content, dict):
        message = "it is no JSON object"
        raise ValueError(message)
    return content


def stated(value: object, otherwise: str) -> str:
    """Return a name or number that only describes, and something else where it is neither."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < _LARGEST_BYTES
    is_words = isinstance(value, str) and value.strip() != "" and value.isprintable()
    return str(value) if is_words or is_number else otherwise


def text(value: object, name: str) -> str:
    """Return a text."""
    if not isinstance(value, str):
        message = f"{name} is no text"
        raise ValueError(message)
    return value


def checked_int(value: object, name: str) -> int:
    """Return a whole number. True is none, though it is one to ``isinstance``."""
    if not isinstance(value, int) or isinstance(value, bool):
        message = f"{name} is no whole number"
        raise ValueError(message)
    return value


def checked_float(value: object, name: str) -> float:
    """Return a finite number."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        message = f"{name} is no number"
        raise ValueError(message)
    return float(value)


def positive(value: object, name: str) -> float:
    """Return a number above 0."""
    number = checked_float(value, name)
    require(number > 0, f"{name} is not above 0")
    return number


def several(values: object, name: str, one: Callable[[object, str], T]) -> tuple[T, ...]:
    """Return what a list holds, each checked by ``one``."""
    if not isinstance(values, list | tuple):
        message = f"{name} is no list"
        raise ValueError(message)
    return tuple(one(value, name) for value in values)


def three(values: tuple[T, ...], name: str) -> tuple[T, T, T]:
    """Return exactly three values."""
    require(len(values) == 3, f"{name} is not three numbers")
    return values[0], values[1], values[2]


def two(values: tuple[T, ...], name: str) -> tuple[T, T]:
    """Return exactly two values."""
    require(len(values) == 2, f"{name} is not two numbers")
    return values[0], values[1]


def check_volume_input(spec: VolumeInput) -> None:
    """Check that an input is possible, whoever wrote it.

    Raises:
        ValueError: It is not; the message says why.

    """
    axes = sorted("RAS"["RASLPI".index(axis) % 3] for axis in spec.axes if axis in "RASLPI")
    require(len(spec.axes) == 3 and axes == ["A", "R", "S"], f"axes are three directions, not {spec.axes!r}")
    require(all(mm > 0 for mm in spec.spacing_mm or ()), "spacing_mm is not positive")
    for mm in spec.spacing_mm or ():
        check_spacing(mm, "spacing_mm")
    require(all(size > 0 for size in spec.window), "window is not positive")
    require(max(spec.window) <= _LARGEST_WINDOW, f"window has more than {_LARGEST_WINDOW} voxels along an axis")
    require(0 <= spec.overlap <= _LARGEST_OVERLAP, f"overlap is not from 0 to {_LARGEST_OVERLAP}")
    require(spec.normalization in get_args(Normalization), f"the normalization {spec.normalization!r} is unknown")
    lower, upper = spec.percentiles
    require(0 <= lower < upper <= 100, "percentiles are not two ascending numbers from 0 to 100")


def check_leg_input(spec: LegInput) -> None:
    """Check that an input is possible, whoever wrote it.

    Raises:
        ValueError: It is not; the message says why.

    """
    check_spacing(spec.pixel_mm, "pixel_mm")
    require(spec.bright_quantile <= 1, "bright_quantile is above 1")
    require(0.0 in spec.context_mm, "context_mm lacks the slice itself, 0")
    require(list(spec.context_mm) == sorted(set(spec.context_mm)), "context_mm does not ascend")
    require(spec.channels <= _MOST_CHANNELS, f"context_mm has more than {_MOST_CHANNELS} slices")
    if spec.slice_mm is not None:
        check_spacing(spec.slice_mm, "slice_mm")
        has_one_channel = spec.context_mm == (0.0,) and not spec.has_place
        require(has_one_channel, "a network with slice_mm has one channel")


def check_spacing(mm: float, name: str) -> None:
    """Check a distance between voxels: a scan that is resampled to a thousandth of a millimeter fills any memory.

    Raises:
        ValueError: It is none of an image of a limb.

    """
    lowest, highest = _SPACING_MM
    require(lowest <= mm <= highest, f"{name} is not from {lowest:g} to {highest:g} mm")
