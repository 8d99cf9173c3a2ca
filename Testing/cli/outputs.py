"""What is in the files that ``muscleseg measure`` writes, each read by another's reader."""

import csv
import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import highdicom
import openpyxl
import pypdf


class _Tables(HTMLParser):
    """Rows of the tables of a page, as texts of their cells with how many columns each spans."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[tuple[str, int]]]] = []
        self.texts: list[str] = []
        self._is_in_cell = self._is_in_style = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append(("", int(dict(attributes).get("colspan") or 1)))
            self._is_in_cell = True
        self._is_in_style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._is_in_cell = self._is_in_cell and tag not in ("td", "th")
        self._is_in_style = False

    def handle_data(self, data: str) -> None:
        if self._is_in_style:
            return
        self.texts.append(data)
        if self._is_in_cell:
            text, span = self.tables[-1][-1][-1]
            self.tables[-1][-1][-1] = (text + data, span)


def _page(path: Path) -> _Tables:
    parser = _Tables()
    parser.feed(path.read_text("utf-8"))
    return parser


def text_of(path: Path) -> str:
    """Text of a page or of a PDF file, in one line."""
    if path.suffix == ".html":
        return " ".join(" ".join(_page(path).texts).split())
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(path).pages).split())


def html_numbers(path: Path) -> dict[tuple[str, str, str], str]:
    """Texts of the cells of a page's tables of muscles by muscle, header and header below it (R, L, R-L)."""
    numbers: dict[tuple[str, str, str], str] = {}
    for heads, below, *rows in _page(path).tables:
        columns = [head for head, span in heads for _number in range(span)]
        for row in rows:
            name, *cells = [text for text, span in row for _number in range(span)]
            for head, under, cell in zip(columns[1:], [text for text, _ in below][1:], cells, strict=True):
                numbers.setdefault((name, head, under), cell)
    return numbers


def html_rows(path: Path) -> list[str]:
    """Rows of a page's tables, each as the texts of its cells in one line."""
    return [" ".join(text for text, _ in row if text) for table in _page(path).tables for row in table[2:]]


def csv_rows(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV file."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def json_rows(path: Path) -> list[dict[str, Any]]:
    """Rows of the table of muscles in a JSON file."""
    return list(json.loads(path.read_text("utf-8"))["muscles"])


def sheet_rows(path: Path) -> list[dict[str, Any]]:
    """Rows of the sheet of muscles of a workbook by their headers."""
    header, *rows = openpyxl.load_workbook(path)["Muscles"].iter_rows(values_only=True)
    return [dict(zip(map(str, header), row, strict=True)) for row in rows]


Measured = dict[tuple[str, str, str | None], float]
"""Values by code of the quantity, unit and code of the derivation."""


def structured_numbers(path: Path) -> tuple[list[Measured], dict[str, Measured]]:
    """Measurements in a structured report: of each segment, and of the sides by the code of their muscle."""
    document = highdicom.sr.srread(path)
    report = highdicom.sr.MeasurementReport.from_sequence([document])
    segments = [_measured(group) for group in report.get_volumetric_roi_measurement_groups()]
    sides = {group.finding_type.value: _measured(group) for group in report.get_image_measurement_groups()}
    return segments, sides


def _measured(group: Any) -> Measured:
    return {
        (item.name.value, item.unit.value, item.derivation.value if item.derivation else None): item.value
        for item in group.get_measurements()
    }
