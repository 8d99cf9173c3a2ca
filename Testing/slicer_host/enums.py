"""Qt's enumerations as the whole numbers that they are in PythonQt: ``qt.Qt.Checked == 2``."""

import enum
from typing import Any


def make_enumerations_numbers(kind: type) -> None:
    """Let the members of the enumerations inside one of PySide's classes compare and convert as numbers do."""
    for name in dir(kind):
        member = getattr(kind, name, None) if name[:1].isupper() else None
        if isinstance(member, type) and issubclass(member, enum.Enum) and not issubclass(member, int):
            member.__eq__ = _equal  # type: ignore[method-assign,assignment]
            member.__hash__ = _hash  # type: ignore[method-assign,assignment]
            member.__int__ = member.__index__ = _number  # type: ignore[attr-defined]
            member.__bool__ = _is_not_zero  # type: ignore[attr-defined]


def _equal(value: enum.Enum, other: Any) -> bool:
    return bool(value.value == (other.value if isinstance(other, enum.Enum) else other))


def _hash(value: enum.Enum) -> int:
    return hash(value.value)


def _number(value: enum.Enum) -> int:
    return int(value.value)


def _is_not_zero(value: enum.Enum) -> bool:
    return bool(value.value)
