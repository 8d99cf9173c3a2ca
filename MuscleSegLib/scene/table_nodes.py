"""Tables of the library's rows in Slicer's table nodes."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import Any, get_args, get_type_hints

import slicer
import vtk

from MuscleSegLib.report.columns import header, printable

YES, _NO = "yes", "no"


def fill_table(node: slicer.vtkMRMLTableNode, rows: Sequence[Any], kind: type[Any]) -> None:
    """Fill a table node with rows, a column a field.

    Whole numbers that cannot be missing stay whole; other numbers are float. A missing number is NaN, which Slicer
    saves and plots leave out; a missing text is an empty cell. Columns have the fields' names, and titles with units.

    Args:
        node: Table node, whose other settings stay.
        rows: Dataclass instances.
        kind: Dataclass of the rows. Its first field is never missing.

    Raises:
        ValueError: The first field may be missing: Slicer reads a row that begins with an empty cell shifted.
    """
    types = get_type_hints(kind)
    first = dataclasses.fields(kind)[0].name
    if holds(types[first], type(None)):
        message = f"the first column, {first}, may have empty cells, with which Slicer shifts the row when it reads it"
        raise ValueError(message)
    before = node.StartModify()
    node.RemoveAllColumns()
    for field in dataclasses.fields(kind):
        column, values = _empty_column(types[field.name]), [getattr(row, field.name) for row in rows]
        is_text = isinstance(column, vtk.vtkStringArray)
        add_column(node, field.name, column, list(map(_text, values)) if is_text else values)
        node.SetColumnTitle(field.name, header(field.name))
    node.SetUseColumnTitleAsColumnHeader(True)
    node.EndModify(before)


def add_column(
    node: slicer.vtkMRMLTableNode, name: str, column: vtk.vtkAbstractArray, values: Sequence[str | float | None]
) -> None:
    """Add a column to a table node.

    Args:
        node: Table node.
        name: Name of the column.
        column: Empty VTK array of the values' type.
        values: Value of each row; a missing number becomes NaN, which Slicer saves and plots leave out.
    """
    column.SetName(name)
    for value in values:
        column.InsertNextValue(math.nan if value is None else value)
    node.AddColumn(column)
    if isinstance(column, vtk.vtkDoubleArray):
        node.SetColumnNullValue(name, "nan")


def _empty_column(kind: Any) -> vtk.vtkAbstractArray:
    if kind is int:
        return vtk.vtkIntArray()
    return vtk.vtkDoubleArray() if holds(kind, float) or holds(kind, int) else vtk.vtkStringArray()


def _text(value: str | bool | None) -> str:
    if value is None or isinstance(value, bool):
        return "" if value is None else YES if value else _NO
    # Slicer saves tables as text in which it does not mark quotation marks, tabs and line ends that belong to a cell.
    return " ".join(printable(value).replace('"', "'").split())


def holds(kind: Any, expected: type) -> bool:
    """Return whether values of a field's type may be of another."""
    return kind is expected or expected in get_args(kind)
