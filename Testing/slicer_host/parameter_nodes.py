"""``slicer.parameterNodeWrapper``: typed attributes of a parameter node, bound to widgets.

Read in Slicer's ``Base/Python/slicer/parameterNodeWrapper``: names and forms in the node are Slicer's, so that a scene
saved by one is read by the other. Only types, widgets and methods of MuscleSeg's panel are here.
"""

import enum
import typing
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import slicer
import vtk
from PySide6 import QtWidgets

from Testing.slicer_host.node_combo_box import qMRMLNodeComboBox

SlicerParameterNamePropertyName = "SlicerParameterName"

_AS_TEXT: dict[type, tuple[Callable[[Any], str], Callable[[str], Any]]] = {
    bool: (str, lambda text: text == "True"),
    int: (str, int),
    str: (str, str),
}
"""Of each plain type, how it is written and read."""


@dataclass(frozen=True)
class Parameter:
    """Parameter of the decorated class."""

    name: str
    kind: Any
    default: Any

    def read(self, node: Any) -> Any:
        if issubclass(self.kind, slicer.vtkMRMLNode):
            return node.GetNodeReference(self.name)
        text = node.GetParameter(self.name)
        return self.kind[text] if issubclass(self.kind, enum.Enum) else _AS_TEXT[self.kind][1](text)

    def write(self, node: Any, value: Any) -> None:
        """Write a value.

        Raises:
            ValueError: If it is None, but for a node.
            TypeError: If it is of another type.
        """
        is_node = issubclass(self.kind, slicer.vtkMRMLNode)
        if value is None and not is_node:
            raise ValueError("Value must not be None")
        if value is not None and not isinstance(value, self.kind):
            raise TypeError(f"Value of type {type(value)} is not {self.kind}")
        if is_node:  # a reference, and an empty parameter that says that there is one
            node.SetParameter(self.name, "")
            node.SetNodeReferenceID(self.name, value.GetID() if value is not None else None)
        elif isinstance(value, enum.Enum):
            node.SetParameter(self.name, value.name)
        else:
            node.SetParameter(self.name, _AS_TEXT[self.kind][0](value))


class _Value:
    """Parameter of a node, kept until the node is modified, as in Slicer."""

    def __init__(self, parameter: Parameter, node: Any) -> None:
        self._parameter, self._node = parameter, node
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
                self._parameter.write(self._node, value)
                self._cached = self._load()
        finally:
            self._is_writing = False

    def _on_modified(self) -> None:
        if not self._is_writing:
            self._cached = self._load()

    def _load(self) -> Any:
        if not self._node.HasParameter(self._parameter.name):  # new, or emptied as the scene was closed
            self._parameter.write(self._node, self._parameter.default)
        return self._parameter.read(self._node)


@dataclass
class _Binding:
    """A widget that shows a parameter."""

    signal: Any
    read: Callable[[], Any]
    write: Callable[[Any], None]
    on_change: Callable[[], None] = lambda: None


class _Wrapper:
    """Parts that the decorator gives a class, with ``allParameters`` of that class."""

    allParameters: dict[str, Parameter]

    def __init__(self, parameterNode: Any) -> None:
        self.parameterNode = parameterNode
        self._values = {name: _Value(parameter, parameterNode) for name, parameter in self.allParameters.items()}
        self._bindings: dict[int, dict[str, _Binding]] = {}
        self._next_tag = 0
        self._is_updating = False  # the widgets, from the node
        this = weakref.ref(self)
        # Weak: Python would take node, observer and wrapper for garbage together while the scene still has the node.
        self._tag = parameterNode.AddObserver(vtk.vtkCommand.ModifiedEvent, lambda *_: this()._update_gui())

    def __del__(self) -> None:
        self.parameterNode.RemoveObserver(self._tag)

    def connectParametersToGui(self, mapping: Mapping[str, Any]) -> int:
        for name in mapping:
            if name not in self.allParameters:
                raise ValueError(f"Cannot find a param with the given name: {name}. Found {list(self.allParameters)}")
        bindings = {name: _binding(widget, self.allParameters[name].kind) for name, widget in mapping.items()}
        tag, self._next_tag = self._next_tag, self._next_tag + 1
        self._bindings[tag] = bindings
        for name, binding in bindings.items():
            binding.write(getattr(self, name))
            binding.on_change = self._listener(name, binding)
            binding.signal.connect(binding.on_change)
        return tag

    def disconnectGui(self, tag: int) -> None:
        for binding in self._bindings.pop(tag, {}).values():
            binding.signal.disconnect(binding.on_change)

    def StartModify(self) -> int:
        return int(self.parameterNode.StartModify())

    def EndModify(self, was_modifying: int) -> int:
        return int(self.parameterNode.EndModify(was_modifying))

    def _listener(self, name: str, binding: _Binding) -> Callable[[], None]:
        def listen() -> None:
            if not self._is_updating:
                with slicer.util.NodeModify(self):
                    setattr(self, name, binding.read())

        return listen

    def _update_gui(self) -> None:
        if self._is_updating:
            return
        self._is_updating = True
        try:
            with slicer.util.NodeModify(self):
                for bindings in list(self._bindings.values()):
                    for name, binding in bindings.items():
                        binding.write(getattr(self, name))
        finally:
            self._is_updating = False


def parameterNodeWrapper(kind: type) -> type:
    """Make a class of annotations a wrapper of parameter nodes, where it is, as Slicer's decorator does.

    Raises:
        TypeError: If a parameter is of a type that Slicer does not store, or that the panel does not use.
    """
    parameters = {name: _parameter(kind, name, hint) for name, hint in typing.get_type_hints(kind).items()}
    given = {name: member for name, member in vars(_Wrapper).items() if not name.startswith("__")}
    for name in given:
        if hasattr(kind, name):
            raise ValueError(f"Cannot use reserved name '{name}' in a parameterNodeWrapper")
    members = given | {"__init__": _Wrapper.__init__, "__del__": _Wrapper.__del__, "allParameters": parameters}
    for name, member in (members | {name: _attribute(name) for name in parameters}).items():
        setattr(kind, name, member)
    return kind


def _parameter(wrapped: type, name: str, kind: Any) -> Parameter:
    if kind in _AS_TEXT:
        default = kind()
    elif isinstance(kind, type) and issubclass(kind, enum.Enum):
        default = next(iter(kind))
    elif isinstance(kind, type) and issubclass(kind, slicer.vtkMRMLNode):
        default = None
    else:
        raise TypeError(f"Unable to create serializer for type: {kind}")
    return Parameter(name, kind, getattr(wrapped, name, default))


def _attribute(name: str) -> property:
    return property(lambda self: self._values[name].read(), lambda self, value: self._values[name].write(value))


def _binding(widget: Any, kind: type) -> _Binding:
    """Return what binds a widget to a parameter of a type, by the widget's exact class.

    Raises:
        RuntimeError: If Slicer binds no such pair, or the panel does not.
    """
    exact = type(widget)
    if kind is bool and exact is QtWidgets.QCheckBox:
        return _Binding(widget.stateChanged, lambda: widget.checked, widget.setChecked)
    if issubclass(kind, enum.Enum) and exact is QtWidgets.QComboBox:
        members = list(kind)
        widget.clear()  # in place of what the .ui put there
        for member in members:
            widget.addItem(getattr(kind, "label", lambda member: member.name)(member))
        return _Binding(
            widget.currentIndexChanged,
            lambda: members[widget.currentIndex],
            lambda value: widget.setCurrentIndex(members.index(value)),
        )
    if issubclass(kind, slicer.vtkMRMLNode) and exact is qMRMLNodeComboBox:
        widget.nodeTypes = [kind.__name__]
        return _Binding(widget.currentNodeChanged, widget.currentNode, widget.setCurrentNode)
    raise RuntimeError(f"Unable to create GUI connector from datatype '{kind}' to widget type '{exact}'")
