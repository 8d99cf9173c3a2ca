"""CTK's widgets of the panel, as far as a panel can tell them from the real ones.

What each has is what ``widgets.json`` of ``slicer_api`` lists for it, or a part of that (there is a test).
"""

from typing import Any

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QMessageBox, QStyle, QStyleOption, QWidget

from Testing.slicer_host.properties import stored

_BAR_HEIGHT = 24
_DARKER_PERCENT = 107  # of the window, so that a section's title stands out
_OPEN = QStyle.PrimitiveElement.PE_IndicatorArrowDown
_CLOSED = QStyle.PrimitiveElement.PE_IndicatorArrowRight


class ctkCollapsibleButton(QAbstractButton):
    """A bar with a title, which shows and hides what lies below it."""

    contentsCollapsed = Signal(bool)
    SIGNALS = {"contentsCollapsed(bool)": "contentsCollapsed"}
    collapsed = stored(bool, "collapsed", default=False, notify="contentsCollapsed")
    collapsedHeight = stored(int, "collapsedHeight", 10)
    flat = stored(bool, "flat", default=False)

    def __init__(self, text: str | QWidget = "", parent: QWidget | None = None) -> None:
        if isinstance(text, QWidget):
            text, parent = "", text
        super().__init__(parent)
        self.setText(text)
        self.setCheckable(True)
        self.setChecked(True)
        self.setContentsMargins(0, _BAR_HEIGHT, 0, 0)
        self.toggled.connect(self._on_toggled)

    def collapse(self, on: bool) -> None:
        self.collapsed = on

    def _on_toggled(self, is_open: bool) -> None:
        self.collapsed = not is_open

    def _changed(self, name: str) -> None:
        if name != "collapsed":
            return
        self.setChecked(not self.collapsed)
        for child in self.children():
            if isinstance(child, QWidget):
                child.setVisible(not self.collapsed)
        self.updateGeometry()

    def childEvent(self, event: Any) -> None:
        if event.added() and self.collapsed and isinstance(event.child(), QWidget):
            event.child().setVisible(False)

    def hitButton(self, position: QPoint) -> bool:
        return position.y() < _BAR_HEIGHT

    def sizeHint(self) -> QSize:
        inner = self.layout().totalSizeHint() if self.layout() and not self.collapsed else QSize(0, 0)
        return QSize(max(200, inner.width()), max(inner.height(), _BAR_HEIGHT) + 2)

    def minimumSizeHint(self) -> QSize:
        inner = self.layout().totalMinimumSize() if self.layout() and not self.collapsed else QSize(0, 0)
        return QSize(inner.width(), max(inner.height(), _BAR_HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        bar, arrow = QRect(0, 0, self.width, _BAR_HEIGHT - 2), QStyleOption()
        arrow.initFrom(self)
        arrow.rect = QRect(6, 5, 12, 12)
        painter = QPainter(self)
        painter.fillRect(bar, self.palette.window().color().darker(_DARKER_PERCENT))
        self.style().drawPrimitive(_CLOSED if self.collapsed else _OPEN, arrow, painter, self)
        painter.drawText(bar.adjusted(24, 0, 0, 0), int(Qt.AlignmentFlag.AlignVCenter), self.text)
        painter.end()  # Qt hangs in a widget that is still being painted


class ctkMessageBox(QMessageBox):
    """The message of ``slicer.util``."""


WIDGETS: dict[str, type[QWidget]] = {kind.__name__: kind for kind in (ctkCollapsibleButton, ctkMessageBox)}
"""The module ``ctk``."""
