"""``slicer.parameterNodeWrapper``: typed attributes of a parameter node, bound to widgets.

Read in Slicer's ``Base/Python/slicer/parameterNodeWrapper``. Not here: numbers with a fraction, paths, lists,
dictionaries, unions, packs and annotations, which MuscleSeg does not use; a class that has one cannot be decorated.
"""

import typing
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import slicer
import vtk

from Testing.slicer_host.parameter_connectors import Connector, connector_for
from Testing.slicer_host.parameter_serializers import Serializer, serializer_for

SlicerParameterNamePropertyName = "SlicerParameterName"


@dataclass(frozen=True)
class ParameterInfo:
    """What the decorated class says of one parameter."""

    basename: str
    unalteredType: Any
    serializer: Serializer
    default: Any


class _Value:
    """One parameter of one node, kept until the node is modified, as in Slicer."""

    def __init__(self, info: ParameterInfo, node: Any) -> None:
        self._info, self._node = info, node
        self._is_writing = False
        self._cached = self._load()
        this = weakref.ref(self)
        self._tag = node.AddObserver(vtk.vtkCommand.ModifiedEvent, lambda *_: this()._on_modified())

    def __del__(self) -> None:
        self._node.RemoveObserver(self._tag)

    def read(self) -> Any:
        return self._cached

    def write(self, value: Any) -> None:
        self._is_writing = True
        try:
            with slicer.util.NodeModify(self._node):
                self._store(value)
                self._cached = self._load()
        finally:
            self._is_writing = False

    def _store(self, value: Any) -> None:
        self._info.serializer.validate(value)
        self._info.serializer.write(self._node, self._info.basename, value)

    def _on_modified(self) -> None:
        if not self._is_writing:
            self._cached = self._load()

    def _load(self) -> Any:
        if not self._node.HasParameter(self._info.basename):  # new, or emptied as the scene was closed
            self._store(self._info.default)
        return self._info.serializer.read(self._node, self._info.basename)


class _Wrapper:
    """What the decorator gives a class, with ``allParameters`` of that class."""

    allParameters: dict[str, ParameterInfo]

    def __init__(self, parameterNode: Any) -> None:
        self.parameterNode = parameterNode
        self._values = {name: _Value(info, parameterNode) for name, info in self.allParameters.items()}
        self._connections: dict[int, dict[str, Connector]] = {}
        self._next_tag = 0
        self._is_updating = False  # the widgets, from the node
        this = weakref.ref(self)
        # Weak: Python would take node, observer and wrapper for garbage together while the scene still has the node.
        self._tag = parameterNode.AddObserver(vtk.vtkCommand.ModifiedEvent, lambda *_: this()._update_gui())

    def __del__(self) -> None:
        self.parameterNode.RemoveObserver(self._tag)

    def dataType(self, name: str) -> Any:
        return self._info(name).unalteredType

    def getValue(self, name: str) -> Any:
        self._info(name)
        return self._values[name].read()

    def setValue(self, name: str, value: Any) -> None:
        self._info(name)
        self._values[name].write(value)

    def connectParametersToGui(self, mapping: Mapping[str, Any]) -> int:
        connectors = {name: connector_for(widget, self.dataType(name)) for name, widget in mapping.items()}
        tag, self._next_tag = self._next_tag, self._next_tag + 1
        self._connections[tag] = connectors
        for name, connector in connectors.items():
            connector.write(self.getValue(name))
            connector.connect(lambda name=name, connector=connector: self._on_gui_changed(name, connector))
        return tag

    def disconnectGui(self, tag: int) -> None:
        for connector in self._connections.pop(tag, {}).values():
            connector.disconnect()

    def StartModify(self) -> int:
        return int(self.parameterNode.StartModify())

    def EndModify(self, was_modifying: int) -> int:
        return int(self.parameterNode.EndModify(was_modifying))

    def _info(self, name: str) -> ParameterInfo:
        if name not in self.allParameters:
            raise ValueError(f"Cannot find a param with the given name: {name}. Found {list(self.allParameters)}")
        return self.allParameters[name]

    def _on_gui_changed(self, name: str, connector: Connector) -> None:
        if not self._is_updating:
            with slicer.util.NodeModify(self):
                self.setValue(name, connector.read())

    def _update_gui(self) -> None:
        if self._is_updating:
            return
        self._is_updating = True
        try:
            with slicer.util.NodeModify(self):
                for connectors in list(self._connections.values()):
                    for name, connector in connectors.items():
                        connector.write(self.getValue(name))
        finally:
            self._is_updating = False


def parameterNodeWrapper(kind: type) -> type:
    """Make a class of annotations a wrapper of parameter nodes, where it is, as Slicer's decorator does."""
    hints = typing.get_type_hints(kind)
    infos = {name: _describe(kind, name, hint) for name, hint in hints.items()}
    given = {name: member for name, member in vars(_Wrapper).items() if not name.startswith("__")}
    for name in given:
        if hasattr(kind, name):
            raise ValueError(f"Cannot use reserved name '{name}' in a parameterNodeWrapper")
    members = given | {"__init__": _Wrapper.__init__, "__del__": _Wrapper.__del__, "allParameters": infos}
    for name, member in (members | {name: _attribute(name) for name in infos}).items():
        setattr(kind, name, member)
    return kind


def _describe(kind: type, name: str, hint: Any) -> ParameterInfo:
    serializer = serializer_for(hint)
    return ParameterInfo(name, hint, serializer, getattr(kind, name, serializer.default))


def _attribute(name: str) -> property:
    return property(lambda self: self.getValue(name), lambda self, value: self.setValue(name, value))
