"""The long table: a row for each scan and muscle, as TSV and, where pyarrow is installed, as Parquet."""

import contextlib
import csv
import dataclasses
import importlib.util
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from MuscleSegLib.biomarkers import Row
from MuscleSegLib.cohort.gathering import value_of
from MuscleSegLib.cohort.measuring import ROW_COLUMNS, SCAN_COLUMNS
from MuscleSegLib.files import written_whole

_ROWS_AT_A_TIME = 20_000


def has_parquet() -> bool:
    """Return whether Parquet files can be written: the package pyarrow is optional."""
    return importlib.util.find_spec("pyarrow") is not None


class LongTable:
    """Writer of the long table, scan by scan: it holds few rows in memory.

    Args:
        tsv: An open file.
        parquet: A Parquet file to be written, None for none.
    """

    def __init__(self, tsv: Any, parquet: Path | None) -> None:  # noqa: ANN401 - a text file
        self._writer = csv.writer(tsv, delimiter="\t", lineterminator="\n")
        self._writer.writerow(ROW_COLUMNS)
        self._parquet = None if parquet is None else _ParquetFile(parquet)

    def add(self, rows: Sequence[dict[str, str]]) -> None:
        """Add the rows of a scan."""
        for row in rows:
            self._writer.writerow(row.values())
        if self._parquet is not None:
            self._parquet.add(rows)

    def close(self) -> None:
        """Write what is left."""
        if self._parquet is not None:
            self._parquet.close()


@contextlib.contextmanager
def long_table(tsv: Path, parquet: Path | None) -> Iterator[LongTable]:
    """Yield a writer of the long table; both files are whole or absent.

    Raises:
        MuscleSegError: A file cannot be written.
    """
    with contextlib.ExitStack() as stack:
        temporary = stack.enter_context(written_whole(tsv))
        columns = None if parquet is None else stack.enter_context(written_whole(parquet))
        with temporary.open("w", encoding="utf-8", newline="") as file:
            table = LongTable(file, columns)
            yield table
            table.close()


class _ParquetFile:
    """Parquet file with a type for each column; missing values are null."""

    def __init__(self, path: Path) -> None:
        import pyarrow as pa
        from pyarrow.parquet import ParquetWriter

        types = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}
        self._kinds = _kinds()
        self._schema = pa.schema([(name, types[self._kinds[name]]) for name in ROW_COLUMNS])
        self._file = ParquetWriter(path, self._schema)
        self._rows: list[dict[str, Any]] = []

    def add(self, rows: Sequence[dict[str, str]]) -> None:
        self._rows += [{name: _typed(text, self._kinds[name]) for name, text in row.items()} for row in rows]
        if len(self._rows) >= _ROWS_AT_A_TIME:
            self._write()

    def close(self) -> None:
        self._write()
        self._file.close()

    def _write(self) -> None:
        import pyarrow as pa

        self._file.write_table(pa.Table.from_pylist(self._rows, schema=self._schema))
        self._rows = []


def _kinds() -> dict[str, type]:
    kinds: dict[str, type] = dict.fromkeys(SCAN_COLUMNS, str)
    for field in dataclasses.fields(Row):
        name = str(field.type)
        kinds[field.name] = next((kind for kind in (bool, float, int) if kind.__name__ in name), str)
    return kinds


def _typed(text: str, kind: type) -> str | float | bool | None:
    if text == "n/a":
        return None
    if kind is bool:
        return text == "true"
    number = value_of(text) if kind is not str else None
    return text if number is None else kind(number)
