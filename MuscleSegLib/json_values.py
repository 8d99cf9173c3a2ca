"""Validators of values from JSON and TOML files of unknown origin. A ``ValueError`` names the wrong value in words."""

import math
from collections.abc import Callable
from typing import Any, TypeGuard, TypeVar

from MuscleSegLib.translatable import _, filled

T = TypeVar("T")


def is_integer(value: Any) -> TypeGuard[int]:  # noqa: ANN401 - any JSON value
    """Return whether a value is a whole number. True is not, though it is an ``int`` to ``isinstance``."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: Any) -> TypeGuard[int | float]:  # noqa: ANN401 - any JSON value
    """Return whether a value is a finite number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def require(condition: bool, otherwise: str, /, **values: object) -> None:
    """Raise a ``ValueError`` of ``otherwise``, with values for its fields, unless the condition holds."""
    if not condition:
        raise ValueError(filled(otherwise, values))


def text(value: object, name: str) -> str:
    """Return a text.

    Raises:
        ValueError: The value is no text.
    """
    if not isinstance(value, str):
        raise ValueError(_("{name} is no text").format(name=name))
    return value


def integer(value: object, name: str) -> int:
    """Return a whole number.

    Raises:
        ValueError: The value is no whole number.
    """
    if not is_integer(value):
        raise ValueError(_("{name} is no whole number").format(name=name))
    return value


def number(value: object, name: str) -> float:
    """Return a finite number.

    Raises:
        ValueError: The value is no finite number.
    """
    if not is_number(value):
        raise ValueError(_("{name} is no number").format(name=name))
    return float(value)


def positive(value: object, name: str) -> float:
    """Return a number above 0.

    Raises:
        ValueError: The value is no such number.
    """
    checked = number(value, name)
    require(checked > 0, _("{name} is not above 0"), name=name)
    return checked


def items(values: object, name: str, validate: Callable[[object, str], T]) -> tuple[T, ...]:
    """Return the items of a list, each validated.

    Raises:
        ValueError: The value is no list, or an item is wrong.
    """
    if not isinstance(values, list | tuple):
        raise ValueError(_("{name} is no list").format(name=name))
    return tuple(validate(value, name) for value in values)
