"""The buttons that write files: one at a time, in steps, each file whole or absent."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import qt
from slicer.i18n import tr as _

from MuscleSegLib.report import without_patient
from MuscleSegLib.review import CorrectedTable
from MuscleSegLib.translatable import joined
from MuscleSegLib.volume import Volume
from MuscleSegPanel.dicom_export import export_dicom
from MuscleSegPanel.exports import export_labels, export_table
from MuscleSegPanel.measuring import Inputs, Measuring
from MuscleSegPanel.report_export import export_report
from MuscleSegPanel.results import ResultsSection
from MuscleSegPanel.steps import Work

Write = Callable[[Inputs, CorrectedTable, Volume], Work]
"""Function that writes what is measured, in steps, and returns remarks for the user or None."""

_FOLDER = "MuscleSeg/ExportFolder"
"""Slicer's setting: the folder that was written to last."""

_IMPOSSIBLE = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
"""Characters that a file's name cannot have on every system."""


class ExportButtons:
    """Table, labels, report and DICOM objects of what is measured."""

    def __init__(self, ui: object, measuring: Measuring, results: ResultsSection) -> None:
        self._ui, self._measuring, self._results = ui, measuring, results
        self._interrupted = ""  # what is to be said of an export that did not come to its end
        ui.exportTableButton.connect("clicked()", self._export_table)
        ui.exportLabelsButton.connect("clicked()", self._export_labels)
        ui.reportButton.connect("clicked()", self._export_report)
        ui.exportDicomButton.connect("clicked()", self._export_dicom)

    def tell_interrupted(self) -> None:
        """Say, once, that an export did not come to its end."""
        if self._interrupted:
            self._results.message.warn(self._interrupted)
            self._interrupted = ""

    def forget(self) -> None:
        """Say nothing of a scene that is closed."""
        self._interrupted = ""

    @property
    def _with_patient(self) -> bool:
        return not self._ui.patientCheckBox.checked

    def _export_table(self) -> None:
        kinds = _("Table (*.csv);;Excel workbook (*.xlsx);;For programs (*.json)")
        path = self._ask_file(_("Export table"), "csv", kinds)
        if path is not None:
            self._begin(path, lambda *measured: export_table(path, *measured, with_patient=self._with_patient))

    def _export_labels(self) -> None:
        kinds = _("Segmentation of Slicer (*.seg.nrrd);;Label map (*.nii.gz)")
        path = self._ask_file(_("Export labels"), "seg.nrrd", kinds)
        if path is not None:
            with self._results.message.instead_of_errors():
                export_labels(path, self._measuring.inputs, self._measuring.labels())
                self._tell_saved(path)

    def _export_report(self) -> None:
        kinds = _("Page for the browser (*.html);;PDF (*.pdf)")
        path = self._ask_file(_("Report"), "html", kinds)
        if path is not None:
            self._begin(path, lambda *measured: export_report(path, *measured, with_patient=self._with_patient))

    def _export_dicom(self) -> None:
        title = _("Export DICOM: choose the folder in which a new folder is made")
        place = qt.QFileDialog.getExistingDirectory(self._ui.MuscleSegPanel, title, _last_folder())
        if not place:
            return
        # The name of a segmentation is that of a scan, which may be called after the patient.
        name = self._name() if self._with_patient else _("Muscles")
        folder = next(path for path in _numbered(Path(place) / f"{name} DICOM") if not path.exists())
        options = {"with_patient": self._with_patient, "with_maps": self._ui.dicomMapsCheckBox.checked}
        self._begin(folder, lambda *measured: export_dicom(folder, *measured, **options))

    def _begin(self, path: Path, write: Write) -> None:
        self._measuring.use(lambda: self._written(path, write))

    def _written(self, path: Path, write: Write) -> Work:
        """Write in steps, while nothing else can be exported, and say how it ended."""
        inputs, table, labels = self._measuring.inputs, self._measuring.table, self._measuring.labels()
        if self._measuring.parents is not None:
            table, labels = self._measuring.parents, table.merged(labels)
        self._interrupted = _("{path} was not written, because something else was measured: export it again.").format(
            path=path
        )
        self._results.show_exporting(path)
        try:
            with self._results.message.instead_of_errors():
                remarks = yield from write(inputs, table, labels)
                self._tell_saved(path, *(remarks or ()))
            self._interrupted = ""
        finally:
            self._results.show_exporting(None)

    def _ask_file(self, title: str, ending: str, kinds: str) -> Path | None:
        name = self._name() if self._with_patient else without_patient(self._name(), self._patient())
        offered = str(Path(_last_folder()) / f"{name}.{ending}")
        path = qt.QFileDialog.getSaveFileName(self._ui.MuscleSegPanel, title, offered, kinds)
        return Path(path) if path else None

    def _name(self) -> str:
        return _IMPOSSIBLE.sub("_", self._measuring.inputs.segmentation.GetName()).strip(" .")

    def _patient(self) -> str:
        return self._measuring.table.patient if self._measuring.table is not None else ""

    def _tell_saved(self, path: Path, *remarks: str) -> None:
        qt.QSettings().setValue(_FOLDER, str(path.parent))
        self._results.message.tell(joined(" ", (_("Saved: {path}").format(path=path), *remarks)))


def _last_folder() -> str:
    """Return the folder that was written to last, "" where there is none any more."""
    folder = qt.QSettings().value(_FOLDER)
    return folder if isinstance(folder, str) and Path(folder).is_dir() else ""


def _numbered(path: Path) -> Iterator[Path]:
    """Yield a path, and then the path with numbers."""
    yield path
    number = 1
    while True:
        number += 1
        yield path.with_name(f"{path.name} {number}")
