"""Document of a patient report: its parts in order, in the reader's language, for HTML and PDF alike."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

RowKind = Literal["", "region", "group"]
"""A row of a table: of a muscle, of a region's name, of a group of muscles."""

MISSING = "–"


@dataclass(frozen=True)
class Head:
    """Header above some columns of a table.

    Attributes:
        text: Quantity and unit.
        below: Headers of its columns, such as the sides.
    """

    text: str
    below: Sequence[str] = ("",)


@dataclass(frozen=True)
class TableRow:
    """Row of a table.

    Attributes:
        cells: A text for each column.
        kind: Look of the row.
    """

    cells: Sequence[str]
    kind: RowKind = ""


@dataclass(frozen=True)
class Table:
    """Table with the names of its rows in the first column.

    Attributes:
        heads: Headers, whose columns add up to those of the rows.
        rows: Rows.
        shares: Width of each column as a share of the page's.
        has_notes: Whether the last column holds text that wraps.
    """

    heads: Sequence[Head]
    rows: Sequence[TableRow]
    shares: Sequence[float]
    has_notes: bool = False


@dataclass(frozen=True)
class Picture:
    """Picture.

    Attributes:
        png: PNG file.
        caption: Text below it, and in place of it for who cannot see.
        share: Width as a share of the page's.
        size: Width and height in pixels.
    """

    png: bytes
    caption: str
    share: float
    size: tuple[int, int]


@dataclass(frozen=True)
class Pictures:
    """Pictures side by side."""

    pictures: Sequence[Picture]


@dataclass(frozen=True)
class Lines:
    """Paragraphs of small text.

    Attributes:
        texts: A paragraph each.
        is_list: Whether they are items of a list.
    """

    texts: Sequence[str]
    is_list: bool = False


@dataclass(frozen=True)
class Section:
    """Section with a title.

    Attributes:
        title: Heading.
        blocks: Its parts in order.
        starts_page: Whether it begins a page.
    """

    title: str
    blocks: Sequence[Table | Pictures | Lines]
    starts_page: bool = False


@dataclass(frozen=True)
class Document:
    """Document.

    Attributes:
        title: Title.
        notice: What it is not, under the title and on every page.
        facts: Names and values at the top.
        sections: Sections.
        running: Who it is about, at the top of later pages.
        page_word: Function that returns the words for a page's number, given it and the number of pages.
        language: Code of the language (BCP 47).
        remarks: What is wrong with this file, above the facts; empty where nothing is.
    """

    title: str
    notice: str
    facts: Sequence[tuple[str, str]]
    sections: Sequence[Section]
    running: str
    page_word: Callable[[int, int], str]
    language: str
    remarks: Sequence[str] = ()
