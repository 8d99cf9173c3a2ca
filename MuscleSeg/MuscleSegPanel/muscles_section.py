"""The section *Muscles*: what needs a person's review first, and the way to it."""

from collections.abc import Callable, Mapping, Sequence

import qt
import slicer
from slicer.i18n import tr as _

from MuscleSegLib.review import LiveRow
from MuscleSegLib.scene.segmentations import segments_by_value
from MuscleSegPanel.cells import number, set_headers, text_item
from MuscleSegPanel.short_remarks import SharedRemarks, in_short, shared_remarks
from MuscleSegPanel.translation import translated

_SHOWN, _NAME, _CONFIDENCE, _REMARKS = range(4)  # columns
_SWATCH = 14  # pixels


class MusclesSection:
    """The list of muscles, one of which is chosen."""

    def __init__(self, ui: object, on_chosen: Callable[[int], None]) -> None:
        self._ui, self._table, self._on_chosen = ui, ui.musclesTable, on_chosen
        self._values: list[int] = []
        self._rows: dict[int, LiveRow] = {}
        self._shared = SharedRemarks()
        self._segmentation: slicer.vtkMRMLSegmentationNode | None = None
        set_headers(self._table, _headers())
        self._table.connect("currentCellChanged(int,int,int,int)", self._on_row)
        self._table.connect("cellClicked(int,int)", self._on_row)  # on the muscle that is chosen already, too
        self._table.connect("itemChanged(QTableWidgetItem*)", self._on_item)
        ui.nextButton.connect("clicked()", self.choose_next)
        ui.previousButton.connect("clicked()", self.choose_previous)
        ui.onlyButton.connect("toggled(bool)", lambda _on: self._show_segments())

    @property
    def chosen(self) -> int | None:
        """The label value of the chosen muscle."""
        row = self._table.currentRow()
        return self._values[row] if 0 <= row < len(self._values) else None

    def show(self, rows: Sequence[LiveRow], segmentation: slicer.vtkMRMLSegmentationNode | None) -> None:
        """List muscles in this order; the chosen one stays chosen, without being gone to."""
        chosen = self.chosen
        self._segmentation, self._values = segmentation, [row.row.label for row in rows]
        self._rows = {row.row.label: row for row in rows}
        self._table.blockSignals(True)
        self._table.setRowCount(len(rows))
        self._put_all()
        self._table.resizeColumnsToContents()
        self._table.setColumnWidth(_REMARKS, 0)  # the rest, of which the tooltip tells what is cut off
        self._table.setCurrentCell(self._values.index(chosen) if chosen in self._values else -1, _NAME)
        self._table.blockSignals(False)
        for button in (self._ui.nextButton, self._ui.previousButton, self._ui.onlyButton):
            button.enabled = bool(rows)

    def update(self, rows: Mapping[int, LiveRow]) -> None:
        """Write some muscles' rows again, in their places."""
        self._rows |= {value: rows[value] for value in self._values if value in rows}
        self._table.blockSignals(True)
        self._put_all()
        self._table.blockSignals(False)

    def mark(self, value: int | None) -> None:
        """Choose a muscle, or none, without going to it: somebody chose it in the Segment Editor."""
        if value != self.chosen:
            self._table.blockSignals(True)
            self._table.setCurrentCell(self._values.index(value) if value in self._values else -1, _NAME)
            self._table.blockSignals(False)

    def show_switches(self) -> None:
        """Show again which muscles the views show."""
        identities = segments_by_value(self._segmentation) if self._segmentation else {}
        self._table.blockSignals(True)
        for number_of_row, value in enumerate(self._values):
            self._table.setItem(number_of_row, _SHOWN, self._switch(identities.get(value)))
        self._table.blockSignals(False)

    def choose_next(self) -> None:
        """Go to the next muscle, from the last one to the first."""
        self._step(1)

    def choose_previous(self) -> None:
        """Go to the previous muscle, from the first one to the last."""
        self._step(-1)

    def _step(self, by: int) -> None:
        if self._values:
            row = self._table.currentRow()
            self._table.setCurrentCell((max(row, 0) + by) % len(self._values) if row >= 0 else 0, _NAME)

    def _put_all(self) -> None:
        """Write all rows, since what they share may have changed with any of them."""
        identities = segments_by_value(self._segmentation) if self._segmentation else {}
        self._shared = shared_remarks(list(self._rows.values()))
        self._shared.show(self._ui.musclesNote)
        for number_of_row, value in enumerate(self._values):
            self._put(number_of_row, self._rows[value], identities.get(value))

    def _put(self, number_of_row: int, row: LiveRow, identity: str | None) -> None:
        self._table.setItem(number_of_row, _SHOWN, self._switch(identity))
        name = text_item(translated(row.name))
        if identity:
            name.setIcon(_swatch(self._segmentation.GetSegmentation().GetSegment(identity).GetColor()))
        confidence = _("Not found") if row.is_missing else number(row.row.confidence, "{:.2f}")
        state = _("Corrected.") if row.change else ""
        sentences = " ".join(part for part in (state, translated(row.row.warnings)) if part)
        parts = (_("corrected") if row.change else "", in_short(row.row.warnings, self._shared))
        self._table.setItem(number_of_row, _NAME, name)
        self._table.setItem(number_of_row, _CONFIDENCE, text_item(confidence, is_number=True))
        self._table.setItem(number_of_row, _REMARKS, text_item(" · ".join(filter(None, parts)), sentences))

    def _switch(self, identity: str | None) -> qt.QTableWidgetItem:
        item = text_item("")
        item.setFlags(qt.Qt.ItemIsSelectable | qt.Qt.ItemIsEnabled | qt.Qt.ItemIsUserCheckable)
        display = self._segmentation.GetDisplayNode() if self._segmentation else None
        is_shown = bool(identity and display and display.GetSegmentVisibility(identity))
        item.setCheckState(qt.Qt.Checked if is_shown else qt.Qt.Unchecked)
        return item

    def _on_row(self, row: int, *_others: int) -> None:
        if not 0 <= row < len(self._values):
            return
        if self._ui.onlyButton.checked:
            self._show_segments()
        self._on_chosen(self._values[row])

    def _on_item(self, item: qt.QTableWidgetItem) -> None:
        if item.column() == _SHOWN and self._segmentation is not None:
            self._show(self._values[item.row()], item.checkState() == qt.Qt.Checked)

    def _show_segments(self) -> None:
        """Show the chosen muscle alone, or all."""
        for number_of_row, value in enumerate(self._values):
            is_shown = value == self.chosen or not self._ui.onlyButton.checked
            item = self._table.item(number_of_row, _SHOWN)
            item.setCheckState(qt.Qt.Checked if is_shown else qt.Qt.Unchecked)

    def _show(self, value: int, is_shown: bool) -> None:
        identity = segments_by_value(self._segmentation).get(value)
        display = self._segmentation.GetDisplayNode()
        if identity and display:
            display.SetSegmentVisibility(identity, is_shown)


def _headers() -> list[tuple[str, str]]:
    confidence = _(
        "How well the network expects to have drawn the muscle: the Dice coefficient of the overlap, 1 is perfect."
    )
    return [
        (_("Show"), _("Visibility of the muscle in the views.")),
        (_("Muscle"), _("The subject's left and right.")),
        (_("Confidence"), confidence),
        (_("Remarks"), _("Doubts about the row's numbers, in short: point at a row to read it in full.")),
    ]


def _swatch(color: tuple[float, float, float]) -> qt.QIcon:
    pixmap = qt.QPixmap(_SWATCH, _SWATCH)
    pixmap.fill(qt.QColor.fromRgbF(*color))
    return qt.QIcon(pixmap)
