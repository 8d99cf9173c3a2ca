"""Errors inside slots and observers, where Slicer prints it and goes on.

PythonQt and VTK both hand such an exception to ``sys.excepthook``. So does this host, which keeps it besides: a test in
which a slot raised has failed, whatever else it saw.
"""

import sys
import traceback
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

_HARMLESS = ("This plugin does not support propagateSizeHints",)
"""Warnings of Qt because it draws off screen."""

recorded: list[str] = []
"""Errors since the list was last cleared, each with its traceback where there is one."""


def record(message: str) -> None:
    """Keep something that Slicer would only have printed, and print it."""
    recorded.append(message)
    print(message, file=sys.stderr)


def report_exception() -> None:
    """Keep and print the exception that is being handled."""
    kind, error, trace = sys.exc_info()
    assert kind is not None
    assert error is not None
    _hook(kind, error, trace)


def install() -> None:
    """Keep what reaches ``sys.excepthook`` (from slots that Qt calls itself, and from observers), and Qt's warnings."""
    sys.excepthook = _hook
    qInstallMessageHandler(_on_message)


def _hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    record("".join(traceback.format_exception(kind, error, trace)))


def _on_message(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    """Keep what Qt warns of, such as a process that is destroyed while it runs."""
    if kind not in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) and not message.startswith(_HARMLESS):
        record(f"Qt: {message}")
