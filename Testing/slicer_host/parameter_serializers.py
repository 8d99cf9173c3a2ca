"""How ``parameterNodeWrapper`` writes a value of each type into a ``vtkMRMLScriptedModuleNode``.

The names and forms are Slicer's, so that a scene saved by one is read by the other.
"""

import enum
import pathlib
import typing
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import slicer


@dataclass(frozen=True)
class Default:
    """The value that a parameter begins with (an annotation)."""

    value: Any


class Validator:
    """An annotation that refuses some values."""

    def validate(self, value: Any) -> None:
        raise NotImplementedError


@dataclass(frozen=True)
class WithinRange(Validator):
    """Refuse numbers outside a closed range."""

    minimum: float
    maximum: float

    def validate(self, value: Any) -> None:
        if not self.minimum <= value <= self.maximum:
            raise ValueError(f"Value must be within range [{self.minimum}, {self.maximum}], is {value}")


@dataclass(frozen=True)
class Minimum(Validator):
    """Refuse numbers below a minimum."""

    minimum: float

    def validate(self, value: Any) -> None:
        if value < self.minimum:
            raise ValueError(f"Value must be at least {self.minimum}, is {value}")


@dataclass(frozen=True)
class Maximum(Validator):
    """Refuse numbers above a maximum."""

    maximum: float

    def validate(self, value: Any) -> None:
        if value > self.maximum:
            raise ValueError(f"Value must be at most {self.maximum}, is {value}")


@dataclass(frozen=True)
class Choice(Validator):
    """Refuse what is not one of some values."""

    choices: tuple[Any, ...] | list[Any]

    def validate(self, value: Any) -> None:
        if value not in self.choices:
            raise ValueError(f"Value must be one of {self.choices}, is {value}")


@dataclass(frozen=True)
class Serializer:
    """How values of one type go into a parameter node and come back."""

    accepted: type | tuple[type, ...]
    default: Any
    to_text: Callable[[Any], str]
    from_text: Callable[[str], Any]
    accepts_none: bool = False

    def validate(self, value: Any) -> None:
        """Refuse a value of another type.

        Raises:
            ValueError: If it is None.
            TypeError: If it is of another type.

        """
        if value is None and not self.accepts_none:
            raise ValueError("Value must not be None")
        if value is not None and not isinstance(value, self.accepted):
            raise TypeError(f"Value of type {type(value)} is not {self.accepted}")

    def write(self, node: Any, name: str, value: Any) -> None:
        node.SetParameter(name, self.to_text(value))

    def read(self, node: Any, name: str) -> Any:
        return self.from_text(node.GetParameter(name))


class NodeSerializer(Serializer):
    """A node: a reference by the parameter's name, and an empty parameter that says that there is one."""

    def write(self, node: Any, name: str, value: Any) -> None:
        node.SetParameter(name, "")
        node.SetNodeReferenceID(name, value.GetID() if value is not None else None)

    def read(self, node: Any, name: str) -> Any:
        return node.GetNodeReference(name)


def serializer_for(kind: Any) -> Serializer:
    """Return how a type is stored.

    Raises:
        TypeError: If Slicer stores no such type (``vtkMRMLNode | None`` among them), or this host does not.

    """
    if kind is bool:
        return Serializer(bool, False, lambda value: "True" if value else "False", lambda text: text == "True")
    if kind is int:
        return Serializer(int, 0, str, int)
    if kind is float:
        return Serializer((int, float), 0, str, float)
    if kind is str:
        return Serializer(str, "", str, str)
    if isinstance(kind, type) and issubclass(kind, pathlib.PurePath):
        return Serializer(kind, kind(), str, kind)
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return Serializer(kind, next(iter(kind)), lambda value: str(value.name), lambda text: kind[text])
    if isinstance(kind, type) and issubclass(kind, slicer.vtkMRMLNode):
        return NodeSerializer(kind, None, str, str, accepts_none=True)
    raise TypeError(f"Unable to create serializer for type: {kind}")


def split_annotations(hint: Any) -> tuple[Any, list[Any]]:
    """Return the type and the annotations of ``Annotated[type, annotations]``."""
    if typing.get_origin(hint) is typing.Annotated:
        kind, *annotations = typing.get_args(hint)
        return kind, annotations
    return hint, []
