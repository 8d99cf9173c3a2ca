"""Table of muscles of an earlier visit, read from a file that anybody may have edited."""

import csv
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from MuscleSegLib.biomarkers import Row
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.evaluation.longitudinal.profile_files import UNREADABLE
from MuscleSegLib.translatable import _

COMPARED: Mapping[str, tuple[float, float]] = {
    "ff_mean_percent": (-20.0, 120.0),
    "volume_cm3": (0.0, 1e6),
    "mtr_mean_percent": (-20.0, 120.0),
    "t2_mean_ms": (0.0, 1e5),
}
"""Columns that visits are compared by, and the range of their values."""

_LARGEST_LABEL = 65535
_PATIENT = "patient (DICOM)"


def read_earlier_rows(path: Path) -> tuple[Row, ...]:
    """Return the rows of a table of muscles, with the columns that visits are compared by.

    Args:
        path: A .csv or .json file of ``muscleseg measure``.

    Raises:
        MuscleSegError: It is no such table.
    """
    try:
        rows = tuple(_row(fields) for fields in _fields(path, "muscles"))
        if not rows or len({row.label for row in rows}) < len(rows):
            raise ValueError
    except UNREADABLE as error:
        message = _(
            "{path} is no table of muscles of an earlier visit: give the .csv or .json file that muscleseg measure "
            "wrote."
        )
        raise MuscleSegError(message, path=path) from error
    return rows


def earlier_patient(path: Path) -> str:
    """Return the PatientID in the provenance of a measurement; "" where it is not told."""
    try:
        origins = _fields(path, "provenance")
        return next((str(origin["value"] or "") for origin in origins if origin["item"] == _PATIENT), "")
    except UNREADABLE:
        return ""


def profiles_file(path: Path) -> Path:
    """Return the file with the profiles of a measurement."""
    return path if path.suffix.lower() == ".json" else path.with_stem(f"{path.stem}_profiles")


def _fields(path: Path, table: str) -> list[Mapping[str, Any]]:
    if path.suffix.lower() == ".json":
        content = json.loads(path.read_text(encoding="utf-8"))
        return list(content[table])
    file = path if table == "muscles" else path.with_stem(f"{path.stem}_{table}")
    with file.open(newline="", encoding="utf-8-sig") as stream:
        return list(csv.DictReader(stream))


def _row(fields: Mapping[str, Any]) -> Row:
    label = float(fields["label"])
    if not (1 <= label <= _LARGEST_LABEL and label.is_integer()):
        raise ValueError
    numbers = {name: _number(fields[name], *limits) for name, limits in COMPARED.items()}
    return Row(
        region=str(fields["region"]),
        side={"": None, "right": "right", "left": "left"}[fields["side"] or ""],
        muscle=str(fields["muscle"]),
        abbreviation=str(fields["abbreviation"]),
        label=int(label),
        volume_cm3=numbers.pop("volume_cm3"),
        **numbers,  # type: ignore[arg-type] # numbers alone, by the names of the columns
    )


def _number(field: Any, low: float, high: float) -> float | None:  # noqa: ANN401 - whatever a file holds
    if field is None or field == "":
        return None
    number = float(field)
    if isinstance(field, bool) or not (math.isfinite(number) and low <= number <= high):
        raise ValueError
    return number
