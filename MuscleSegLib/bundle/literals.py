"""Literal values of a MONAI configuration: references are followed, and no expression is evaluated or imported."""

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from MuscleSegLib.translatable import _

_DEEPEST = 20
"""Limit of references to references; more are a circle."""

_MOST_VALUES = 10_000
"""Limit of values after references are followed: lists of references to lists of references grow without end."""


def called(item: object, prefixes: tuple[str, ...]) -> tuple[str, dict[str, Any]]:
    """Return the class of an item of a configuration, without its module, and its arguments.

    Args:
        item: Item with a ``_target_``.
        prefixes: Modules that the class may be from, or from below. A class without a module is MONAI's.

    Raises:
        ValueError: The item has no class, or a class from another module.
    """
    if not isinstance(item, Mapping) or not isinstance(item.get("_target_"), str):
        raise ValueError(_("{short} is no component with a _target_").format(short=_short(item)))
    module, _dot, name = item["_target_"].rpartition(".")
    if module and not any(module == prefix or module.startswith(f"{prefix}.") for prefix in prefixes):
        raise ValueError(_("it asks for {item}, which MuscleSeg does not run").format(item=repr(item["_target_"])))
    return name, {key: value for key, value in item.items() if key not in ("_target_", "_desc_")}


def literal(value: object, config: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON value
    """Return a value with its references (``"@id"``, ``"@id#key"``) replaced by their values.

    Raises:
        ValueError: The value holds an expression ("$..."), a component, a macro ("%...") or a reference to nothing, or
            becomes too large.
    """
    return _replaced(value, config, 0, itertools.count(1))


def _replaced(value: object, config: Mapping[str, Any], depth: int, count: Iterator[int]) -> Any:  # noqa: ANN401
    if next(count) > _MOST_VALUES:
        message = _("its references grow to more than {most_values} values").format(most_values=f"{_MOST_VALUES:,}")
        raise ValueError(message)
    if depth > _DEEPEST:
        raise ValueError(_("its references run in a circle"))
    if isinstance(value, str):
        if value.startswith(("$", "%")):
            message = _("it holds the expression {short}, and MuscleSeg evaluates none").format(short=_short(value))
            raise ValueError(message)
        return _replaced(referred(value, config), config, depth + 1, count) if value.startswith("@") else value
    if isinstance(value, list):
        return [_replaced(item, config, depth + 1, count) for item in value]
    if isinstance(value, Mapping):
        if "_target_" in value:
            message = _("it asks for {short} where MuscleSeg takes plain values only").format(
                short=_short(value["_target_"])
            )
            raise ValueError(message)
        return {key: _replaced(item, config, depth + 1, count) for key, item in value.items()}
    return value


def referred(reference: str, config: Mapping[str, Any]) -> object:
    """Return the value of a reference, ``"@id"`` or ``"@id#key#0"``, in a configuration.

    Raises:
        ValueError: The configuration does not define it.
    """
    value: object = config
    for key in reference.removeprefix("@").replace("::", "#").split("#"):
        if isinstance(value, Mapping) and key in value:
            value = value[key]
        elif isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        else:
            raise ValueError(_("it refers to {short}, which it does not define").format(short=_short(reference)))
    return value


def component(value: object, config: Mapping[str, Any]) -> object:
    """Return an item of a configuration, or the item that a reference stands for."""
    for _step in range(_DEEPEST):
        if not (isinstance(value, str) and value.startswith("@")):
            return value
        value = referred(value, config)
    raise ValueError(_("its references run in a circle"))


def _short(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) < 80 else f"{shown[:76]}..."
