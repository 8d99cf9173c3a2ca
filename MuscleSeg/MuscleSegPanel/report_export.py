"""The patient report of what is measured."""

import importlib
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from slicer.i18n import tr as _

from MuscleSegLib.anatomy import Scheme
from MuscleSegLib.dicom import SourceSeries, examination_of, read_source
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.files import require_writable, written_whole
from MuscleSegLib.report import Findings
from MuscleSegLib.report.anonymity import Hide, hidden_findings, hider
from MuscleSegLib.report.patient_report import (
    Correction,
    Examination,
    ReportContent,
    patient_report,
    require_report_format,
)
from MuscleSegLib.review import CorrectedTable, LiveRow
from MuscleSegLib.scene.dicom_headers import source_files
from MuscleSegLib.scene.volumes import volume_of
from MuscleSegLib.translatable import joined
from MuscleSegLib.volume import Volume, gathered_remarks
from MuscleSegPanel.dependencies import PDF, REPORT, require
from MuscleSegPanel.exports import files_of, findings_of, made_by, nodes_of
from MuscleSegPanel.measuring import Inputs
from MuscleSegPanel.source_labels import labels_on_source
from MuscleSegPanel.steps import in_asking_thread, in_thread
from MuscleSegPanel.translation import translated

_PDF = ".pdf"


@dataclass(frozen=True)
class _Measured:
    """What a report is made of, for another thread: nothing of the scene.

    Attributes:
        findings: All tables.
        rows: Table of muscles with the effects of corrections.
        labels: Present label values, [k, j, i], where they are measured.
        labels_on_source: The same in the coordinates of the scan's DICOM images.
        images: DICOM files of the scan, or their folder; none where there are none.
        no_images: Why there are none; empty where there are some.
        scan: The scan, [k, j, i].
        maps: Maps, [k, j, i], by name.
        scheme: Meaning of label values.
        patient: PatientID; empty if unknown.
        is_corrected: Whether a person corrected the labels; None if unknown.
        names: Names of the images' nodes by their role.
        files: Files of the images by their role.
        language: Code of the reader's language.
    """

    findings: Findings
    rows: Sequence[LiveRow]
    labels: Volume
    labels_on_source: Volume
    images: Path | Sequence[Path]
    no_images: str
    scan: Volume
    maps: Mapping[str, Volume]
    scheme: Scheme
    patient: str
    is_corrected: bool | None
    names: Mapping[str, Path]
    files: Mapping[str, Path]
    language: str


def export_report(
    path: Path,
    inputs: Inputs,
    table: CorrectedTable,
    labels: Volume,
    *,
    with_patient: bool = True,
    source: Path | None = None,
) -> Generator[None, None, Sequence[str]]:
    """Write the patient report in steps; nothing is written if closed before the end.

    Args:
        path: Its name ends with .html or .pdf.
        inputs: Measured nodes.
        table: Measurements.
        labels: Present label values, [k, j, i] uint8, on the scan's grid.
        with_patient: Whether it names the patient.
        source: Folder with the scan's DICOM images; None for those that Slicer's DICOM database names, if it does.

    Returns:
        Remarks for the user.

    Raises:
        MuscleSegError: The ending is none of a report, a package is missing, or the file cannot be written.
    """
    require_report_format(path)
    require_writable(path)
    options = {"with_patient": with_patient, "source": source}
    content, remarks = yield from report_in_steps(path.suffix.lower(), inputs, table, labels, **options)
    with written_whole(path) as temporary:
        temporary.write_bytes(content)
    return remarks


def report_in_steps(
    ending: str,
    inputs: Inputs,
    table: CorrectedTable,
    labels: Volume,
    *,
    with_patient: bool,
    source: Path | None = None,
) -> Generator[None, None, tuple[bytes, Sequence[str]]]:
    """Return the file of a patient report, made in steps, and remarks for the user.

    Args:
        ending: ".html" or ".pdf".
        inputs: Measured nodes.
        table: Measurements.
        labels: Present label values, [k, j, i] uint8, on the scan's grid.
        with_patient: Whether it names the patient.
        source: As for ``export_report``.

    Raises:
        MuscleSegError: A package is missing, or the report cannot be made.
    """
    sentence = _("A report needs the Python packages {packages}: press Install at the top.")
    require(PDF if ending == _PDF else REPORT, sentence)
    for package in ("matplotlib.figure", "jinja2", *(("reportlab.platypus",) if ending == _PDF else ())):
        yield from in_thread(partial(importlib.import_module, package))  # which takes long the first time
    findings = yield from findings_of(inputs, table, labels, with_patient=with_patient)
    images, no_images = (source, "") if source is not None else (yield from _images_of(inputs))
    measured = _measured(inputs, table, labels, findings, images, no_images)
    yield
    compute = partial(_file, measured, ending, is_anonymous=not with_patient)
    content, no_source, remarks = yield from in_asking_thread(compute, translated)
    if no_source:
        lacking = _("The report lacks what the DICOM images of the scan say of person and sequence.")
        remarks = [joined(" ", (lacking, no_source)), *remarks]
    return content, remarks


def _images_of(inputs: Inputs) -> Generator[None, None, tuple[Sequence[Path], str]]:
    """Return the DICOM files of the scan, which tell who was scanned; none, and the reason, where there are none."""
    try:
        files: Sequence[Path] = yield from source_files(inputs.scan)
    except MuscleSegError as error:
        return (), error.message
    return files, ""


def _measured(
    inputs: Inputs,
    table: CorrectedTable,
    labels: Volume,
    findings: Findings,
    images: Path | Sequence[Path],
    no_images: str,
) -> _Measured:
    return _Measured(
        findings=findings,
        rows=table.rows(),
        labels=Volume(labels.array, labels.geometry, description=made_by(inputs)),
        labels_on_source=labels_on_source(inputs, labels),
        images=images,
        no_images=no_images,
        scan=volume_of(inputs.scan),
        maps=table.maps,
        scheme=table.scheme,
        patient=table.patient,
        is_corrected=table.is_corrected,
        names={role: Path(node.GetName()) for role, node in nodes_of(inputs).items()},
        files={f"file of {role}": file for role, file in files_of(inputs).items()},
        language=_("en"),  # the code of the language into which this is translated
    )


def _file(
    measured: _Measured, ending: str, translate: Callable[[str], str], *, is_anonymous: bool
) -> tuple[bytes, str, Sequence[str]]:
    """Return the report, why it lacks what the scan's DICOM images say ("" where it does not), and remarks."""
    with gathered_remarks() as remarks:
        source, no_source = _source(measured, is_anonymous=is_anonymous)
        content = _content(measured, source, is_anonymous=is_anonymous)
        file = patient_report(replace(content, translate=translate, language=measured.language), ending)
    return file, no_source, remarks


def _content(measured: _Measured, source: SourceSeries | None, *, is_anonymous: bool) -> ReportContent:
    """Return what the report says, in no language yet."""
    examination = Examination(patient_id="" if is_anonymous else measured.patient)
    findings = hidden_findings(measured.findings, _hide(measured, source, is_anonymous=is_anonymous))
    rows = findings.muscles
    return ReportContent(
        rows=rows,
        label_table=measured.scheme.labels_in({row.label for row in rows if row.volume_cm3 is not None}),
        labels=measured.labels,
        groups=findings.groups,
        profiles=findings.profiles,
        provenance=findings.provenance,
        image=measured.scan,
        maps=measured.maps,
        examination=examination_of(source) if source else examination,
        corrected=measured.is_corrected,
        corrections=[
            Correction(live.row.label, live.change.dsc, live.change.ff_points, live.change.volume_cm3)
            for live in measured.rows
            if live.change
        ],
        is_anonymous=is_anonymous,
    )


def _hide(measured: _Measured, source: SourceSeries | None, *, is_anonymous: bool) -> Hide:
    """Return a function that puts names of files in place of their paths, and leaves out the patient where wanted."""
    if not is_anonymous:
        return hider({path.name: path for path in measured.files.values()})
    identifiers = source.identifiers if source else (measured.patient,) if measured.patient else ()
    return hider({**measured.names, **measured.files}, identifiers)


def _source(measured: _Measured, *, is_anonymous: bool) -> tuple[SourceSeries | None, str]:
    """Return the source that tells who was scanned; None, and the reason, where there is none."""
    if not measured.images:
        return None, measured.no_images
    try:
        return read_source(measured.images, measured.labels_on_source, is_anonymous=is_anonymous), ""
    except MuscleSegError as error:
        return None, error.message
