"""Exports: tables of the measurements, and label maps."""

import importlib
from collections.abc import Callable, Generator
from functools import partial
from pathlib import Path

import slicer
from slicer.i18n import tr as _

from MuscleSegLib.anatomy import is_left
from MuscleSegLib.biomarkers import group_rows
from MuscleSegLib.inference import segments_of
from MuscleSegLib.report import Findings, Origin, anonymous, anonymous_warnings, findings_in_steps, provenance_of
from MuscleSegLib.review import CorrectedTable
from MuscleSegLib.scene.automatic import description_of
from MuscleSegLib.scene.missing_values import is_as_in_file
from MuscleSegLib.scene.saving import save_segmentation
from MuscleSegLib.scene.volumes import file_of
from MuscleSegLib.volume import LabelOrigin, Volume, write_labels
from MuscleSegPanel.dependencies import WORKBOOK, require
from MuscleSegPanel.measuring import Inputs
from MuscleSegPanel.steps import Work, in_thread

SEGMENTATION_ENDING = ".seg.nrrd"


def export_table(
    path: Path, inputs: Inputs, table: CorrectedTable, labels: Volume, *, with_patient: bool = True
) -> Work:
    """Write all measurements with their provenance, in steps; nothing is written if closed before the end.

    Args:
        path: Table file; its name ends with .csv, .xlsx or .json.
        inputs: Measured nodes.
        table: Measurements.
        labels: Present label values, [k, j, i] uint8.
        with_patient: Whether the PatientID is written.

    Raises:
        MuscleSegError: The ending is none of a table, the file cannot be written, or a package is missing for it.
    """
    if path.suffix.lower() == ".xlsx":
        sentence = _("An Excel workbook needs the Python package {packages}: choose .csv, or press Install at the top.")
        require(WORKBOOK, sentence)
        yield from in_thread(partial(importlib.import_module, "openpyxl"))  # which takes long the first time
    findings = yield from findings_of(inputs, table, labels, with_patient=with_patient)
    yield from findings_in_steps(findings, path)


def findings_of(
    inputs: Inputs, table: CorrectedTable, labels: Volume, *, with_patient: bool
) -> Generator[None, None, Findings]:
    """Return all measurements with their provenance, in steps.

    Args:
        inputs: Measured nodes.
        table: Measurements.
        labels: Present label values, [k, j, i] uint8.
        with_patient: Whether the PatientID stands in them.
    """
    label_scheme = table.scheme
    hidden = "" if with_patient else table.patient
    rows = anonymous_warnings((live.row for live in table.rows()), hidden)
    shared_warnings = table.measurement.shared_warnings
    origins = _origins(inputs, table, labels, with_patient=with_patient)
    return (
        yield from in_thread(
            lambda: Findings(
                muscles=rows,
                groups=anonymous_warnings(group_rows(rows, label_scheme, shared_warnings=shared_warnings), hidden),
                profiles=table.measurement.profiles(),
                adipose_tissue=anonymous_warnings(table.measurement.adipose(), hidden),
                provenance=origins() if with_patient else anonymous(origins(), table.patient),
            )
        )
    )


def _origins(
    inputs: Inputs, table: CorrectedTable, labels: Volume, *, with_patient: bool
) -> Callable[[], tuple[Origin, ...]]:
    """Return what another thread can ask for the provenance: the scene is read here."""
    return partial(
        provenance_of,
        files_of(inputs),
        Volume(labels.array, labels.geometry, description=made_by(inputs)),
        patient=table.patient if with_patient else None,
        options={
            **{f"volume {role}": node.GetName() for role, node in nodes_of(inputs).items()},
            "label scheme": table.scheme.name,
            **{f"unit of {name.upper()}": str(unit) for name, unit in table.map_units.items()},
        },
        corrected=table.is_corrected,
        warnings=table.measurement.shared_warnings,
    )


def export_labels(path: Path, inputs: Inputs, labels: Volume) -> None:
    """Write the muscles: .seg.nrrd keeps names, colors and codes, other formats the label values.

    Args:
        path: Label file; its name ends with .seg.nrrd, .nii.gz, .nii, .nrrd or .mha.
        inputs: Measured nodes.
        labels: Present label values, [k, j, i] uint8.

    Raises:
        MuscleSegError: The ending is none of a label file, or the file cannot be written.
    """
    if path.name.lower().endswith(SEGMENTATION_ENDING):
        save_segmentation(inputs.segmentation, path)
        return
    two_legs = bool(is_left(labels.array).any())
    write_labels(labels, path, segments=segments_of(inputs.region, two_legs=two_legs), description=made_by(inputs))


def made_by(inputs: Inputs) -> str:
    """Return the description of MuscleSeg's label maps in their files."""
    description = description_of(inputs.segmentation)
    if description is None or not description.network:
        return ""
    if description.region != inputs.region:  # muscles of another region were copied beside those of the network
        return str(LabelOrigin(inputs.region))
    return str(LabelOrigin(description.region, description.network, description.device, description.images))


def nodes_of(inputs: Inputs) -> dict[str, slicer.vtkMRMLScalarVolumeNode]:
    """Return the measured images by their role."""
    nodes = {"scan": inputs.scan, **inputs.maps}
    if inputs.fat_water:
        nodes |= dict(zip(("fat", "water"), inputs.fat_water, strict=True))
    return nodes


def files_of(inputs: Inputs) -> dict[str, Path]:
    """Return the files of the volumes that have the voxels of their files."""
    files = {role: file_of(node) for role, node in nodes_of(inputs).items() if is_as_in_file(node)}
    return {role: file for role, file in files.items() if file is not None}
