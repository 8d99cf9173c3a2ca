"""Cells of the panel's tables."""

import qt

_NOTHING = ""
"""Text of a missing value: an empty cell, never 0."""


def number(value: float | None, pattern: str) -> str:
    """Return a number as text, or an empty text for a missing number."""
    return _NOTHING if value is None else pattern.format(value)


def text_item(text: str, tip: str = "", *, is_number: bool = False) -> qt.QTableWidgetItem:
    """Return a cell that cannot be edited; numbers stand at the right."""
    item = qt.QTableWidgetItem(text)
    item.setFlags(qt.Qt.ItemIsSelectable | qt.Qt.ItemIsEnabled)
    if is_number:
        item.setTextAlignment(qt.Qt.AlignRight | qt.Qt.AlignVCenter)
    if tip:
        item.setToolTip(tip)
    return item


def set_headers(table: qt.QTableWidget, headers: list[tuple[str, str]]) -> None:
    """Set a table's columns: a header and its tooltip for each."""
    table.setColumnCount(len(headers))
    for column, (text, tip) in enumerate(headers):
        item = qt.QTableWidgetItem(text)
        item.setToolTip(tip)
        table.setHorizontalHeaderItem(column, item)


def fit_height(table: qt.QTableWidget, *, most_rows: int, is_wide: bool = False) -> None:
    """Make a table as high as its rows, at least one; beyond ``most_rows`` it is scrolled.

    A wide one is scrolled sideways too, by a bar that is about as high as a row.
    """
    rows = min(max(table.rowCount, 1), most_rows) + is_wide
    with_header = rows + 1
    table.setFixedHeight(with_header * table.verticalHeader().defaultSectionSize + 4 * table.frameWidth)
