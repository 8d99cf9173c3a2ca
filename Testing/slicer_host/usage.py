"""Attributes of widgets that the code of a module touched while it ran in the host: more than reading it can tell."""

import sys
from pathlib import Path
from typing import Any

_watched: set[str] = set()
touched: set[tuple[str, str]] = set()
"""Class and attribute, of what the watched code read or set since this was last cleared."""

_OWN_PACKAGE = __name__.rpartition(".")[0] + "."


def watch(folder: Path) -> None:
    """Note what the Python files in a folder, and below it, touch."""
    _watched.add(str(folder))


def forget() -> None:
    _watched.clear()
    touched.clear()


def note(target: Any, name: str) -> None:
    """Note that an attribute is read or set, if watched code does it."""
    if not _watched or name.startswith("_"):
        return
    frame = sys._getframe(1)
    while frame.f_back is not None and str(frame.f_globals.get("__name__")).startswith(_OWN_PACKAGE):
        frame = frame.f_back
    if frame.f_code.co_filename.startswith(tuple(_watched)):
        touched.add((type(target).__name__, name))
