"""Values out of a stranger's JSON, checked to be what they should be. A ``ValueError`` says in words what is wrong."""

import math
from collections.abc import Callable
from typing import TypeVar, get_args

from MuscleSegLib.bundle.input import Normalization, VolumeInput

T = TypeVar("T")


def require(condition: bool, otherwise: str) -> None:
    """Raise ``ValueError(otherwise)`` unless the condition holds."""
    if not condition:
        raise ValueError(otherwise)


def text(value: object, name: str) -> str:
    """Return a text."""
    if not isinstance(value, str):
        message = f"{name} is no text"
        raise ValueError(message)
    return value


def whole(value: object, name: str) -> int:
    """Return a whole number. True is none, though it is one to ``isinstance``."""
    if not isinstance(value, int) or isinstance(value, bool):
        message = f"{name} is no whole number"
        raise ValueError(message)
    return value


def number(value: object, name: str) -> float:
    """Return a finite number."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        message = f"{name} is no number"
        raise ValueError(message)
    return float(value)


def positive(value: object, name: str) -> float:
    """Return a number above 0."""
    found = number(value, name)
    require(found > 0, f"{name} is not above 0")
    return found


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
    require(all(size > 0 for size in spec.window), "window is not positive")
    require(0 <= spec.overlap < 1, "overlap is not from 0 to below 1")
    require(spec.normalization in get_args(Normalization), f"the normalization {spec.normalization!r} is unknown")
    lower, upper = spec.percentiles
    require(0 <= lower < upper <= 100, "percentiles are not two ascending numbers from 0 to 100")
