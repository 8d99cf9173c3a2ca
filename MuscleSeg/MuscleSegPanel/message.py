"""What the panel says: a sentence where the person is looking, never a window that is in the way."""

import contextlib
from collections.abc import Iterator

import qt

from MuscleSegLib.errors import MuscleSegError
from MuscleSegPanel.translation import translated

_ERROR_STYLE = "color: #c62828; font-weight: bold"  # readable on Slicer's light and dark background


class Message:
    """A label of one section, hidden while there is nothing to say.

    Sentences of the library are translated here, whoever brings them.
    """

    def __init__(self, label: qt.QLabel) -> None:
        self._label = label

    @property
    def text(self) -> str:
        """What it says now."""
        return self._label.text

    def tell(self, sentence: str) -> None:
        """Say what happened; nothing hides the label."""
        self._say(sentence, "")

    def warn(self, sentence: str) -> None:
        """Say what went wrong, and what to do."""
        self._say(sentence, _ERROR_STYLE)

    @contextlib.contextmanager
    def instead_of_errors(self) -> Iterator[None]:
        """Say the sentence of an error that the user can put right; any other goes on to Slicer's log."""
        try:
            yield
        except MuscleSegError as error:
            self.warn(error.message)

    def _say(self, sentence: str, style: str) -> None:
        self._label.styleSheet = style
        self._label.text = translated(sentence)
        self._label.visible = bool(sentence)
