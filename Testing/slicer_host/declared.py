"""Declarations of PySide's classes, read before any object is made.

PySide shares one wrapper of a class's meta object among all, and breaks it when the first object goes.
"""

from PySide6.QtCore import QMetaMethod, QObject

properties: dict[str, set[str]] = {}
signals: dict[str, set[str]] = {}


def remember(kind: type[QObject]) -> None:
    """Keep the names of a class's properties and the signatures of its signals, inherited ones included."""
    meta = kind.staticMetaObject
    methods = [meta.method(index) for index in range(meta.methodCount())]
    properties[kind.__name__] = {meta.property(index).name() for index in range(meta.propertyCount())}
    signals[kind.__name__] = {
        bytes(method.methodSignature().data()).decode()
        for method in methods
        if method.methodType() == QMetaMethod.MethodType.Signal
    }
