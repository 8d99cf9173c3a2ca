"""Muscles, Correct and Results: three views of one measured segmentation."""

from collections.abc import Callable
from pathlib import Path

import qt
import slicer
from slicer.i18n import tr as _

from MuscleSegLib.biomarkers import MapUnit, Row
from MuscleSegLib.report import without_patient
from MuscleSegLib.review import LiveRow, review_first
from MuscleSegLib.scene.muscles import center_of
from MuscleSegLib.scene.plots import show_bars, show_profiles
from MuscleSegLib.scene.tables import fill_table
from MuscleSegLib.scene.views import jump_to
from MuscleSegPanel.correction import CorrectionSection
from MuscleSegPanel.exports import export_labels, export_table
from MuscleSegPanel.identity import mark_corrected, words_about
from MuscleSegPanel.measuring import Inputs, Measuring
from MuscleSegPanel.muscles import MusclesSection
from MuscleSegPanel.results import ResultsSection
from MuscleSegPanel.translation import translated

_WITH_PLOT = slicer.vtkMRMLLayoutNode.SlicerLayoutFourUpPlotView


class Review:
    """A segmentation that a person looks through, corrects and takes numbers from."""

    def __init__(self, ui: object, *, on_measured: Callable[[], None], on_error: Callable[[str], None]) -> None:
        """Show nothing yet.

        Args:
            ui: The panel's widgets.
            on_measured: Called when there is a new table, or none any more.
            on_error: Called with a sentence where something cannot be measured.

        """
        self._ui, self._has_been_open = ui, False
        self._about_selector = ui.segmentationSelector.toolTip
        self._on_measured, self._on_error = on_measured, on_error
        self.muscles = MusclesSection(ui, self._go_to)
        self.correction = CorrectionSection(ui, self._mark, on_visibility=self.muscles.show_switches)
        self.results = ResultsSection(ui)
        self.measuring = Measuring(
            on_measured=self._show,
            on_edited=self._show_again,
            on_error=self._fail,
            on_busy=self.results.show_busy,
        )
        self.node: slicer.vtkMRMLTableNode | None = None
        ui.barsButton.connect("clicked()", self._show_bars)
        ui.profilesButton.connect("clicked()", self._show_profiles)
        ui.exportTableButton.connect("clicked()", self._export_table)
        ui.exportLabelsButton.connect("clicked()", self._export_labels)

    @property
    def is_corrected(self) -> bool:
        """Whether a person changed what the network drew."""
        return bool(self.measuring.table and self.measuring.table.is_corrected)

    @property
    def map_units(self) -> dict[str, MapUnit]:
        """The units that maps were measured in, by map; none while there is no table."""
        return self.measuring.table.map_units if self.measuring.table else {}

    def show(self, inputs: Inputs | None, node: slicer.vtkMRMLTableNode | None) -> None:
        """Measure something else.

        Args:
            inputs: What, or None for nothing.
            node: The table node that the numbers are written to.

        """
        self.node = node
        self.results.message.tell("")
        self.correction.show_nodes(inputs)
        self.measuring.measure(inputs)

    def enter(self) -> None:
        """Follow edits, those that were made meanwhile too."""
        self.correction.enter()
        self.correction.show_nodes(self.measuring.inputs)
        self.measuring.watch()
        self.measuring.update()

    def exit(self) -> None:
        """Leave views and edits alone."""
        self.measuring.pause()
        self.correction.exit()

    def forget(self) -> None:
        """Let go of all nodes, before the scene is closed."""
        self.node = None
        self.measuring.measure(None)
        self.correction.forget()

    def _rows(self) -> dict[int, LiveRow]:
        table = self.measuring.table
        return {row.row.label: row for row in table.rows()} if table else {}

    def _show(self) -> None:
        self._open_sections()
        rows, inputs = self._rows(), self.measuring.inputs
        self.muscles.show(review_first(tuple(rows.values())), inputs.segmentation if rows and inputs else None)
        self.results.show(tuple(rows.values()))
        self._show_chosen()
        self._fill_node()
        self._say_which()
        self._on_measured()

    def _say_which(self) -> None:
        """Say which segmentation it is in its name, and where it is chosen."""
        inputs, table, selector = self.measuring.inputs, self.measuring.table, self._ui.segmentationSelector
        words = ""
        if inputs is not None:
            is_corrected = table.is_corrected if table is not None else None
            if is_corrected is not None:
                mark_corrected(inputs.segmentation, is_corrected=is_corrected)
            words = words_about(inputs.segmentation, is_corrected=is_corrected)
        selector.toolTip = "\n\n".join(filter(None, (words, self._about_selector)))

    def _fail(self, sentence: str) -> None:
        self._ui.resultsSection.collapsed = False  # where the sentence is
        self.results.message.warn(sentence)
        self._on_error(sentence)

    def _open_sections(self) -> None:
        """Open the sections when there is something in them for the first time."""
        if self.measuring.table is not None and not self._has_been_open:
            self._has_been_open = True
            for section in (self._ui.musclesSection, self._ui.correctSection, self._ui.resultsSection):
                section.collapsed = False

    def _show_again(self, values: tuple[int, ...]) -> None:
        rows = self._rows()
        self.muscles.update(rows)
        self.results.update({value: rows[value] for value in values})
        self._show_chosen()
        self.correction.name_edited(values)
        if values:
            self._fill_node()
            self._say_which()

    def _fill_node(self) -> None:
        if self.node is not None:
            fill_table(self.node, [row.row for row in self._rows().values()], Row)

    def _show_chosen(self) -> None:
        row = self._rows().get(self.muscles.chosen or 0)
        value = row.row.label if row else None
        self.correction.show_chosen(value, translated(row.name) if row else "", is_corrected=bool(row and row.change))

    def _go_to(self, value: int) -> None:
        self.correction.message.tell("")
        with self.correction.message.instead_of_errors():
            self.correction.provide(value)
            place = center_of(self.measuring.inputs.segmentation, value) if self.measuring.inputs else None
            if place is not None:
                jump_to(place)
        self._show_chosen()

    def _mark(self, value: int | None) -> None:
        self.muscles.mark(value)
        self._show_chosen()

    def _show_bars(self) -> None:
        slicer.app.layoutManager().setLayout(_WITH_PLOT)
        show_bars([row.row for row in self._rows().values()])

    def _show_profiles(self) -> None:
        slicer.app.layoutManager().setLayout(_WITH_PLOT)
        show_profiles(self.measuring.table.measurement.profiles())

    def _export_table(self) -> None:
        kinds = _("Table (*.csv);;Excel workbook (*.xlsx);;For programs (*.json)")
        path = self._ask(_("Export table"), "csv", kinds)
        if path is not None:
            with self.results.message.instead_of_errors():
                self.measuring.finish()  # an edit may not have settled yet
                table, is_named = self.measuring.table, not self._ui.patientCheckBox.checked
                export_table(path, self.measuring.inputs, table, self.measuring.labels(), with_patient=is_named)
                self._tell_saved(path)

    def _export_labels(self) -> None:
        kinds = _("Segmentation of Slicer (*.seg.nrrd);;Label map (*.nii.gz)")
        path = self._ask(_("Export labels"), "seg.nrrd", kinds)
        if path is not None:
            with self.results.message.instead_of_errors():
                export_labels(path, self.measuring.inputs, self.measuring.labels())
                self._tell_saved(path)

    def _ask(self, title: str, ending: str, kinds: str) -> Path | None:
        name = self.measuring.inputs.segmentation.GetName()
        if self._ui.patientCheckBox.checked and self.measuring.table is not None:
            name = without_patient(name, self.measuring.table.patient)
        path = qt.QFileDialog.getSaveFileName(self._ui.MuscleSegPanel, title, f"{name}.{ending}", kinds)
        return Path(path) if path else None

    def _tell_saved(self, path: Path) -> None:
        self.results.message.tell(_("Saved: {path}").format(path=path))
