"""Tables as an XLSX workbook: typed cells, units in headers, no formulas."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Hashable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile

from MuscleSegLib.biomarkers import ProfileRow, Row
from MuscleSegLib.files import written_whole
from MuscleSegLib.report.columns import header, is_formula, names_of, printable

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.styles.cell_style import StyleArray
    from openpyxl.worksheet.worksheet import Worksheet

MAIN = (
    *("side", "muscle", "volume_cm3", "contractile_cm3", "ff_mean_percent", "ff_sd_percent", "ff_corrected_percent"),
    *("mtr_mean_percent", "mtr_sd_percent", "t2_mean_ms", "t2_sd_ms", "warnings"),
)
"""Columns of the summary sheet, which leaves out empty ones."""

SUMMARY = "Summary"

_WIDE = {"warnings": 100, "value": 60, "sha256": 68, "item": 30, "muscle": 26, "part": 26, "group": 16, "quantity": 18}
_WIDE |= {"network": 30, "other": 30, "method": 30, "case": 26, "note": 60, "metric": 22, "source": 20}
_NARROW_ONES = frozenset({"side", "region", "label", "abbreviation", "slice"})
_USUAL_WIDTH, _NARROW = 13, 9
_USUAL_DIGITS = "0.00"
_DIGITS = {
    **dict.fromkeys(("p", "p_adjusted", "r_with_dsc_p"), "0.0E+00"),
    **{f"icc_{kind}{end}": "0.000" for kind in ("a1", "c1") for end in ("", "_low", "_high")},
}
_FROZEN = {Row: 5, ProfileRow: 6}
_LINE_POINTS = 15  # height of a line of text
_COLUMNS_OF_A_PAGE = 18
_DARK, _PALE = "1F3864", "F2F5FA"
_MOST_CHARACTERS = 32767  # of a cell
_ROWS_OF_A_STEP = 20
_PAGE = "xl/worksheets/sheet{}.xml"


@dataclass(frozen=True)
class Sheet:
    """Sheet of a workbook.

    Attributes:
        title: At most 31 characters.
        kind: Dataclass of its rows, whose fields are the columns.
        rows: Instances of that class.
    """

    title: str
    kind: type[Any]
    rows: Sequence[Any]


def write_workbook(sheets: Sequence[Sheet], path: Path) -> None:
    """Write a workbook, whole or not at all, with a summary of the main columns before a table of muscles.

    Raises:
        MuscleSegError: The file cannot be written.
    """
    for _ in workbook_in_steps(sheets, path):
        pass


def workbook_in_steps(sheets: Sequence[Sheet], path: Path) -> Iterator[None]:
    """Write a workbook as ``write_workbook`` does, in steps of some rows, for a program with a window.

    Nothing is written where the generator is closed before its end.

    Raises:
        MuscleSegError: The file cannot be written.
    """
    import openpyxl
    from openpyxl.writer.excel import ExcelWriter

    yield
    book, styles = openpyxl.Workbook(write_only=True), _Styles()
    with written_whole(path) as temporary, _Archive(temporary, "w", ZIP_DEFLATED) as archive:
        for number, (sheet, names) in enumerate(_pages(sheets), 1):
            with archive.open(_PAGE.format(number), "w") as file:
                yield from _page_in_steps(book, sheet, names, styles, file)
        # As save() does, which would leave the archive open on a full disk, to fail again on garbage collection.
        ExcelWriter(book, archive).save()


def _pages(sheets: Sequence[Sheet]) -> Iterator[tuple[Sheet, Sequence[str]]]:
    """Yield each sheet with its columns."""
    for sheet in sheets:
        if sheet.kind is Row:
            filled = [name for name in MAIN if any(getattr(row, name) is not None for row in sheet.rows)]
            yield Sheet(SUMMARY, Row, sheet.rows), filled or MAIN
        yield sheet, names_of(sheet.kind)


class _Archive(ZipFile):
    """File of a workbook, into which rows are streamed: saving all of them from memory is one long step."""

    def write(self, *_arguments: Any, **_options: Any) -> None:
        """Skip a page that openpyxl has in a file, since it is in the archive already."""


def _page_in_steps(
    book: Workbook, sheet: Sheet, names: Sequence[str], styles: _Styles, file: IO[bytes]
) -> Iterator[None]:
    from openpyxl.worksheet._writer import WorksheetWriter

    page = book.create_sheet(sheet.title)
    _lay_out(page, sheet, names)
    writer = page._writer = WorksheetWriter(page, file)
    writer.cleanup = lambda: None  # there is no file of this page alone
    writer.write_top()
    try:
        page.append([_header_cell(page, name) for name in names])
        for number, row in enumerate(sheet.rows, 2):
            # A spreadsheet that opens the file does not make room for lines by itself.
            lines = max(_lines(getattr(row, name), _width(sheet.kind, name)) for name in names)
            page.row_dimensions[number].height = _LINE_POINTS * lines
            page.append([_cell(page, sheet, row, name, styles, is_shaded=number % 2 == 1) for name in names])
            if number % _ROWS_OF_A_STEP == 0:
                yield
    finally:
        page.close()
    yield


class _Styles:
    """Cache of the styles of cells, whose computation takes longer than all else in a workbook."""

    def __init__(self) -> None:
        self._styles: dict[Hashable, StyleArray] = {}

    def apply(self, cell: Cell, key: Hashable, set_style: Callable[[], None]) -> None:
        """Apply the style of a key to a cell, set by the first cell with it."""
        if key in self._styles:
            cell._style = copy(self._styles[key])
        else:
            set_style()
            self._styles[key] = copy(cell._style)


def _header_cell(page: Worksheet, name: str) -> Cell:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font, PatternFill

    cell = WriteOnlyCell(page, _header(name))
    cell.font = Font(name="Calibri", size=11, bold=True, color="FFFFFF")
    cell.fill = PatternFill("solid", start_color=_DARK)
    cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
    return cell


def _cell(page: Worksheet, sheet: Sheet, row: Any, name: str, styles: _Styles, *, is_shaded: bool) -> Cell:
    from openpyxl.cell import WriteOnlyCell

    value = getattr(row, name)
    if name in ("quantity", "metric"):
        value = _header(value)
    cell, is_quoted = WriteOnlyCell(page), False
    if isinstance(value, str):
        cell.value = text = printable(value)[:_MOST_CHARACTERS]
        if text:
            cell.data_type = "s"  # openpyxl takes text that begins with = for a formula
        is_quoted = is_formula(text)  # so that it stays text when somebody edits the cell
    elif value is not None:
        cell.value = value
    width, digits, kind = _width(sheet.kind, name), _DIGITS.get(name, _USUAL_DIGITS), type(value)

    def set_style() -> None:
        _set_style(cell, kind, width, digits, is_quoted=is_quoted, is_shaded=is_shaded)

    styles.apply(cell, (kind, width, digits, is_quoted, is_shaded), set_style)
    return cell


def _set_style(cell: Cell, kind: type[Any], width: float, digits: str, *, is_quoted: bool, is_shaded: bool) -> None:
    from openpyxl.styles import Alignment, PatternFill

    cell.quotePrefix = is_quoted
    if issubclass(kind, bool):
        cell.number_format = '"yes";"yes";"no"'  # LibreOffice shows numbers without it, Excel TRUE in any case
    elif issubclass(kind, float):
        cell.number_format = digits
    elif issubclass(kind, datetime):
        cell.number_format = "yyyy-mm-dd hh:mm:ss"
    if width > _USUAL_WIDTH:
        cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal="left", indent=1)
    else:
        cell.alignment = Alignment(vertical="top", horizontal="center" if width == _NARROW else None)
    if is_shaded:
        cell.fill = PatternFill("solid", start_color=_PALE)


def _lines(value: Any, width: float) -> int:
    """Return the number of lines of a text in a column, rather too large than too small."""
    if not isinstance(value, str) or len(value.expandtabs()) <= int(width):
        return 1
    return len(textwrap.wrap(value, int(width)))


def _header(name: str) -> str:
    return header(name).replace("cm3", "cm\u00b3").replace("cm2", "cm\u00b2")


def _width(kind: type[Any], name: str) -> float:
    if name in _NARROW_ONES:
        return _NARROW
    if name in _WIDE and not (name == "value" and kind is ProfileRow):
        return _WIDE[name]
    return _USUAL_WIDTH


def _lay_out(page: Worksheet, sheet: Sheet, names: Sequence[str]) -> None:
    """Freeze header and names on the screen, and repeat them on paper, before the first row is written."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    for column, name in enumerate(names, 1):
        page.column_dimensions[get_column_letter(column)].width = _width(sheet.kind, name)

    frozen = 2 if sheet.title == SUMMARY else _FROZEN.get(sheet.kind, 3 if len(names) > 3 else 0)
    page.freeze_panes = f"{get_column_letter(frozen + 1)}2"
    lines = max(_lines(_header(name), _width(sheet.kind, name)) for name in names)
    page.row_dimensions[1].height = _LINE_POINTS * (lines + 1)
    page.auto_filter.ref = f"A1:{get_column_letter(len(names))}{len(sheet.rows) + 1}"
    page.print_title_rows = "1:1"
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = 9  # A4
    page.page_setup.fitToHeight = 1 if sheet.title == SUMMARY else 0
    page.page_setup.fitToWidth = -(-len(names) // _COLUMNS_OF_A_PAGE)
    if frozen:
        page.print_title_cols = f"A:{get_column_letter(frozen)}"
    page.oddHeader.left.text, page.oddHeader.right.text = "&F", "&A"
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.oddFooter.center.text = "MuscleSeg, research software: not a medical device. Page &P of &N"
