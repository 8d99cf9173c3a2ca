"""Files of what was measured and of what was drawn."""

import importlib
from functools import partial
from pathlib import Path

import slicer
from slicer.i18n import tr as _

from MuscleSegLib.anatomy import labels_of, scheme
from MuscleSegLib.biomarkers import group_rows
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.report import Findings, anonymous, anonymous_warnings, findings_in_steps, provenance_of
from MuscleSegLib.review import CorrectedTable
from MuscleSegLib.scene.automatic import description_of
from MuscleSegLib.scene.missing_values import is_as_in_file
from MuscleSegLib.scene.saving import save_segmentation
from MuscleSegLib.scene.volumes import file_of
from MuscleSegLib.volume import LabelOrigin, Segment, Volume, write_labels
from MuscleSegPanel.dependencies import WISHED, missing
from MuscleSegPanel.measuring import Inputs
from MuscleSegPanel.steps import Work, in_thread

SEGMENTATION_ENDING = ".seg.nrrd"


def export_table(
    path: Path, inputs: Inputs, table: CorrectedTable, labels: Volume, *, with_patient: bool = True
) -> Work:
    """Write all that was measured, and where it comes from, in steps. Closed before its end, it has written nothing.

    Args:
        path: A name that ends with .csv, .xlsx or .json.
        inputs: What was measured.
        table: Its numbers.
        labels: As they are now.
        with_patient: Whether the PatientID is said.

    Raises:
        MuscleSegError: The ending is another one, the file cannot be written, or a package is missing for it.

    """
    if path.suffix.lower() == ".xlsx" and missing(WISHED):
        message = _("An Excel workbook needs the Python package openpyxl: choose .csv, or press Install at the top.")
        raise MuscleSegError(message)
    if path.suffix.lower() == ".xlsx":
        yield from in_thread(partial(importlib.import_module, "openpyxl"))  # which takes long the first time
    known = scheme(inputs.region)
    hidden = "" if with_patient else table.patient
    rows = anonymous_warnings((live.row for live in table.rows()), hidden)
    shared_warnings = table.measurement.shared_warnings
    origins = partial(
        provenance_of,
        _files(inputs),
        Volume(labels.array, labels.geometry, description=_made_by(inputs)),
        patient=table.patient if with_patient else None,
        options={
            **_names(inputs),
            "label scheme": known.name,
            **{f"unit of {name.upper()}": str(unit) for name, unit in table.map_units.items()},
        },
        corrected=table.is_corrected,
        warnings=shared_warnings,
    )
    findings = yield from in_thread(
        lambda: Findings(
            muscles=rows,
            groups=anonymous_warnings(group_rows(rows, known, shared_warnings=shared_warnings), hidden),
            profiles=table.measurement.profiles(),
            adipose_tissue=anonymous_warnings(table.measurement.adipose(), hidden),
            provenance=origins() if with_patient else anonymous(origins(), table.patient),
        )
    )
    yield from findings_in_steps(findings, path)


def export_labels(path: Path, inputs: Inputs, labels: Volume) -> None:
    """Write the muscles: .seg.nrrd keeps names, colors and codes, all else the label values.

    Raises:
        MuscleSegError: The ending is another one, or the file cannot be written.

    """
    if path.name.lower().endswith(SEGMENTATION_ENDING):
        save_segmentation(inputs.segmentation, path)
        return
    two_legs = bool((labels.array > 100).any())
    segments = [Segment(label.value, label.name, label.color) for label in labels_of(inputs.region, two_legs=two_legs)]
    write_labels(labels, path, segments=segments, description=_made_by(inputs))


def _made_by(inputs: Inputs) -> str:
    """Return the line that a label map made by MuscleSeg has in its file."""
    description = description_of(inputs.segmentation)
    if description is None or not description.network:
        return ""
    return str(LabelOrigin(description.region, description.network, description.device))


def _nodes(inputs: Inputs) -> dict[str, slicer.vtkMRMLScalarVolumeNode]:
    nodes = {"scan": inputs.scan, **inputs.maps}
    if inputs.fat_water:
        nodes |= dict(zip(("fat", "water"), inputs.fat_water, strict=True))
    return nodes


def _files(inputs: Inputs) -> dict[str, Path]:
    """Return the files of those volumes that came from one and are as it has them."""
    files = {what: file_of(node) for what, node in _nodes(inputs).items() if is_as_in_file(node)}
    return {what: file for what, file in files.items() if file is not None}


def _names(inputs: Inputs) -> dict[str, str]:
    return {f"volume {what}": node.GetName() for what, node in _nodes(inputs).items()}
