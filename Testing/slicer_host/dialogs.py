"""Windows that wait for the user: a test says beforehand what the user will answer, and an unexpected one fails it."""

from typing import Any

from PySide6.QtWidgets import QDialog, QFileDialog, QMessageBox

from Testing.slicer_host import errors


class Dialogs:
    """The answers that a test prepares, and what was asked.

    Attributes:
        questions: Text of each window, or its title.
    """

    def __init__(self) -> None:
        self.questions: list[str] = []
        self._answers: list[Any] = []

    def will_answer(self, *answers: Any) -> None:
        """Prepare answers in their order.

        A file dialog takes a path (empty: canceled), a message box one of its buttons, any other
        dialog ``qt.QDialog.Accepted`` or ``Rejected``.
        """
        self._answers += [str(answer) if hasattr(answer, "__fspath__") else answer for answer in answers]

    def clear(self) -> None:
        """Forget everything."""
        self.questions.clear()
        self._answers.clear()

    def answer(self, text: str, otherwise: Any) -> Any:
        """Return the answer that was prepared next."""
        self.questions.append(text)
        if self._answers:
            return self._answers.pop(0)
        errors.record(f"a window opened that the test did not expect: {text}")
        return otherwise


DIALOGS = Dialogs()


def install() -> None:
    """Put the prepared answers in place of windows that would wait."""
    for name in ("getOpenFileName", "getSaveFileName", "getExistingDirectory"):
        setattr(QFileDialog, name, staticmethod(_ask_for_path))
    for kind in (QDialog, QMessageBox, QFileDialog):
        kind.exec = kind.exec_ = _ask_dialog
    for name in ("information", "warning", "critical", "question"):
        setattr(QMessageBox, name, staticmethod(_ask_message))


def _ask_for_path(parent: Any = None, caption: str = "", *_: Any) -> str:
    return str(DIALOGS.answer(caption, ""))


def _ask_dialog(dialog: Any) -> Any:
    text = dialog.text if isinstance(dialog, QMessageBox) else dialog.windowTitle
    return DIALOGS.answer(text, 0)


def _ask_message(parent: Any, title: str, text: str, *_: Any) -> Any:
    return DIALOGS.answer(text, QMessageBox.StandardButton.Ok)
