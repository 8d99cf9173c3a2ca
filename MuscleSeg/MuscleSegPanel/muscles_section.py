"""The section *Muscles*: what needs a person's review first, and the way to it."""

from collections.abc import Callable, Mapping, Sequence

import qt
import slicer
from slicer.i18n import tr as _

from MuscleSegLib.review import LiveRow, RowGroup, grouped_by_parent
from MuscleSegLib.scene.segmentations import segments_by_value
from MuscleSegPanel.cells import number, set_headers, text_item
from MuscleSegPanel.short_remarks import SharedRemarks, in_short, shared_remarks
from MuscleSegPanel.translation import translated

_SHOWN, _NAME, _CONFIDENCE, _REMARKS = range(4)  # columns
_SWATCH = 14  # pixels
_FOLDED, _UNFOLDED, _INDENT = "▸", "▾", "    "


class MusclesSection:
    """The list of muscles, one of which is chosen. Parts of a muscle lie folded under its name."""

    def __init__(self, ui: object, on_chosen: Callable[[int], None]) -> None:
        self._ui, self._table, self._on_chosen = ui, ui.musclesTable, on_chosen
        self._values: list[int | None] = []  # of the table's rows, None for the name of a muscle with parts
        self._groups: dict[int, RowGroup] = {}  # by the row of its name
        self._unfolded: set[str] = set()
        self._rows: dict[int, LiveRow] = {}
        self._shared = SharedRemarks()
        self._segmentation: slicer.vtkMRMLSegmentationNode | None = None
        set_headers(self._table, _headers())
        self._table.connect("currentCellChanged(int,int,int,int)", self._on_row)
        self._table.connect("cellClicked(int,int)", self._on_click)  # on the muscle that is chosen already, too
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
        self._segmentation, self._values, self._groups = segmentation, [], {}
        for group in grouped_by_parent(rows):
            if group.name:
                self._groups[len(self._values)] = group
                self._values.append(None)
            self._values += [row.row.label for row in group.rows]
        self._rows = {row.row.label: row for row in rows}
        self._table.blockSignals(True)
        self._table.setRowCount(len(self._values))
        self._put_all()
        self._table.resizeColumnsToContents()
        self._table.setColumnWidth(_REMARKS, 0)  # the rest, of which the tooltip tells what is cut off
        self._choose(chosen)
        self._table.blockSignals(False)
        for button in (self._ui.nextButton, self._ui.previousButton, self._ui.onlyButton):
            button.enabled = bool(rows)

    def update(self, rows: Mapping[int, LiveRow]) -> None:
        """Write some muscles' rows again, in their places."""
        self._rows |= {value: rows[value] for value in self._rows if value in rows}
        self._table.blockSignals(True)
        self._put_all()
        self._table.blockSignals(False)

    def mark(self, value: int | None) -> None:
        """Choose a muscle, or none, without going to it: somebody chose it in the Segment Editor."""
        if value != self.chosen:
            self._table.blockSignals(True)
            self._choose(value)
            self._table.blockSignals(False)

    def show_switches(self) -> None:
        """Show again which muscles the views show."""
        identities = segments_by_value(self._segmentation) if self._segmentation else {}
        self._table.blockSignals(True)
        for number_of_row, value in enumerate(self._values):
            shown = (
                self._all_shown(self._groups[number_of_row]) if value is None else self._is_shown(identities.get(value))
            )
            self._table.setItem(number_of_row, _SHOWN, _switch(shown))
        self._table.blockSignals(False)

    def choose_next(self) -> None:
        """Go to the next muscle, from the last one to the first."""
        self._step(1)

    def choose_previous(self) -> None:
        """Go to the previous muscle, from the first one to the last."""
        self._step(-1)

    def _step(self, by: int) -> None:
        muscles = [row for row, value in enumerate(self._values) if value is not None]
        if not muscles:
            return
        row = self._table.currentRow()
        behind = [each for each in muscles if each > row] or muscles[:1]
        before = [each for each in muscles if each < row] or muscles[-1:]
        target = muscles[0] if row < 0 else behind[0] if by > 0 else before[-1]
        self._unfold(target)
        self._table.setCurrentCell(target, _NAME)

    def _choose(self, value: int | None) -> None:
        """Make a muscle's row the current one, in sight."""
        row = self._values.index(value) if value is not None and value in self._values else -1
        self._unfold(row)
        self._table.setCurrentCell(row, _NAME)

    def _unfold(self, row: int) -> None:
        """Show the parts of a muscle, one of which is in a row."""
        for head, group in self._groups.items():
            if head < row <= head + len(group.rows) and group.name not in self._unfolded:
                self._fold(head)

    def _fold(self, head: int) -> None:
        """Fold the parts of the muscle whose name is in a row, or show them."""
        self._unfolded ^= {self._groups[head].name}
        self._table.blockSignals(True)
        self._put_head(head)
        self._table.blockSignals(False)

    def _put_all(self) -> None:
        """Write all rows, since what they share may have changed with any of them."""
        identities = segments_by_value(self._segmentation) if self._segmentation else {}
        self._shared = shared_remarks(list(self._rows.values()))
        self._shared.show(self._ui.musclesNote)
        for number_of_row, value in enumerate(self._values):
            if value is not None:
                self._put(number_of_row, self._rows[value], identities.get(value))
                self._table.setRowHidden(number_of_row, False)
        for head in self._groups:
            self._put_head(head)

    def _put_head(self, head: int) -> None:
        """Write the name of a muscle with parts, and fold them or not."""
        group = self._groups[head]
        rows, is_unfolded = [self._rows[row.row.label] for row in group.rows], group.name in self._unfolded
        confidences = [row.row.confidence for row in rows if row.row.confidence is not None]
        missing, corrected = sum(row.is_missing for row in rows), sum(row.change is not None for row in rows)
        parts = (
            _("{count} parts").format(count=len(rows)),
            _("{count} not found").format(count=missing) if missing else "",
            _("{count} corrected").format(count=corrected) if corrected else "",
        )
        names = ", ".join(translated(row.name) for row in rows)
        self._table.setItem(head, _SHOWN, _switch(self._all_shown(group)))
        name = text_item(f"{_UNFOLDED if is_unfolded else _FOLDED} {translated(group.name)}", names)
        self._table.setItem(head, _NAME, name)
        lowest = number(min(confidences, default=None), "{:.2f}")
        self._table.setItem(head, _CONFIDENCE, text_item(lowest, is_number=True))
        self._table.setItem(head, _REMARKS, text_item(" · ".join(filter(None, parts)), names))
        for row in range(head + 1, head + 1 + len(rows)):
            self._table.setRowHidden(row, not is_unfolded)

    def _put(self, number_of_row: int, row: LiveRow, identity: str | None) -> None:
        self._table.setItem(number_of_row, _SHOWN, _switch(self._is_shown(identity)))
        is_part = any(head < number_of_row <= head + len(group.rows) for head, group in self._groups.items())
        name = text_item(_INDENT * is_part + translated(row.name))
        if identity:
            name.setIcon(_swatch(self._segmentation.GetSegmentation().GetSegment(identity).GetColor()))
        confidence = _("Not found") if row.is_missing else number(row.row.confidence, "{:.2f}")
        state = _("Corrected.") if row.change else ""
        sentences = " ".join(part for part in (state, translated(row.row.warnings)) if part)
        parts = (_("corrected") if row.change else "", in_short(row.row.warnings, self._shared))
        self._table.setItem(number_of_row, _NAME, name)
        self._table.setItem(number_of_row, _CONFIDENCE, text_item(confidence, is_number=True))
        self._table.setItem(number_of_row, _REMARKS, text_item(" · ".join(filter(None, parts)), sentences))

    def _is_shown(self, identity: str | None) -> bool:
        display = self._segmentation.GetDisplayNode() if self._segmentation else None
        return bool(identity and display and display.GetSegmentVisibility(identity))

    def _all_shown(self, group: RowGroup) -> bool:
        identities = segments_by_value(self._segmentation) if self._segmentation else {}
        return all(self._is_shown(identities.get(row.row.label)) for row in group.rows if not row.is_missing)

    def _on_click(self, row: int, column: int) -> None:
        if row in self._groups and column != _SHOWN:
            self._fold(row)
        else:
            self._on_row(row)

    def _on_row(self, row: int, *_others: int) -> None:
        if not 0 <= row < len(self._values) or self._values[row] is None:
            return
        if self._ui.onlyButton.checked:
            self._show_segments()
        self._on_chosen(self._values[row])

    def _on_item(self, item: qt.QTableWidgetItem) -> None:
        if item.column() == _SHOWN and self._segmentation is not None:
            is_shown, group = item.checkState() == qt.Qt.Checked, self._groups.get(item.row())
            for value in [row.row.label for row in group.rows] if group else [self._values[item.row()]]:
                self._show(value, is_shown)
            self.show_switches()

    def _show_segments(self) -> None:
        """Show the chosen muscle alone, or all."""
        for value in self._rows:
            self._show(value, value == self.chosen or not self._ui.onlyButton.checked)
        self.show_switches()

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


def _switch(is_on: bool) -> qt.QTableWidgetItem:
    item = text_item("")
    item.setFlags(qt.Qt.ItemIsSelectable | qt.Qt.ItemIsEnabled | qt.Qt.ItemIsUserCheckable)
    item.setCheckState(qt.Qt.Checked if is_on else qt.Qt.Unchecked)
    return item


def _swatch(color: tuple[float, float, float]) -> qt.QIcon:
    pixmap = qt.QPixmap(_SWATCH, _SWATCH)
    pixmap.fill(qt.QColor.fromRgbF(*color))
    return qt.QIcon(pixmap)
