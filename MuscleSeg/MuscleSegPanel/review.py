"""Muscles, Correct and Results: three views of one measured segmentation."""

from collections.abc import Callable
from dataclasses import replace

import slicer

from MuscleSegLib.biomarkers import MapUnit, Row
from MuscleSegLib.review import LiveRow, has_parts, noted_parents, review_first
from MuscleSegLib.scene.muscle_masks import center_of
from MuscleSegLib.scene.plots import show_bars, show_profiles
from MuscleSegLib.scene.segmentations import names_by_value
from MuscleSegLib.scene.table_nodes import fill_table
from MuscleSegLib.scene.views import jump_to
from MuscleSegPanel.correction import CorrectionSection
from MuscleSegPanel.export_buttons import ExportButtons
from MuscleSegPanel.identity import mark_corrected, words_about
from MuscleSegPanel.measuring import Inputs, Measuring
from MuscleSegPanel.muscles_section import MusclesSection
from MuscleSegPanel.plot_views import PlotViews
from MuscleSegPanel.results import ResultsSection
from MuscleSegPanel.translation import translated


class Review:
    """A segmentation that a person looks through, corrects and takes numbers from."""

    def __init__(
        self,
        ui: object,
        *,
        on_measured: Callable[[], None],
        on_error: Callable[[str], None],
        on_choice: Callable[[int], None],
        on_shown: Callable[[], None],
    ) -> None:
        """Show nothing yet.

        Args:
            ui: The panel's widgets.
            on_measured: Called when there is a new table, or none any more.
            on_error: Called with a sentence where something cannot be measured.
            on_choice: Called with the label value of the muscle that is chosen, 0 for none.
            on_shown: Called when the chosen muscle is shown, or shown again after an edit.
        """
        self._ui, self._has_been_open = ui, False
        self._about_selector = ui.segmentationSelector.toolTip
        self._on_measured, self._on_error = on_measured, on_error
        self._on_choice, self._on_shown, self._wanted = on_choice, on_shown, 0
        self.muscles = MusclesSection(ui, self._go_to)
        self.correction = CorrectionSection(ui, self._mark, on_visibility=self.muscles.show_switches)
        self.results = ResultsSection(ui)
        self.plots = PlotViews()
        self.measuring = Measuring(
            on_measured=self._show,
            on_edited=self._show_again,
            on_error=self._fail,
            on_busy=self.results.show_busy,
        )
        self.node: slicer.vtkMRMLTableNode | None = None
        ui.byParentCheckBox.connect("toggled(bool)", self.measuring.set_by_parent)
        ui.barsButton.connect("clicked()", self._show_bars)
        ui.profilesButton.connect("clicked()", self._show_profiles)
        self.exports = ExportButtons(ui, self.measuring, self.results)

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
            inputs: Inputs of the measurement, or None for nothing.
            node: The table node that the numbers are written to.
        """
        self.node = node
        self.results.message.tell("")
        self.correction.show_nodes(inputs)
        self.measuring.measure(inputs)

    def choose_when_measured(self, value: int) -> None:
        """Choose a muscle, without going to it, as soon as there is a table: it was chosen when the scene was saved."""
        self._wanted = value

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
        self.exports.forget()
        self.correction.forget()

    def _rows(self) -> dict[int, LiveRow]:
        """Return the table's rows by label value, under the names that the segments have now."""
        table, inputs = self.measuring.table, self.measuring.inputs
        if table is None or inputs is None:
            return {}
        names = names_by_value(inputs.segmentation)
        rows = {row.row.label: row for row in table.rows()}
        renamed = {value: name for value, name in names.items() if value in rows and name != rows[value].name}
        return rows | {value: replace(rows[value], name=name) for value, name in renamed.items()}

    def _results(self, rows: dict[int, LiveRow]) -> tuple[LiveRow, ...]:
        """Return the rows of the section Results: the muscles', or of those that they are parts of."""
        parents = self.measuring.parents
        fine = tuple(rows.values())
        return fine if parents is None else noted_parents(parents.rows(), fine)

    def _show(self) -> None:
        self._open_section()
        rows, inputs = self._rows(), self.measuring.inputs
        self.muscles.show(review_first(tuple(rows.values())), inputs.segmentation if rows and inputs else None)
        self._ui.byParentCheckBox.visible = has_parts(tuple(rows.values()))
        self.results.show(self._results(rows))
        if rows and self._wanted:
            self.muscles.mark(self._wanted)
            self._wanted = 0
        self._show_chosen()
        self._fill_node()
        if rows:
            self.exports.tell_interrupted()
        self._say_which()
        self._on_measured()

    def _say_which(self) -> None:
        """Write the origin of the segmentation into its name and into the tooltip of its selector."""
        inputs, table, selector = self.measuring.inputs, self.measuring.table, self._ui.segmentationSelector
        words = ""
        if inputs is not None:
            is_corrected = table.is_corrected if table is not None else None
            if is_corrected is not None:
                mark_corrected(inputs.segmentation, is_corrected=is_corrected)
            words = words_about(inputs.segmentation, is_corrected=is_corrected)
        selector.toolTip = "\n\n".join(filter(None, (words, self._about_selector)))

    def _fail(self, sentence: str) -> None:
        self.results.message.warn(sentence)
        self._on_error(sentence)

    def _open_section(self) -> None:
        """Open the list of muscles when there is something in it for the first time."""
        if self.measuring.table is not None and not self._has_been_open:
            self._has_been_open = True
            self._ui.musclesSection.collapsed = False

    def _show_again(self, values: tuple[int, ...]) -> None:
        rows = self._rows()
        self.muscles.update(rows)
        self.results.update({row.row.label: row for row in self._results(rows)})
        if self.muscles.chosen is None:  # a segment of the user's may have got the name of a muscle
            self.muscles.mark(self.correction.muscle_in_editor())
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
        self._on_shown()

    def _go_to(self, value: int) -> None:
        self._on_choice(value)
        self.correction.message.tell("")
        with self.correction.message.instead_of_errors():
            self.correction.provide(value)
            place = center_of(self.measuring.inputs.segmentation, value) if self.measuring.inputs else None
            if place is not None:
                jump_to(place)
        self._show_chosen()

    def _mark(self, value: int | None) -> None:
        if value != self.muscles.chosen:
            self.correction.message.tell("")
        if self.measuring.table is not None:
            self._on_choice(value or 0)
        self.muscles.mark(value)
        self._show_chosen()

    def _show_bars(self) -> None:
        self.plots.open()
        show_bars([row.row for row in self._rows().values()])

    def _show_profiles(self) -> None:
        self.plots.open()
        show_profiles(self.measuring.table.measurement.profiles())
