"""Files of a study: CSV files, a workbook of all tables, and an HTML page."""

import contextlib
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from MuscleSegLib import __version__
from MuscleSegLib.files import written_whole
from MuscleSegLib.report.study_page import PageSection, page
from MuscleSegLib.report.table_files import rows_as_csv
from MuscleSegLib.report.workbook import Sheet, write_workbook

PAGE, WORKBOOK = "report.html", "report.xlsx"


@dataclass(frozen=True)
class Table:
    """A table of a study.

    Attributes:
        name: Name of its CSV file and its sheet.
        kind: Dataclass of its rows.
        rows: Rows of that class.
    """

    name: str
    kind: type[Any]
    rows: Sequence[Any]


@dataclass(frozen=True)
class StudyReport:
    """Tables and page of a study.

    Attributes:
        title: Title of the page.
        facts: Inputs and options of the comparison, by name.
        tables: Tables in the order of the workbook.
        sections: Sections of the page.
    """

    title: str
    facts: Mapping[str, str]
    tables: Sequence[Table]
    sections: Sequence[PageSection] = field(default_factory=list)


def write_study(report: StudyReport, folder: Path, *, now: datetime | None = None) -> list[Path]:
    """Write all files, all whole or none, and return them.

    Args:
        report: Tables and page.
        folder: An existing folder.
        now: Date of the report; that of the call where None.

    Raises:
        MuscleSegError: A file cannot be written.
    """
    written = []
    with contextlib.ExitStack() as stack:
        for table in report.tables:
            path = folder / f"{table.name}.csv"
            text = rows_as_csv(table.rows, table.kind)
            # Excel takes a CSV file for its country's code page, unless a byte order mark says UTF-8.
            encoding = "utf-8" if text.isascii() else "utf-8-sig"
            stack.enter_context(written_whole(path)).write_bytes(text.encode(encoding, "replace"))
            written.append(path)
        _write_books(report, folder, stack, now or datetime.now(UTC))
    return [*written, folder / WORKBOOK, folder / PAGE]


def _write_books(report: StudyReport, folder: Path, stack: contextlib.ExitStack, now: datetime) -> None:
    """Write the workbook and the page, put in their places when ``stack`` ends."""
    sheets = [Sheet(table.name.replace("_", " ").capitalize(), table.kind, table.rows) for table in report.tables]
    write_workbook(sheets, stack.enter_context(written_whole(folder / WORKBOOK)))
    html = page(report.title, [*report.facts.items(), *_origin(now)], report.sections)
    stack.enter_context(written_whole(folder / PAGE)).write_text(html, encoding="utf-8", errors="replace")


def _origin(now: datetime) -> list[tuple[str, str]]:
    return [
        ("date (UTC)", now.astimezone(UTC).strftime("%Y-%m-%d %H:%M")),
        ("MuscleSeg", __version__),
        ("machine", f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}"),
    ]
