"""Letters that PDF files and pictures can show: those of their fonts that are written one by one from left to right.

Neither ReportLab nor Matplotlib joins letters or orders them from right to left: Arabic and Hebrew would be there, but
not to be read.
"""

import functools
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from MuscleSegLib.report.columns import printable
from MuscleSegLib.report.patient_report.document import Document, Lines, Pictures, Section, Table

FONT_FILES = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")
"""Fonts of Matplotlib, which come with it."""

BOX = "\u25a1"
"""Letter that stands in place of another."""

_RIGHT_TO_LEFT = ("R", "AL")
"""Bidirectional classes of Unicode (UAX #9)."""

_SPACES = frozenset("\n\t\r")


def font_folder() -> Path:
    """Return the folder of the fonts."""
    import matplotlib

    return Path(matplotlib.get_data_path()) / "fonts" / "ttf"


def showable(text: str) -> str:
    """Return a text with a box in place of each letter that cannot be shown, and letters with their accents in one."""
    text = unicodedata.normalize("NFC", printable(text))
    return "".join(BOX if _is_lacking(letter) else letter for letter in text)


def lacking_letters(text: str) -> str:
    """Return the letters of a text that cannot be shown, each once."""
    letters = unicodedata.normalize("NFC", printable(text))
    return "".join(dict.fromkeys(letter for letter in letters if _is_lacking(letter)))


def lacking_in(document: Document) -> dict[str, str]:
    """Return the letters of a document that cannot be shown by the place they are in: a fact or a section."""
    lacking: dict[str, str] = {}
    for place, text in _placed_texts(document):
        if letters := lacking_letters(text):
            lacking[place] = "".join(dict.fromkeys(lacking.get(place, "") + letters))
    return lacking


@functools.cache
def _letters_of_fonts() -> frozenset[int]:
    from matplotlib.ft2font import FT2Font

    of_each = (frozenset(FT2Font(str(font_folder() / name)).get_charmap()) for name in FONT_FILES)
    return frozenset.intersection(*of_each)


def _is_lacking(letter: str) -> bool:
    if letter in _SPACES:
        return False
    return ord(letter) not in _letters_of_fonts() or unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT


def _placed_texts(document: Document) -> Iterator[tuple[str, str]]:
    yield document.title, document.title
    yield document.title, document.notice
    for name, value in document.facts:
        yield name, name
        yield name, value
    for section in document.sections:
        for text in (section.title, *_texts_in(section)):
            yield section.title, text


def _texts_in(section: Section) -> Iterator[str]:
    for block in section.blocks:
        if isinstance(block, Table):
            for head in block.heads:
                yield from (head.text, *head.below)
            for row in block.rows:
                yield from row.cells
        elif isinstance(block, Lines):
            yield from block.texts
        elif isinstance(block, Pictures):
            yield from (picture.caption for picture in block.pictures)
