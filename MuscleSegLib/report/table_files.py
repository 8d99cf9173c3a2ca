"""Tables as CSV, JSON and plain text. A table is a sequence of instances of a dataclass, whose fields are columns."""

import csv
import dataclasses
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from MuscleSegLib.biomarkers import Row
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.files import written_whole
from MuscleSegLib.report.columns import harmless, header, names_of

Rows = Sequence[Any]
"""Instances of one dataclass, such as ``Row`` or ``Agreement``."""

_ENDINGS = (".csv", ".json")

_CSV_DIGITS = 6
"""Significant digits of a number in a CSV file: far finer than the effect of a voxel."""

_WORDS = ("region", "side", "muscle", "abbreviation")
_MISSING = "-"

_LAST_SHOWN = "confidence"
"""Last column of ``Row`` in a terminal, which has no room for those behind it."""

_NAMES = [field.name for field in dataclasses.fields(Row)]
_IN_FILES_ONLY = frozenset(_NAMES[_NAMES.index(_LAST_SHOWN) + 1 :])


def write_table(rows: Rows, path: Path) -> None:
    """Write rows to a ``.csv`` or a ``.json`` file, whole or not at all.

    CSV follows RFC 4180: commas, a header of the fields' names, an empty field for a missing value. It has no byte
    order mark, since every character is ASCII, which Excel reads correctly, and a mark would become part of the first
    header in other programs. The columns do not depend on the muscles and maps.

    Raises:
        MuscleSegError: The name has no ending of a table, or the file cannot be written.
    """
    require_table_format(path)
    kind = type(rows[0]) if rows else Row
    text = rows_as_csv(rows, kind) if path.suffix.lower() == ".csv" else rows_as_json(rows)
    with written_whole(path) as temporary:
        temporary.write_bytes(text.encode())  # bytes keep the line ends that CSV demands


def require_table_format(path: Path) -> None:
    """Check, before any work is done, that a table can be written under this name.

    Raises:
        MuscleSegError: The name has no ending of a table.
    """
    if path.suffix.lower() not in _ENDINGS:
        message = f"{path} cannot be written as a table: give a name that ends with {' or '.join(_ENDINGS)}."
        raise MuscleSegError(message)


def rows_as_json(rows: Rows) -> str:
    """Return rows as a JSON array of objects, in full precision, with null for a missing value."""
    return json.dumps([dataclasses.asdict(row) for row in rows], indent=2, allow_nan=False) + "\n"


def rows_as_text(rows: Rows) -> str:
    """Return rows as an aligned table for a terminal, with a dash for a missing value.

    Empty columns, percentiles, counts and other details are left out, so that the table fits a window; warnings follow
    below it, a line for each muscle. Files keep all columns.
    """
    shown = [
        name
        for name in names_of(type(rows[0]) if rows else Row)
        if name in (*_WORDS, "volume_cm3")
        or (name not in _IN_FILES_ONLY and any(getattr(row, name) is not None for row in rows))
    ]
    lines = [[header(name) for name in shown]]
    lines += [[_cell(getattr(row, name)) for name in shown] for row in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(shown))]
    texts = []
    for line in lines:
        cells = [
            cell.ljust(width) if name in _WORDS else cell.rjust(width)
            for name, cell, width in zip(shown, line, widths, strict=True)
        ]
        texts.append("  ".join(cells).rstrip() + "\n")
    return "".join([*texts, *_warnings(rows)])


def _warnings(rows: Rows) -> list[str]:
    """Return a line for each muscle with warnings."""
    warned = [row for row in rows if isinstance(row, Row) and row.warnings]
    return [f"{' '.join(filter(None, (row.side, row.muscle)))}: {row.warnings}\n" for row in warned]


def rows_as_csv(rows: Sequence[Any], kind: type[Any], *, has_header: bool = True) -> str:
    """Return rows as CSV, as ``write_table`` describes it, with formulas of a spreadsheet made text.

    Args:
        rows: Instances of ``kind``.
        kind: Dataclass whose fields are the columns.
        has_header: Whether the columns' names come first.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    names = names_of(kind)
    if has_header:
        writer.writerow(names)
    for row in rows:
        writer.writerow([_csv_cell(getattr(row, name)) for name in names])
    return text.getvalue()


def _csv_cell(value: Any) -> Any:
    if isinstance(value, float):
        return f"{value:.{_CSV_DIGITS}g}"
    return harmless(value) if isinstance(value, str) else value


def _cell(value: str | float | None) -> str:
    if value is None or value == "":
        return _MISSING
    return f"{value:.2f}" if isinstance(value, float) else str(value)
