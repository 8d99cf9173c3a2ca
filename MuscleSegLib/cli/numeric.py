"""Numbers on the command line: what argparse calls to read them, each of which tells what it wants instead."""

import argparse
from collections.abc import Callable


def whole(least: int) -> Callable[[str], int]:
    """Return a reader of whole numbers from ``least`` up, which is 0 or 1."""
    wanted = "above 0" if least else "of 0 or more"

    def read(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            message = f"{text!r} is not a whole number {wanted}"
            raise argparse.ArgumentTypeError(message)
        return int(text)

    return read


def number(is_wanted: Callable[[float], bool], wanted: str) -> Callable[[str], float]:
    """Return a reader of numbers.

    Args:
        is_wanted: Which ones; False for infinity where that is none of them. What is no number is not asked about.
        wanted: The same in words, after "is not a number".

    """

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not is_wanted(value):  # of NaN, no comparison is true
            message = f"{text!r} is not a number {wanted}"
            raise argparse.ArgumentTypeError(message)
        return value

    return read


positive = number(lambda value: 0 < value < float("inf"), "above 0")
"""Read a number above zero."""
