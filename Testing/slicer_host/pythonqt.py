"""PySide6 dressed as PythonQt, and the modules ``qt`` and ``ctk`` made of it.

The classes of PySide6 are changed where they are, since Qt hands out objects of its own making too (a table's header, a
combo box's line edit): all of them behave alike then.
"""

import sys
from collections.abc import Iterator
from functools import cache
from types import ModuleType
from typing import Any

from PySide6 import QtCore, QtGui, QtWidgets
from PySide6.QtCore import QObject

from Testing.slicer_host import connections, declared, enums, properties, timers, usage

_MODULES = (QtCore, QtGui, QtWidgets)
_VALUE_BASE = QtGui.QColor.__mro__[-2]  # Shiboken.Object, of which no module tells the name


@cache
def qt_module() -> ModuleType:
    """Dress PySide6 and return it as the module ``qt``, which can be imported from then on."""
    for kind in _classes():
        _dress(kind)
    _give_python_names()
    module = ModuleType("qt", "Qt as PythonQt shows it")
    for source in _MODULES:
        vars(module).update({name: getattr(source, name) for name in dir(source) if not name.startswith("__")})
    vars(module)["QTimer"] = timers.QTimer
    sys.modules["qt"] = module
    return module


def _classes() -> Iterator[type]:
    """Yield PySide's classes, each one once; ``dir`` and ``getattr``, since it makes them when they are asked for."""
    seen = set()
    for module in _MODULES:
        for name in dir(module):
            kind = getattr(module, name)
            is_class = isinstance(kind, type) and kind.__module__.startswith("PySide6")
            if is_class and issubclass(kind, _VALUE_BASE) and kind not in seen:
                seen.add(kind)
                yield kind


def _dress(kind: type) -> None:
    enums.make_enumerations_numbers(kind)
    kind.__setattr__ = properties.set_attribute  # type: ignore[method-assign,assignment]
    if issubclass(kind, QObject):
        declared.remember(kind)
        properties.make_properties_attributes(kind)
        _let_connect(kind)


def _let_connect(kind: type[QObject]) -> None:
    """Show signals, ``connect`` and ``disconnect`` as PythonQt does.

    Only ``__getattribute__`` can: PySide's generated classes look for ``connect`` before they look at the class.
    """
    native = kind.__getattribute__

    def lookup(self: QObject, name: str) -> Any:
        usage.note(self, name)
        return connections.attribute(self, name, native(self, name))

    kind.__getattribute__ = lookup  # type: ignore[method-assign,assignment]


def _give_python_names() -> None:
    """Add what every QObject has in PythonQt and in no C++."""
    children, find_children = QObject.children, QObject.findChildren
    QObject.name = property(lambda self: self.objectName, lambda self, name: self.setObjectName(name))
    QObject.className = lambda self: self.metaObject().className()
    QObject.delete = lambda self: self.deleteLater()
    QObject.children = lambda self: tuple(children(self))
    QObject.findChildren = lambda self, *arguments: tuple(find_children(self, *arguments))
    QObject.__getattr__ = properties.missing_attribute
