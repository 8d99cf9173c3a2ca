"""Rows that a table node of Slicer holds."""

import dataclasses
import math
from typing import Any, get_type_hints

from MuscleSegLib.scene.table_nodes import YES, holds


def rows_of(node: Any, kind: type[Any]) -> tuple[Any, ...]:
    """Return the rows of a table node that ``fill_table`` filled.

    Raises:
        KeyError: A column of ``kind`` is missing.
    """
    types, table = get_type_hints(kind), node.GetTable()
    columns = {}
    for field in dataclasses.fields(kind):
        column = table.GetColumnByName(field.name)
        if column is None:
            raise KeyError(field.name)
        columns[field.name] = [
            _cell(column.GetValue(row), types[field.name]) for row in range(column.GetNumberOfValues())
        ]
    return tuple(kind(**dict(zip(columns, row, strict=True))) for row in zip(*columns.values(), strict=True))


def _cell(value: Any, kind: Any) -> Any:
    if holds(kind, bool):
        return None if value == "" else value == YES
    if holds(kind, float) or holds(kind, int):
        if math.isnan(value):
            return None
        return float(value) if holds(kind, float) else int(value)
    return None if value == "" and kind is not str else str(value)
