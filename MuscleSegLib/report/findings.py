"""Tables of a measurement, and their files."""

import contextlib
import dataclasses
import json
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from MuscleSegLib.biomarkers import AdiposeRow, GroupRow, ProfileRow, Row
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.files import written_whole
from MuscleSegLib.report.provenance import Origin
from MuscleSegLib.report.table_files import rows_as_csv
from MuscleSegLib.report.workbook import Sheet, workbook_in_steps

ENDINGS = (".csv", ".xlsx", ".json")

_ROWS_OF_A_STEP = 200


@dataclass(frozen=True)
class Findings:
    """Tables of a measurement of one label map.

    Attributes:
        muscles: A row for each muscle.
        groups: A row for each functional group.
        profiles: Values along the limb.
        adipose_tissue: A row for each leg, and for each muscle.
        provenance: Files, network, software and options of the measurement.
    """

    muscles: Sequence[Row]
    groups: Sequence[GroupRow]
    profiles: Sequence[ProfileRow]
    adipose_tissue: Sequence[AdiposeRow]
    provenance: Sequence[Origin]

    def tables(self) -> dict[str, tuple[type[Any], Sequence[Any]]]:
        """Return the class and the rows of each table, by its name."""
        return {name: (kind, getattr(self, name)) for name, kind in _KINDS.items()}


_KINDS: dict[str, type[Any]] = {
    "muscles": Row,
    "groups": GroupRow,
    "profiles": ProfileRow,
    "adipose_tissue": AdiposeRow,
    "provenance": Origin,
}


def files_of_findings(path: Path) -> list[Path]:
    """Return the files that ``write_findings`` writes under a name, as a check before any work is done.

    Raises:
        MuscleSegError: The name has no ending of a table.
    """
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        message = f"{path} cannot be written as a table: give a name that ends with {', '.join(ENDINGS[:-1])} or "
        message += f"{ENDINGS[-1]}."
        raise MuscleSegError(message)
    if ending != ".csv":
        return [path]
    return [path, *(path.with_stem(f"{path.stem}_{name}") for name in list(_KINDS)[1:])]


def write_findings(findings: Findings, path: Path) -> None:
    """Write all tables, all files whole or none.

    - ``.xlsx``: a sheet for each table, and before them a summary of the main columns.
    - ``.json``: an object with an array for each table, in full precision, null for a missing value.
    - ``.csv``: the muscles under this name, and the other tables beside it, such as ``table_groups.csv``.

    Raises:
        MuscleSegError: The name has no ending of a table, or a file cannot be written.
    """
    for _ in findings_in_steps(findings, path):
        pass


def findings_in_steps(findings: Findings, path: Path) -> Iterator[None]:
    """Write all tables as ``write_findings`` does, in steps of some rows, for a program with a window.

    Nothing is written where the generator is closed before its end.

    Raises:
        MuscleSegError: The name has no ending of a table, or a file cannot be written.
    """
    files = files_of_findings(path)
    tables = findings.tables()
    if path.suffix.lower() == ".xlsx":
        sheets = [Sheet(name.replace("_", " ").capitalize(), kind, rows) for name, (kind, rows) in tables.items()]
        yield from workbook_in_steps(sheets, path)
        return
    texts = []
    if len(files) == 1:
        texts.append((yield from _json_in_steps(tables)))
    else:
        for kind, rows in tables.values():
            texts.append((yield from _csv_in_steps(kind, rows)))
    with contextlib.ExitStack() as stack:  # all are replaced, or none where the disk is full
        for file, text in zip(files, texts, strict=True):
            # Excel takes a CSV file for ASCII, or for its country's code page, unless a byte order mark says UTF-8.
            encoding = "utf-8-sig" if file.suffix.lower() == ".csv" and not text.isascii() else "utf-8"
            stack.enter_context(written_whole(file)).write_bytes(text.encode(encoding, "replace"))


def _csv_in_steps(kind: type[Any], rows: Sequence[Any]) -> Generator[None, None, str]:
    parts = [rows_as_csv([], kind)]
    for first in range(0, len(rows), _ROWS_OF_A_STEP):
        parts.append(rows_as_csv(rows[first : first + _ROWS_OF_A_STEP], kind, has_header=False))
        yield
    return "".join(parts)


def _json_in_steps(tables: dict[str, tuple[type[Any], Sequence[Any]]]) -> Generator[None, None, str]:
    texts = {}
    for name, (_, rows) in tables.items():
        parts = []
        for number, row in enumerate(rows):
            parts.append(json.dumps(dataclasses.asdict(row), indent=2, allow_nan=False, default=_date))
            if number % _ROWS_OF_A_STEP == 0:
                yield
        texts[name] = _bracketed("[]", parts)
    return _bracketed("{}", [f"{json.dumps(name)}: {text}" for name, text in texts.items()]) + "\n"


def _bracketed(brackets: str, parts: Sequence[str]) -> str:
    """Return JSON texts as an indented array or object."""
    lines = ",\n".join(parts).replace("\n", "\n  ")  # a text in JSON holds no end of a line
    return f"{brackets[0]}\n  {lines}\n{brackets[1]}" if parts else brackets


def _date(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    message = f"{value!r} cannot be written as JSON"
    raise TypeError(message)
