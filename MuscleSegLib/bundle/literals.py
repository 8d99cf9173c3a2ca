"""A MONAI configuration read as what it is: text. References are followed, and nothing is evaluated or imported."""

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

_DEEPEST = 20
"""References that refer to references; more are a circle."""

_MOST_VALUES = 10_000
"""Of a value whose references were followed: lists of references to lists of references grow without end."""


def called(item: object, prefixes: tuple[str, ...]) -> tuple[str, dict[str, Any]]:
    """Return the class that an item of a configuration asks for, without its module, and what it would be handed.

    Args:
        item: With a ``_target_``.
        prefixes: The modules that it may be from, itself or below them. No module at all is MONAI's own.

    Raises:
        ValueError: It asks for nothing, or for something from another module.

    """
    if not isinstance(item, Mapping) or not isinstance(item.get("_target_"), str):
        message = f"{_short(item)} is no component with a _target_"
        raise ValueError(message)
    module, _, name = item["_target_"].rpartition(".")
    if module and not any(module == prefix or module.startswith(f"{prefix}.") for prefix in prefixes):
        message = f"it asks for {item['_target_']!r}, which MuscleSeg does not run"
        raise ValueError(message)
    return name, {key: value for key, value in item.items() if key not in ("_target_", "_desc_")}


def literal(value: object, config: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON value
    """Return a value with its references (``"@id"``, ``"@id#key"``) replaced by what they refer to.

    Raises:
        ValueError: It holds an expression ("$..."), a component, a macro ("%...") or a reference to nothing, or becomes
            too large.

    """
    return _replaced(value, config, 0, itertools.count(1))


def _replaced(value: object, config: Mapping[str, Any], depth: int, count: Iterator[int]) -> Any:  # noqa: ANN401
    if next(count) > _MOST_VALUES:
        message = f"its references grow to more than {_MOST_VALUES:,} values"
        raise ValueError(message)
    if depth > _DEEPEST:
        message = "its references run in a circle"
        raise ValueError(message)
    if isinstance(value, str):
        if value.startswith(("$", "%")):
            message = f"it holds the expression {_short(value)}, and MuscleSeg evaluates none"
            raise ValueError(message)
        return _replaced(referred(value, config), config, depth + 1, count) if value.startswith("@") else value
    if isinstance(value, list):
        return [_replaced(item, config, depth + 1, count) for item in value]
    if isinstance(value, Mapping):
        if "_target_" in value:
            message = f"it asks for {_short(value['_target_'])} where MuscleSeg takes plain values only"
            raise ValueError(message)
        return {key: _replaced(item, config, depth + 1, count) for key, item in value.items()}
    return value


def referred(reference: str, config: Mapping[str, Any]) -> object:
    """Return what ``"@id"`` or ``"@id#key#0"`` stands for in a configuration.

    Raises:
        ValueError: There is no such thing in it.

    """
    found: object = config
    for key in reference.removeprefix("@").replace("::", "#").split("#"):
        if isinstance(found, Mapping) and key in found:
            found = found[key]
        elif isinstance(found, list) and key.isdecimal() and int(key) < len(found):
            found = found[int(key)]
        else:
            message = f"it refers to {_short(reference)}, which it does not define"
            raise ValueError(message)
    return found


def component(value: object, config: Mapping[str, Any]) -> object:
    """Return an item of a configuration, or what it refers to."""
    for _ in range(_DEEPEST):
        if not (isinstance(value, str) and value.startswith("@")):
            return value
        value = referred(value, config)
    message = "its references run in a circle"
    raise ValueError(message)


def _short(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) < 80 else f"{shown[:76]}..."
