"""How ``parameterNodeWrapper`` writes a value of each type into a ``vtkMRMLScriptedModuleNode``.

The names and forms are Slicer's, so that a scene saved by one is read by the other. Types that MuscleSeg does not use,
and annotations, are left out.
"""

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import slicer


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
    if kind is str:
        return Serializer(str, "", str, str)
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return Serializer(kind, next(iter(kind)), lambda value: str(value.name), lambda text: kind[text])
    if isinstance(kind, type) and issubclass(kind, slicer.vtkMRMLNode):
        return NodeSerializer(kind, None, str, str, accepts_none=True)
    raise TypeError(f"Unable to create serializer for type: {kind}")
