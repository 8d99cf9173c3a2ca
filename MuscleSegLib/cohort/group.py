"""The group step: tables and the quality page of all scans of an output. It needs no images."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from MuscleSegLib.cohort.gathering import GatheredScan, gathered_scans, value_of
from MuscleSegLib.cohort.long_table import has_parquet, long_table
from MuscleSegLib.cohort.measuring import MISSING, SCAN_COLUMNS, scan_cells, table_text
from MuscleSegLib.cohort.outputs import record_files
from MuscleSegLib.cohort.quality import PageScan, write_quality_page
from MuscleSegLib.cohort.records import DONE
from MuscleSegLib.cohort.wide_table import COLUMNS, Outlying, Values, most_outlying, texts_of, values_of
from MuscleSegLib.files import require_writable, written_whole

LONG, WIDE, FAILURES = "group_muscles.tsv", "group_scans.tsv", "group_failures.tsv"
_NUMBER = re.compile(r"(?<![\w/.-])\d+(\.\d+)?(?![\w/-])")
_END = re.compile(r"(?<=[.!?]) (?=[A-Z0-9])")
PARQUET, PAGE = "group_muscles.parquet", "group_quality.html"

WIDE_COLUMNS = (
    *(*SCAN_COLUMNS, "region", "network", "lowest_confidence", "lowest_confidence_of"),
    *("largest_robust_z", "largest_robust_z_of", "warnings", *COLUMNS),
)
FAILURE_COLUMNS = (*SCAN_COLUMNS, "reason", "files")


@dataclass(frozen=True)
class GroupResult:
    """What the group step has written.

    Attributes:
        done: Number of scans in the tables.
        failed: Number of scans that failed.
        files: The files.
    """

    done: int
    failed: int
    files: tuple[Path, ...]


@dataclass(frozen=True)
class _Doubts:
    """What there is to doubt in a scan: its least sure muscle, and its warnings without their numbers."""

    confidence: float | None
    muscle: str
    warnings: tuple[tuple[str, int], ...]


def write_group(output: Path) -> GroupResult:
    """Write the long, the wide and the failures' table, and the quality page.

    Args:
        output: Folder of the output.

    Raises:
        MuscleSegError: No scan was worked on, or a file cannot be written.
    """
    scans: list[GatheredScan] = []
    doubts: list[_Doubts] = []
    values = []
    next(record_files(output), None)  # an output that cannot be read is named as such
    require_writable(output / LONG)
    parquet = output / PARQUET if has_parquet() else None
    with long_table(output / LONG, parquet) as table:
        for scan in gathered_scans(output):
            table.add(scan.rows)
            values.append(values_of(scan))
            doubts.append(_doubts(scan))
            scans.append(GatheredScan(scan.record, scan.files))  # without its rows, of which there may be many
    outlying = most_outlying(np.array(values).reshape(-1, len(COLUMNS)))
    members = list(zip(scans, doubts, outlying, strict=True))
    wide = (
        _wide_row(scan, doubt, z, row) for (scan, doubt, z), row in zip(members, values, strict=True) if _is_done(scan)
    )
    _write(output / WIDE, WIDE_COLUMNS, list(wide))
    failures = [scan for scan in scans if not _is_done(scan)]
    _write(output / FAILURES, FAILURE_COLUMNS, [_failure_row(scan) for scan in failures])
    write_quality_page([_on_page(*member) for member in members], output / PAGE)
    written = (output / LONG, *([parquet] if parquet else []), *(output / name for name in (WIDE, FAILURES, PAGE)))
    return GroupResult(len(scans) - len(failures), len(failures), written)


def _is_done(scan: GatheredScan) -> bool:
    return scan.record.status == DONE


def _write(path: Path, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    with written_whole(path) as temporary:
        temporary.write_bytes(table_text(header, rows).encode("utf-8", "replace"))


def _doubts(scan: GatheredScan) -> _Doubts:
    sure = [(number, _muscle(row)) for row in scan.rows if (number := value_of(row["confidence"])) is not None]
    confidence, muscle = min(sure, default=(None, ""))
    texts = [*scan.record.notes, *(row["warnings"] for row in scan.rows if row["warnings"] not in (MISSING, ""))]
    said = Counter(_NUMBER.sub("…", sentence) for text in texts for sentence in _END.split(text))
    return _Doubts(confidence, muscle, tuple(said.items()))


def _muscle(row: dict[str, str]) -> str:
    return " ".join(word for word in (row["side"], row["muscle"]) if word != MISSING)


def _wide_row(scan: GatheredScan, doubts: _Doubts, outlying: Outlying | None, values: Values) -> list[object]:
    record = scan.record
    return [
        *scan_cells(record),
        *(record.region, record.network),
        *(doubts.confidence, doubts.muscle),
        *((round(outlying.z, 3), outlying.column) if outlying else (None, None)),
        sum(times for _, times in doubts.warnings),
        *texts_of(values),
    ]


def _failure_row(scan: GatheredScan) -> list[object]:
    record = scan.record
    files = ", ".join(f"{role}: {path}" for role, path in record.sources.items())
    return [*scan_cells(record), record.reason, files]


def _on_page(scan: GatheredScan, doubts: _Doubts, outlying: Outlying | None) -> PageScan:
    record = scan.record
    return PageScan(
        name=record.name,
        subject=record.subject,
        session=record.session,
        region=record.region,
        reason=record.reason if record.status != DONE else "",
        confidence=doubts.confidence,
        least_sure=doubts.muscle,
        z=None if outlying is None else outlying.z,
        outlying="" if outlying is None else outlying.column.replace("_", " "),
        warnings=doubts.warnings,
        overview=scan.files.overview,
        thumbnail=scan.files.thumbnail,
    )
