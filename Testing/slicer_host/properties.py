"""Qt's properties as attributes, and nothing but them, as in PythonQt.

``button.text`` is a string, ``button.text = "Segment"`` sets it, an attribute that the class does not have cannot be
set, and a read of one fails. Read in PythonQt's own ``PythonQtInstanceWrapper.cpp``, and tried in Slicer 5.13.
"""

import inspect
from enum import Enum
from typing import Any

from PySide6.QtCore import Property, QObject, SignalInstance

from Testing.slicer_host import usage

_STAY_METHODS = {("QWidget", "sizeHint"), ("QWidget", "minimumSizeHint"), ("QProgressBar", "text")}
"""Qt calls these itself, and PySide would take a property for a Python override of the method."""

_OWN_PACKAGE = __name__.rpartition(".")[0]
_read, _write, _is_dynamic = QObject.property, QObject.setProperty, QObject.dynamicPropertyNames


def is_native(kind: type) -> bool:
    """Return whether objects of this class are plain C++ objects in Slicer: of Qt's, or one of the stand-ins here."""
    is_stand_in = kind.__module__.startswith(_OWN_PACKAGE) and kind.__name__.startswith(("ctk", "qMRML", "qSlicer"))
    return is_stand_in or kind.__module__.startswith("PySide6")


def make_properties_attributes(kind: type[QObject]) -> None:
    """Replace the getters of one of PySide's classes by its properties."""
    meta = kind.staticMetaObject
    for index in range(meta.propertyOffset(), meta.propertyCount()):
        declared = meta.property(index)
        name = declared.name()
        if (kind.__name__, name) not in _STAY_METHODS:
            setattr(kind, name, _property(name, getattr(kind, name, None), is_writable=declared.isWritable()))


class _SharedName(property):
    """A property whose name the class uses too, as ``QTimer.singleShot`` is a property and a static function."""

    of_class: Any = None

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return self.of_class if instance is None else super().__get__(instance, owner)


def _property(name: str, of_class: Any, *, is_writable: bool) -> property:
    def read(self: QObject) -> Any:
        value = _read(self, name)
        return tuple(value) if isinstance(value, list) else value  # PythonQt's form of a QStringList

    def write(self: QObject, value: Any) -> None:
        if not is_writable:
            raise AttributeError(f"Property '{name}' of {type(self).__name__} object is not writable")
        set_property(self, name, value)

    made = _SharedName(read, write)
    made.of_class = of_class
    return made


def set_property(target: QObject, name: str, value: Any) -> None:
    """Set a property of Qt's, declared or dynamic.

    Raises:
        AttributeError: If the value cannot be converted to the property's type.
    """
    given = list(value) if isinstance(value, tuple) else value
    is_foreign_number = type(value).__module__ == "numpy" and not isinstance(value, float)  # PythonQt knows no others
    if not is_foreign_number and (_write(target, name, given) or _has_dynamic(target, name)):
        return
    if isinstance(value, Enum) and _write(target, name, int(value)):  # some of PySide's are no type of Qt's properties
        return
    raise AttributeError(f"Property '{name}' does not accept an object of type {type(value).__name__} ({value!r})")


def set_attribute(target: Any, name: str, value: Any) -> None:
    """Do ``target.name = value`` by PythonQt's rules (a ``__setattr__``).

    Names that begin with an underscore are the stand-ins' own.

    Raises:
        AttributeError: If the class has no such property, and its objects are C++ objects.
    """
    usage.note(target, name)
    declared = inspect.getattr_static(type(target), name, None)
    if isinstance(declared, Property):  # of a stand-in: PySide's Property is no descriptor that could set
        set_property(target, name, value)
    elif hasattr(type(declared), "__set__"):  # a property made here, or a field of one of Qt's structures
        declared.__set__(target, value)
    elif name.startswith("_") or not is_native(type(target)) or isinstance(value, SignalInstance):  # PySide sets those
        vars(target)[name] = value
    elif isinstance(target, QObject) and _has_dynamic(target, name):
        set_property(target, name, value)
    else:
        kind = type(target).__name__
        raise AttributeError(
            f"'{name}' does not exist on {kind} and creating new attributes on C++ objects is not allowed"
        )


def missing_attribute(target: QObject, name: str) -> Any:
    """Return a dynamic property or a child of that name (a ``__getattr__``, called when all else has failed)."""
    if not name.startswith("_"):
        if _has_dynamic(target, name):
            return _read(target, name)
        for child in QObject.children(target):
            if _read(child, "objectName") == name:
                return child
    raise AttributeError(f"{type(target).__name__} has no attribute named '{name}'")


def _has_dynamic(target: QObject, name: str) -> bool:
    return name.encode() in [bytes(dynamic.data()) for dynamic in _is_dynamic(target)]


def stored(kind: Any, name: str, default: Any, *, notify: str | None = None) -> Property:
    """Make a property of a stand-in that keeps its value, calls ``_changed(name)`` and emits the signal ``notify``."""
    field = f"_value_of_{name}"

    def read(self: Any) -> Any:
        value = vars(self).get(field, default)
        return tuple(value) if isinstance(value, list) else value

    def write(self: Any, value: Any) -> None:
        if read(self) == (tuple(value) if isinstance(value, list) else value):
            return
        vars(self)[field] = value
        self._changed(name)
        if notify:
            getattr(self, notify).emit(value)

    return Property(kind, read, write)
