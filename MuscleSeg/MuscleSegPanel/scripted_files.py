"""Files of results for scripts, by the panel's rules, without its widgets."""

import logging
from pathlib import Path

import slicer

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.scene.segmentations import labels_of
from MuscleSegPanel import dicom_export, report_export, scripting
from MuscleSegPanel.measuring import Inputs, table_in_steps
from MuscleSegPanel.steps import at_once

_MAPS = ("ff", "fat", "water", "mtr", "t2")
_UNITS = ("ff_unit", "mtr_unit", "t2_unit")

_log = logging.getLogger("MuscleSeg")


def inputs_of(
    segmentation: slicer.vtkMRMLSegmentationNode,
    scan: slicer.vtkMRMLScalarVolumeNode | None,
    *,
    region: str = "auto",
    **measured: str | slicer.vtkMRMLScalarVolumeNode | None,
) -> Inputs:
    """Return what a script wants to be measured, by the keywords of ``MuscleSegLogic.measure``.

    Raises:
        MuscleSegError: As for ``scripting.inputs_of``, or a keyword is none of these.
    """
    for name in measured:
        if name not in (*_MAPS, *_UNITS):
            message = scripting.no_choice("keyword", name, ["region", *_MAPS, *_UNITS])
            raise MuscleSegError(message)
    maps = {name: measured.get(name) for name in _MAPS}
    units = {name.removesuffix("_unit"): measured.get(name) for name in _UNITS}
    return scripting.inputs_of(segmentation, scan, region=region, maps=maps, units=units)


def write_report(path: Path, inputs: Inputs, *, source: Path | None, with_patient: bool) -> None:
    """Measure, and write the report as the panel does. Remarks are written to the log.

    Args:
        path: Its name ends with .html or .pdf.
        inputs: Inputs of the measurement.
        source: Folder with the scan's DICOM images; None for those that Slicer's DICOM database names.
        with_patient: Whether the report names the patient.

    Raises:
        MuscleSegError: As for ``report_export.export_report``, or something cannot be measured.
    """
    table = at_once(table_in_steps(inputs))
    labels = labels_of(inputs.segmentation, inputs.scan)
    options = {"with_patient": with_patient, "source": source}
    for remark in at_once(report_export.export_report(path, inputs, table, labels, **options)):
        _log.warning(remark)


def export_dicom(
    folder: Path, inputs: Inputs, *, source: Path | None, with_maps: bool, with_report: bool, with_patient: bool
) -> list[Path]:
    """Measure, write DICOM objects as the panel does, and return their files. Remarks are written to the log.

    Args:
        folder: A new or an empty folder.
        inputs: Inputs of the measurement.
        source: Folder with the scan's DICOM images; None for those that Slicer's DICOM database names.
        with_maps: Whether the maps are written too.
        with_report: Whether the report is written too.
        with_patient: Whether the objects are of the patient.

    Raises:
        MuscleSegError: As for ``dicom_export.export_dicom``, or something cannot be measured.
    """
    table = at_once(table_in_steps(inputs))
    labels = labels_of(inputs.segmentation, inputs.scan)
    options = {"with_patient": with_patient, "with_maps": with_maps, "with_report": with_report, "source": source}
    for remark in at_once(dicom_export.export_dicom(folder, inputs, table, labels, **options)):
        _log.warning(remark)
    return sorted(folder.iterdir())
