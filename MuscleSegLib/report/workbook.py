"""Tables as an XLSX workbook: typed cells, units in headers, no formulas."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile

from MuscleSegLib.biomarkers import ProfileRow, Row
from MuscleSegLib.files import written_whole
from MuscleSegLib.report.columns import header, is_formula, names_of, printable

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell
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
    import openpyxl
    from openpyxl.writer.excel import ExcelWriter

    book = openpyxl.Workbook()
    book.remove(book.active)
    for sheet in sheets:
        if sheet.kind is Row:
            filled = [name for name in MAIN if any(getattr(row, name) is not None for row in sheet.rows)]
            _add(book, Sheet(SUMMARY, Row, sheet.rows), filled or MAIN)
        _add(book, sheet, names_of(sheet.kind))
    with written_whole(path) as temporary, ZipFile(temporary, "w", ZIP_DEFLATED) as archive:
        # As save() does, which would leave the archive open on a full disk, to fail again on garbage collection.
        ExcelWriter(book, archive).save()


def _add(book: Workbook, sheet: Sheet, names: Sequence[str]) -> None:
    from openpyxl.utils import get_column_letter

    page = book.create_sheet(sheet.title)
    for column, name in enumerate(names, 1):
        _write_header(page.cell(1, column), name)
        page.column_dimensions[get_column_letter(column)].width = _width(sheet.kind, name)
    for number, row in enumerate(sheet.rows, 2):
        for column, name in enumerate(names, 1):
            value = getattr(row, name)
            if name in ("quantity", "metric"):
                value = _header(value)
            shaded = number % 2 == 1
            digits = _DIGITS.get(name, _USUAL_DIGITS)
            _write(page.cell(number, column), value, _width(sheet.kind, name), is_shaded=shaded, digits=digits)
        # A spreadsheet that opens the file does not make room for lines by itself.
        lines = max(_lines(getattr(row, name), _width(sheet.kind, name)) for name in names)
        page.row_dimensions[number].height = _LINE_POINTS * lines
    _lay_out(page, sheet, names)


def _write_header(cell: Cell, name: str) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    cell.value = _header(name)
    cell.font = Font(name="Calibri", size=11, bold=True, color="FFFFFF")
    cell.fill = PatternFill("solid", start_color=_DARK)
    cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")


def _write(cell: Cell, value: Any, width: float, *, is_shaded: bool, digits: str) -> None:
    from openpyxl.styles import Alignment, PatternFill

    if isinstance(value, str):
        cell.value = text = printable(value)[:_MOST_CHARACTERS]
        if text:
            cell.data_type = "s"  # openpyxl takes text that begins with = for a formula
        cell.quotePrefix = is_formula(text)  # so that it stays text when somebody edits the cell
    elif value is not None:
        cell.value = value
    if isinstance(value, bool):
        cell.number_format = '"yes";"yes";"no"'  # LibreOffice shows numbers without it, Excel TRUE in any case
    elif isinstance(value, float):
        cell.number_format = digits
    elif isinstance(value, datetime):
        cell.number_format = "yyyy-mm-dd hh:mm:ss"
    if width > _USUAL_WIDTH:
        cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal="left", indent=1)
    else:
        cell.alignment = Alignment(vertical="top", horizontal="center" if width == _NARROW else None)
    if is_shaded:
        cell.fill = PatternFill("solid", start_color=_PALE)


def _lines(value: Any, width: float) -> int:
    """Return the number of lines of a text in a column, rather too large than too small."""
    return len(textwrap.wrap(value, int(width))) or 1 if isinstance(value, str) else 1


def _header(name: str) -> str:
    return header(name).replace("cm3", "cm\u00b3").replace("cm2", "cm\u00b2")


def _width(kind: type[Any], name: str) -> float:
    if name in _NARROW_ONES:
        return _NARROW
    if name in _WIDE and not (name == "value" and kind is ProfileRow):
        return _WIDE[name]
    return _USUAL_WIDTH


def _lay_out(page: Worksheet, sheet: Sheet, names: Sequence[str]) -> None:
    """Freeze header and names on the screen, and repeat them on paper."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

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
