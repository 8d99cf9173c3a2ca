"""The stand-in for Slicer is larger than the panel that it is to load already."""

from pathlib import Path

MOST_LINES = 3550
"""Of the stand-in without its own tests. It has what the tests of the panel, the scene and the extension need, so that
what passes here is the panel's behavior and not a second Slicer's: for more, take something away, or test it in Slicer."""


def test_the_stand_in_does_not_grow():
    files = [file for file in Path(__file__).parent.rglob("*.py") if not file.name.startswith("test_")]
    lines = sum(len(file.read_text(encoding="utf-8").splitlines()) for file in files)

    assert lines <= MOST_LINES
