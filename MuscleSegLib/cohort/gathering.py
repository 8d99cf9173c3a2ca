"""Outcomes of all scans of an output, gathered scan by scan from their records and tables."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from MuscleSegLib.cohort.measuring import MISSING, ROW_COLUMNS
from MuscleSegLib.cohort.outputs import SEGMENTATION, ScanFiles, record_files
from MuscleSegLib.cohort.records import DONE, FAILED, Record, read_record
from MuscleSegLib.errors import MuscleSegError

_NO_RECORD = "Its record is damaged or of another version: run the participant step again."
_CUT_OFF = "Its table of muscles is damaged or of another version: run the participant step again."


@dataclass(frozen=True)
class GatheredScan:
    """A scan of the output.

    Attributes:
        record: Its record.
        files: Its files.
        rows: Rows of its table, by column, as text.
    """

    record: Record
    files: ScanFiles
    rows: tuple[dict[str, str], ...] = ()


def gathered_scans(output: Path) -> Iterator[GatheredScan]:
    """Yield the scans of an output by subject. A scan with a damaged table has failed.

    Raises:
        MuscleSegError: There is no scan.
    """
    is_empty = True
    for path in record_files(output):
        is_empty = False
        record = read_record(path) or _unreadable(path, output)
        files = ScanFiles(output, path.parent, record.name)
        if record.status != DONE:
            yield GatheredScan(record, files)
            continue
        rows = _rows(files.rows)
        if rows is None:
            yield GatheredScan(_failed(record), files)
        else:
            yield GatheredScan(record, files, rows)
    if is_empty:
        message = f"{output} holds no scan that was worked on: run the step participant first."
        raise MuscleSegError(message)


def value_of(text: str) -> float | None:
    """Return a number of a table, None for a missing one."""
    return None if text in (MISSING, "") else float(text)


def _rows(path: Path) -> tuple[dict[str, str], ...] | None:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            header, *lines = csv.reader(file, delimiter="\t")
    except (OSError, ValueError, csv.Error):
        return None
    if tuple(header) != ROW_COLUMNS or any(len(line) != len(header) for line in lines):
        return None
    return tuple(dict(zip(header, line, strict=True)) for line in lines)


def _unreadable(path: Path, output: Path) -> Record:
    """Return a record in place of one that is damaged or of another version."""
    subject, *session = path.relative_to(output).parts[:-2]
    name = path.name.split(f"_{SEGMENTATION}")[0]
    labels = subject.removeprefix("sub-"), "".join(session).removeprefix("ses-")
    return Record(name, *labels, FAILED, settings="", stamp="", content="", reason=_NO_RECORD)


def _failed(record: Record) -> Record:
    return replace(record, status=FAILED, reason=_CUT_OFF)
