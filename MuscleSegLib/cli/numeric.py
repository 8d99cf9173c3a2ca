"""Readers of numbers for argparse, whose messages name the numbers that are allowed."""

import argparse
from collections.abc import Callable


def int_at_least(least: int) -> Callable[[str], int]:
    """Return a reader of whole numbers from ``least`` up, which is 0 or 1."""
    bounds = "above 0" if least else "of 0 or more"

    def read(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            message = f"{text!r} is not a whole number {bounds}"
            raise argparse.ArgumentTypeError(message)
        return int(text)

    return read


def float_where(is_allowed: Callable[[float], bool], allowed: str) -> Callable[[str], float]:
    """Return a reader of numbers.

    Args:
        is_allowed: Whether a number is allowed; infinity is asked about, NaN never passes a comparison.
        allowed: The allowed numbers in words, after "is not a number".
    """

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not is_allowed(value):  # of NaN, no comparison is true
            message = f"{text!r} is not a number {allowed}"
            raise argparse.ArgumentTypeError(message)
        return value

    return read


positive = float_where(lambda value: 0 < value < float("inf"), "above 0")
"""Read a number above zero."""
