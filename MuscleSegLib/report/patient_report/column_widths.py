"""Widths of a table's columns in a PDF file, where no word and no number is broken for want of room beside it."""

from collections.abc import Callable, Sequence

from MuscleSegLib.report.patient_report.document import Table

Measure = Callable[[str], float]
"""Function that returns the width of a cell with a text in one line."""


def column_widths(table: Table, page_width: float, measure: Measure) -> list[float]:
    """Return the widths of columns: by their shares, but room is taken from wide ones for what is broken in others.

    Args:
        table: The table.
        page_width: Width of the page without its margins.
        measure: Measures a text.
    """
    widths = [share * page_width for share in table.shares]
    words = [max(map(measure, _words(table, column)), default=0.0) for column in range(len(widths))]
    lines = [max(map(measure, _cells(table, column)), default=0.0) for column in range(len(widths))]
    texts = {0, len(widths) - 1} if table.has_notes else {0}
    least = [words[column] if column in texts else max(words[column], lines[column]) for column in range(len(widths))]
    return _shared(widths, [lines[0], *least[1:]]) or _shared(widths, least) or widths


def _shared(widths: Sequence[float], needs: Sequence[float]) -> list[float]:
    """Return widths that are at least those that are needed, as wide together as before; none where they cannot be."""
    lack = sum(max(0.0, need - width) for need, width in zip(needs, widths, strict=True))
    slack = sum(max(0.0, width - need) for need, width in zip(needs, widths, strict=True))
    if lack > slack:
        return []
    taken = lack / slack if slack else 0.0
    return [need if need > width else width - (width - need) * taken for need, width in zip(needs, widths, strict=True)]


def _cells(table: Table, column: int) -> list[str]:
    """Return the texts of a column; a region's name has the whole width."""
    return [row.cells[column] for row in table.rows if row.kind != "region"]


def _words(table: Table, column: int) -> list[str]:
    below = [text for head in table.heads for text in head.below]
    return [word for text in (below[column], *_cells(table, column)) for word in text.split()]
