"""CTK's widgets that a panel of Slicer is made of, as far as a panel can tell them from the real ones.

What each has is what ``widgets.json`` of ``slicer_api`` lists for it, or a part of that (there is a test).
"""

from typing import Any

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QGroupBox,
    QHBoxLayout,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QSizePolicy,
    QSlider,
    QStyle,
    QStyleOption,
    QToolButton,
    QWidget,
)

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
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Preferred)  # as in CTK
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


class ctkCollapsibleGroupBox(QGroupBox):
    """A frame with a title, which shows and hides what is in it."""

    collapsed = stored(bool, "collapsed", default=False)
    collapsedHeight = stored(int, "collapsedHeight", 14)

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.setCheckable(True)
        self.toggled.connect(self._on_toggled)

    def _on_toggled(self, is_open: bool) -> None:
        self.collapsed = not is_open

    def _changed(self, name: str) -> None:
        if name == "collapsed":
            self.setChecked(not self.collapsed)
            for child in self.children():
                if isinstance(child, QWidget):
                    child.setVisible(not self.collapsed)


class ctkComboBox(QComboBox):
    """A combo box with a text for when nothing is chosen."""

    defaultText = stored(str, "defaultText", "")
    forceDefault = stored(bool, "forceDefault", default=False)
    elideMode = stored(int, "elideMode", 3)
    scrollWheelEffect = stored(int, "scrollWheelEffect", 2)

    def _changed(self, name: str) -> None:
        if name == "defaultText":
            self.setPlaceholderText(self.defaultText)


class ctkCheckBox(QCheckBox):
    """A check box that may show an icon."""


class ctkMenuButton(QPushButton):
    """A button with a menu behind its arrow."""


class ctkMessageBox(QMessageBox):
    """A message with "don't show again"."""

    dontShowAgainSettingsKey = stored(str, "dontShowAgainSettingsKey", "")
    dontShowAgainVisible = stored(bool, "dontShowAgainVisible", default=False)

    def _changed(self, name: str) -> None:
        """Nothing follows from it."""


class ctkSliderWidget(QWidget):
    """A slider beside the number that it sets."""

    valueChanged = Signal(float)
    SIGNALS = {"valueChanged(double)": "valueChanged"}
    _STEPS = 1000
    value = stored(float, "value", 0.0, notify="valueChanged")
    minimum = stored(float, "minimum", 0.0)
    maximum = stored(float, "maximum", 99.0)
    singleStep = stored(float, "singleStep", 1.0)
    pageStep = stored(float, "pageStep", 10.0)
    decimals = stored(int, "decimals", 2)
    prefix = stored(str, "prefix", "")
    suffix = stored(str, "suffix", "")
    tracking = stored(bool, "tracking", default=True)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self._slider, self._number = QSlider(Qt.Orientation.Horizontal), QDoubleSpinBox()
        self._slider.setRange(0, self._STEPS)
        row.addWidget(self._slider)
        row.addWidget(self._number)
        self._number.valueChanged.connect(self.setValue)
        self._slider.sliderMoved.connect(self._on_moved)

    def setValue(self, value: float) -> None:
        self.value = min(max(value, self.minimum), self.maximum)

    def _on_moved(self, step: int) -> None:
        self.setValue(self.minimum + step / self._STEPS * (self.maximum - self.minimum))

    def _changed(self, name: str) -> None:
        if name in ("minimum", "maximum"):
            self._number.setRange(self.minimum, self.maximum)
            self.setValue(self.value)
        elif name in ("singleStep", "decimals", "prefix", "suffix"):
            setattr(self._number, name, getattr(self, name))
        elif name == "value":
            extent = self.maximum - self.minimum
            self._number.setValue(self.value)
            self._slider.setValue(round((self.value - self.minimum) / extent * self._STEPS) if extent else 0)


class _Path(QWidget):
    """A line with a path and a button that asks for one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self._line, self._button = QLineEdit(), QToolButton()
        self._button.setText("...")
        row.addWidget(self._line)
        row.addWidget(self._button)
        self._line.textChanged.connect(self._set_path)


class ctkPathLineEdit(_Path):
    """A line with the path of a file or a folder."""

    currentPathChanged = Signal(str)
    validInputChanged = Signal(bool)
    SIGNALS = {"currentPathChanged(QString)": "currentPathChanged", "validInputChanged(bool)": "validInputChanged"}
    currentPath = stored(str, "currentPath", "", notify="currentPathChanged")
    settingKey = stored(str, "settingKey", "")
    label = stored(str, "label", "")
    filters = stored(int, "filters", 2)
    nameFilters = stored("QStringList", "nameFilters", [])
    showHistoryButton = stored(bool, "showHistoryButton", default=True)
    showBrowseButton = stored(bool, "showBrowseButton", default=True)

    def addCurrentPathToHistory(self) -> None:
        """Remember the path for the next session: there is none here."""

    def setCurrentPath(self, path: str) -> None:
        self.currentPath = path

    def _set_path(self, path: str) -> None:
        self.currentPath = path

    def _changed(self, name: str) -> None:
        if name == "currentPath" and self._line.text != self.currentPath:
            self._line.setText(self.currentPath)
        self._button.setVisible(self.showBrowseButton)


class ctkDirectoryButton(_Path):
    """A button that shows a folder and asks for another."""

    directoryChanged = Signal(str)
    SIGNALS = {"directoryChanged(QString)": "directoryChanged"}
    directory = stored(str, "directory", "", notify="directoryChanged")
    caption = stored(str, "caption", "")

    def _set_path(self, path: str) -> None:
        self.directory = path

    def _changed(self, name: str) -> None:
        if name == "directory" and self._line.text != self.directory:
            self._line.setText(self.directory)


WIDGETS: dict[str, type[QWidget]] = {
    kind.__name__: kind
    for kind in (
        ctkCheckBox,
        ctkCollapsibleButton,
        ctkCollapsibleGroupBox,
        ctkComboBox,
        ctkDirectoryButton,
        ctkMenuButton,
        ctkMessageBox,
        ctkPathLineEdit,
        ctkSliderWidget,
    )
}
"""The module ``ctk``."""
