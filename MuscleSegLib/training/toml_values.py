"""Values of a TOML file for a dataclass, with errors for missing, unknown and mistyped entries."""

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from MuscleSegLib.json_values import is_integer, is_number


def checked_values(section: type, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values for the fields of a dataclass, lists as tuples and whole numbers as floats where those are wanted.

    Args:
        section: Dataclass whose fields are numbers, texts, truth values, tuples and mappings of them, or dataclasses,
            which are not checked.
        values: Values by the names of fields; fields with a default may be missing.

    Raises:
        ValueError: The message names every wrong entry.
    """
    required = {entry.name: entry.default is entry.default_factory is MISSING for entry in fields(section)}
    hints = get_type_hints(section)
    wrong = [f"{name} is missing" for name in sorted(required) if required[name] and name not in values]
    wrong += [f"{name} is unknown" for name in sorted(set(values) - set(required))]
    checked = {}
    for name in sorted(set(values) & set(required)):
        try:
            checked[name] = _checked(values[name], hints[name])
        except ValueError as error:
            wrong.append(f"{name} is {_short(values[name])}, not {error}")
    if wrong:
        raise ValueError(", ".join(wrong))
    return checked


def _checked(value: object, hint: Any) -> Any:  # noqa: ANN401 - a type, as annotations have it
    """Return a value converted to a type; the ``ValueError`` names the wanted type in words."""
    origin, arguments = get_origin(hint), get_args(hint)
    if is_dataclass(hint) or hint is Any:
        return value
    if origin in (Union, types.UnionType):  # unions are with None alone, which TOML does not have
        return _checked(value, arguments[0])
    if origin is Literal:
        return _require(value in arguments, value, " or ".join(f'"{choice}"' for choice in arguments))
    if origin is tuple:
        _require(isinstance(value, list), value, "a list")
        return tuple(_checked(item, arguments[0]) for item in value)  # type: ignore[attr-defined]
    if hint is float:
        return float(_require(is_number(value), value, "a number"))
    if hint is int:
        return _require(is_integer(value), value, "a whole number")
    if hint is bool:
        return _require(isinstance(value, bool), value, "true or false")
    if hint is str:
        return _require(isinstance(value, str), value, "a text")
    _require(isinstance(value, Mapping), value, "a table")
    return {str(name): _checked(item, arguments[1]) for name, item in value.items()}  # type: ignore[attr-defined]


def _require(condition: bool, value: Any, requirement: str) -> Any:  # noqa: ANN401 - whatever was given
    if not condition:
        raise ValueError(requirement)
    return value


def _short(value: object) -> str:
    shown = f'"{value}"' if isinstance(value, str) else repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."
