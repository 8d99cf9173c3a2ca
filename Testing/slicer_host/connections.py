"""Signals and slots by PythonQt's rules.

``widget.connect('clicked(bool)', f)`` and ``widget.clicked.connect(f)`` both exist; ``f`` is given no more arguments
than it takes; a signal that does not exist is reported on stderr and gives False; a slot that raises is reported, and
whoever emitted the signal goes on.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QMetaMethod, QMetaObject, QObject, SignalInstance

from Testing.slicer_host import errors

_CONNECTIONS = "_connections"
_native_connect, _native_disconnect = QObject.connect, QObject.disconnect


@dataclass(frozen=True)
class Connection:
    """Connection: its request, and PySide's handle of it."""

    signature: str
    slot: Any
    handle: Any


class Signal:
    """A signal of one object, as PythonQt shows it: ``connect``, ``disconnect``, ``emit``."""

    def __init__(self, sender: QObject, signature: str, instance: SignalInstance) -> None:
        self._sender = sender
        self._signature = signature
        self._instance = instance

    def connect(self, slot: Callable[..., Any]) -> bool:
        """Call ``slot`` whenever the signal is emitted."""
        return _add(self._sender, self._signature, slot)

    def disconnect(self, slot: Callable[..., Any] | None = None) -> bool:
        """End the connections to ``slot``, or all that were made in Python; False where there are none."""
        return _remove(self._sender, self._signature, slot)

    def emit(self, *arguments: Any) -> None:
        """Emit the signal."""
        self._instance.emit(*arguments)

    def __call__(self, *arguments: Any) -> None:
        self._instance.emit(*arguments)


def attribute(sender: QObject, name: str, value: Any) -> Any:
    """Return what an attribute of a QObject is in PythonQt, given what it is in PySide."""
    if name == "connect":
        return lambda *given: connect(sender, *given)
    if name == "disconnect":
        return lambda *given: disconnect(sender, *given)
    if isinstance(value, SignalInstance):
        return Signal(sender, _first_signature(sender, name), value)
    return value


def connect(sender: QObject, *given: Any) -> Any:
    """Do ``sender.connect(signature, slot)`` or ``sender.connect(signature, receiver, slot signature)``."""
    if not isinstance(given[0], str) or given[0][:1].isdigit():
        return _native_connect(*given)  # PySide calls this itself
    signature, slot = given[0], given[1]
    if len(given) == 3:
        slot = getattr(given[1], given[2].partition("(")[0])
    normalized = _normalized(signature)
    if not _exists(sender, normalized):
        kind = sender.metaObject().className()
        errors.record(f"QObject::connect: the signal '{signature}' does not exist on {kind}")
        return False
    return _add(sender, normalized, slot)


def disconnect(sender: QObject, *given: Any) -> Any:
    """Undo ``connect``; without a slot, all connections of the signal that were made in Python."""
    if not given or not isinstance(given[0], str) or given[0][:1].isdigit():
        return _native_disconnect(*given)
    return _remove(sender, _normalized(given[0]), given[1] if len(given) > 1 else None)


def own_signals(kind: type) -> dict[str, str]:
    """Return the signals that stand-ins declare: Slicer's signature and the attribute that holds it."""
    signals: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        signals.update(vars(base).get("SIGNALS", {}))
    return signals


def _normalized(signature: str) -> str:
    return bytes(QMetaObject.normalizedSignature(signature).data()).decode()


def _exists(sender: QObject, signature: str) -> bool:
    return signature in own_signals(type(sender)) or sender.metaObject().indexOfSignal(signature) >= 0


def _first_signature(sender: QObject, name: str) -> str:
    """Return the signature that PythonQt means by a signal's bare name: the first that the class declares."""
    for signature, attribute_name in own_signals(type(sender)).items():
        if attribute_name == name:
            return signature
    return _native_signature(sender, name)


def _add(sender: QObject, signature: str, slot: Any) -> bool:
    if not callable(slot):
        errors.record(f"QObject::connect: {slot!r} cannot be called")
        return False
    arguments = signature.partition("(")[2].rstrip(")")
    emitted = arguments.count(",") + 1 if arguments else 0
    taken = _arguments_taken(slot)
    count = emitted if taken is None else min(emitted, taken)

    def relay(*values: Any) -> None:
        try:
            slot(*values[:count])
        except Exception:
            errors.report_exception()

    declared = own_signals(type(sender)).get(signature)
    # By its full signature: of two overloads, PySide's own "connect" of a signal takes the one without arguments.
    name = _native_signature(sender, declared) if declared else signature
    handle = _native_connect(sender, f"2{name}", relay)
    vars(sender).setdefault(_CONNECTIONS, []).append(Connection(signature, slot, handle))
    return True


def _remove(sender: QObject, signature: str, slot: Any) -> bool:
    connections: list[Connection] = vars(sender).get(_CONNECTIONS, [])
    removed = [
        connection
        for connection in connections
        if connection.signature == signature and (slot is None or connection.slot == slot)
    ]
    for connection in removed:
        _native_disconnect(connection.handle)
        connections.remove(connection)
    return bool(removed)


def _native_signature(sender: QObject, name: str) -> str:
    """Return the signature that PySide gave a signal declared in Python: ``currentNodeChanged(PyObject)``."""
    meta = sender.metaObject()
    for index in range(meta.methodCount()):
        method = meta.method(index)
        if method.methodType() == QMetaMethod.MethodType.Signal and bytes(method.name().data()).decode() == name:
            return bytes(method.methodSignature().data()).decode()
    raise AssertionError(f"{type(sender).__name__} declares a signal {name} that it does not have")


def _arguments_taken(slot: Any) -> int | None:
    """Return how many arguments PythonQt gives a function at most; None for all that were emitted."""
    function = slot.__func__ if inspect.ismethod(slot) else slot
    if not inspect.isfunction(function) or function.__code__.co_flags & inspect.CO_VARARGS:
        return None
    return function.__code__.co_argcount - inspect.ismethod(slot)
