"""Messages of the panel: a sentence where the person is looking, never a window that is in the way."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import ctk
import qt

from MuscleSegLib.errors import MuscleSegError
from MuscleSegPanel.contrast import warning_color
from MuscleSegPanel.translation import translated


class Message:
    """A label of one section, hidden while there is nothing to say.

    Sentences of the library are translated here, whoever brings them.
    """

    def __init__(self, label: qt.QLabel, section: ctk.ctkCollapsibleButton | None = None) -> None:
        """Say nothing yet.

        Args:
            label: Where it is said.
            section: The one that the label is in: it is opened for a warning, which would not be seen otherwise.
        """
        self._label, self._section = label, section

    @property
    def text(self) -> str:
        """Text of the label."""
        return self._label.text

    def tell(self, sentence: str) -> None:
        """Show a sentence; an empty text hides the label."""
        self._say(sentence, "")

    def warn(self, sentence: str) -> None:
        """Show a mistake and its remedy, in the color of warnings."""
        self._label.styleSheet = ""  # the theme's own palette, which may have changed
        self._say(sentence, f"color: {warning_color(self._label.palette)}; font-weight: bold")
        if self._section is not None and sentence:
            self._section.collapsed = False

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
