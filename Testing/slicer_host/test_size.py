"""The stand-in for Slicer is larger than the panel that it is to load already."""

from pathlib import Path

MOST_LINES = 3450
"""Of the stand-in without its own tests. It has what the tests of panel, scene and extension need, and is no second
Slicer: whoever needs more takes something away, or tests it in Slicer."""


def test_the_stand_in_does_not_grow():
    files = [file for file in Path(__file__).parent.rglob("*.py") if not file.name.startswith("test_")]
    lines = sum(len(file.read_text(encoding="utf-8").splitlines()) for file in files)

    assert lines <= MOST_LINES
