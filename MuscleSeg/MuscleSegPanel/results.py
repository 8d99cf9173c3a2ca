"""The section *Results*: the live table, and the buttons that take it elsewhere."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import qt
from slicer.i18n import tr as _

from MuscleSegLib.review import LiveRow
from MuscleSegPanel.cells import number, set_headers, text_item
from MuscleSegPanel.message import Message
from MuscleSegPanel.short_remarks import SharedRemarks, in_short, shared_remarks
from MuscleSegPanel.translation import translated

Column = tuple[str, str, Callable[[LiveRow], str]]
"""Header with the unit, what is in it, and a row's text in full."""


class ResultsSection:
    """The table of muscles in the anatomical order."""

    def __init__(self, ui: object) -> None:
        self.message = Message(ui.resultsMessage, ui.resultsSection)
        self._table, self._note = ui.resultsTable, ui.resultsNote
        self._buttons = (
            *(ui.barsButton, ui.profilesButton, ui.copyButton),
            *(ui.exportTableButton, ui.exportLabelsButton, ui.reportButton, ui.exportDicomButton),
        )
        self._columns = _columns()
        self._rows: dict[int, LiveRow] = {}
        self._shared = SharedRemarks()
        self._exporting = ""
        # The unit below its quantity: more columns are in sight in a narrow panel.
        set_headers(self._table, [(header.replace(" (", "\n("), tip) for header, tip, _text in self._columns])
        self.show(())
        ui.copyButton.connect("clicked()", self.copy)

    def show(self, rows: Sequence[LiveRow]) -> None:
        """Show a table, or an empty one."""
        self._rows = {row.row.label: row for row in rows}
        self._table.setRowCount(len(rows))
        self._put_all()
        self._enable(bool(rows))

    def show_busy(self, is_busy: bool) -> None:
        """Show that muscles are being measured; numbers of other maps are not shown meanwhile."""
        if is_busy:
            self.show(())
            self.message.tell(_("Measuring …"))
        elif self.message.text == _("Measuring …"):
            self.message.tell("")

    def show_exporting(self, path: Path | None) -> None:
        """Show the file that is being written, one at a time; None when it is there."""
        self._enable(path is None and bool(self._rows))
        sentence = _("Exporting {path} …")
        if path is not None:
            self._exporting = sentence.format(path=path)
            self.message.tell(self._exporting)
        elif self.message.text == self._exporting:
            self.message.tell("")

    def update(self, rows: Mapping[int, LiveRow]) -> None:
        """Write some muscles' rows again."""
        self._rows |= {value: row for value, row in rows.items() if value in self._rows}
        self._put_all()

    def copy(self) -> None:
        """Copy the table as a spreadsheet takes it: a tab between cells, warnings in full."""
        lines = [[_("Muscle"), *(header for header, _tip, _text in self._columns)]]
        for row in self._rows.values():
            lines.append([translated(row.name), *(text_of(row) for _header, _tip, text_of in self._columns)])
        qt.QApplication.clipboard().setText("\n".join("\t".join(line) for line in lines) + "\n")
        self.message.tell(_("The table is on the clipboard."))

    def _enable(self, is_on: bool) -> None:
        for button in self._buttons:
            button.enabled = is_on

    def _put_all(self) -> None:
        """Write all rows, since what they share may have changed with any of them."""
        rows = list(self._rows.values())
        self._shared = shared_remarks(rows)
        self._shared.show(self._note)
        for number_of_row, row in enumerate(rows):
            self._put(number_of_row, row)
        self._table.resizeColumnsToContents()

    def _put(self, number_of_row: int, row: LiveRow) -> None:
        # The muscle is the row's header, which stays in sight when the columns are scrolled.
        self._table.setVerticalHeaderItem(number_of_row, qt.QTableWidgetItem(translated(row.name)))
        for column, (_header, _tip, text_of) in enumerate(self._columns[:-1]):
            self._table.setItem(number_of_row, column, text_item(text_of(row), is_number=True))
        warnings = text_item(in_short(row.row.warnings, self._shared), translated(row.row.warnings))
        self._table.setItem(number_of_row, len(self._columns) - 1, warnings)


def _columns() -> list[Column]:
    warnings = _("When not to trust which number, in short: point at a row to read it in full.")
    return [
        *_measured(),
        *_compared(),
        (_("Warnings"), warnings, lambda row: translated(row.row.warnings)),
    ]


def _measured() -> list[Column]:
    volume = _("Area in each slice times the distance between slices, in cubic centimeters.")
    ff = _("Mean fat fraction (FF) in percent.")
    mtr = _("Mean magnetization transfer ratio (MTR) in percent.")
    t2 = _("Mean transverse relaxation time (T2) in milliseconds.")
    coverage = _("The part of the muscle that the maps have values for; of several maps the smallest.")
    return [
        (_("Volume (cm³)"), volume, lambda row: number(row.row.volume_cm3, "{:.1f}")),
        (_("FF (%)"), ff, lambda row: number(row.row.ff_mean_percent, "{:.1f}")),
        (_("MTR (%)"), mtr, lambda row: number(row.row.mtr_mean_percent, "{:.1f}")),
        (_("T2 (ms)"), t2, lambda row: number(row.row.t2_mean_ms, "{:.1f}")),
        (_("Coverage (%)"), coverage, lambda row: number(row.coverage_percent, "{:.0f}")),
    ]


def _compared() -> list[Column]:
    dsc = _(
        "Overlap of the corrected with the automatic muscle, 1 where they are the same (Dice similarity coefficient, "
        "DSC); empty where nothing was corrected."
    )
    ff = _("Fat fraction (FF), corrected minus automatic, in percentage points.")
    volume = _("Volume (V), corrected minus automatic, in cubic centimeters.")
    return [
        (_("DSC"), dsc, lambda row: number(row.change and row.change.dsc, "{:.3f}")),
        (_("ΔFF (points)"), ff, lambda row: number(row.change and row.change.ff_points, "{:+.1f}")),
        (_("ΔV (cm³)"), volume, lambda row: number(row.change and row.change.volume_cm3, "{:+.1f}")),
    ]
