"""Export of the muscles and their numbers as DICOM objects in the study of the scan."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

import numpy as np
import slicer
from slicer.i18n import tr as _

from MuscleSegLib.anatomy import Scheme
from MuscleSegLib.biomarkers import Row
from MuscleSegLib.dicom import (
    encoded,
    read_source,
    require_new_folder,
    require_patient,
    result_objects,
    written_in_steps,
)
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.report.anonymity import hidden_rows, hider
from MuscleSegLib.review import CorrectedTable
from MuscleSegLib.scene.dicom_headers import source_files
from MuscleSegLib.scene.transforms import world_from_node
from MuscleSegLib.volume import Geometry, Volume, gathered_remarks
from MuscleSegPanel.dependencies import OBJECTS, PDF, missing, name_of, require
from MuscleSegPanel.exports import files_of, nodes_of
from MuscleSegPanel.measuring import Inputs
from MuscleSegPanel.report_export import report_in_steps
from MuscleSegPanel.source_labels import labels_on_source
from MuscleSegPanel.steps import in_thread

_RIGID_TOLERANCE = 1e-4
"""Largest deviation of a rotation, as a share: 0.1 mm in a meter."""


@dataclass(frozen=True)
class _Contents:
    """What objects are made of, for another thread: nothing of the scene.

    Attributes:
        labels: Present label values, [k, j, i], in the coordinates of the scan's DICOM images.
        scheme: Meaning of its values.
        rows: Table of muscles.
        corrected: Values of the labels that a person corrected; None where unknown.
        maps: Maps, [k, j, i], in the same coordinates, with the factor to percent or milliseconds.
        names: Names of the images' nodes by their role.
        files: Files of the images by their role.
        report: The report as PDF, None for none.
    """

    labels: Volume
    scheme: Scheme
    rows: Sequence[Row]
    corrected: Sequence[int] | None
    maps: Mapping[str, tuple[Volume, float]]
    names: Mapping[str, Path]
    files: Mapping[str, Path]
    report: bytes | None


def export_dicom(
    folder: Path,
    inputs: Inputs,
    table: CorrectedTable,
    labels: Volume,
    *,
    with_patient: bool = True,
    with_maps: bool = False,
    with_report: bool = True,
    source: Path | None = None,
) -> Generator[None, None, Sequence[str]]:
    """Write segmentation and structured report in steps; nothing if closed before the end.

    Args:
        folder: A new or an empty folder.
        inputs: Measured nodes.
        table: Measurements.
        labels: Present label values, [k, j, i] uint8, on the scan's grid.
        with_patient: Whether the objects are of the patient; without, they keep nothing but the UIDs of the source.
        with_maps: Whether the maps are written too, as parametric maps.
        with_report: Whether the patient report is written too, as a document in PDF.
        source: Folder with the scan's DICOM images; None for those that Slicer's DICOM database names.

    Returns:
        Remarks for the user.

    Raises:
        MuscleSegError: The scan's images are not there, a transform changes its size, or a package or the folder fails.
    """
    require(OBJECTS, _("DICOM objects need the Python package {packages}: press Install at the top."))
    require_new_folder(folder)
    files = source if source is not None else (yield from source_files(inputs.scan))
    _require_size(inputs.scan)
    pdf = _report(inputs, table, labels, with_patient=with_patient, source=source)
    report, remarks = (yield from pdf) if with_report else (None, ())
    contents = _contents(inputs, table, labels, with_maps=with_maps, report=report)
    yield
    written, others = yield from in_thread(partial(_encoded, contents, files, is_anonymous=not with_patient))
    yield from written_in_steps(written, folder)
    return [*remarks, *others]


def _report(
    inputs: Inputs, table: CorrectedTable, labels: Volume, *, with_patient: bool, source: Path | None
) -> Generator[None, None, tuple[bytes | None, Sequence[str]]]:
    """Return the report as PDF, None for lack of a package, and remarks for the user."""
    if names := ", ".join(map(name_of, missing(PDF))):
        sentence = _("The report is not among them, since as PDF it needs the Python packages {packages}.")
        return None, (sentence.format(packages=names),)
    options = {"with_patient": with_patient, "source": source}
    return (yield from report_in_steps(".pdf", inputs, table, labels, **options))


def _contents(
    inputs: Inputs, table: CorrectedTable, labels: Volume, *, with_maps: bool, report: bytes | None
) -> _Contents:
    rows = table.rows()
    corrected = None if table.is_corrected is None else [live.row.label for live in rows if live.change]
    units = table.map_units if with_maps else {}
    return _Contents(
        labels=labels_on_source(inputs, labels),
        scheme=table.scheme,
        rows=[live.row for live in rows],
        corrected=corrected,
        maps={name: (_beside_scan(table.maps[name], inputs.scan), unit.factor) for name, unit in units.items()},
        names={role: Path(node.GetName()) for role, node in nodes_of(inputs).items()},
        files={f"file of {role}": file for role, file in files_of(inputs).items()},
        report=report,
    )


def _require_size(scan: slicer.vtkMRMLScalarVolumeNode) -> None:
    """Check that the transforms above a scan do not change its size: its volumes would not be those of its images.

    Raises:
        MuscleSegError: They do.
    """
    turn = world_from_node(scan)[:3, :3]
    if not np.allclose(turn.T @ turn, np.eye(3), atol=_RIGID_TOLERANCE):
        message = _(
            "{scan} lies under a transform that changes its size, so that its numbers are not those of its DICOM "
            "images: take it out of the transform in the module Data."
        )
        raise MuscleSegError(message.format(scan=scan.GetName()))


def _beside_scan(volume: Volume, scan: slicer.vtkMRMLScalarVolumeNode) -> Volume:
    """Return a volume, [k, j, i], in the coordinates of the scan's DICOM images, without the transforms above these."""
    world = world_from_node(scan)
    if np.array_equal(world, np.eye(4)):
        return volume
    affine = np.linalg.inv(world) @ volume.geometry.affine
    return replace(volume, geometry=Geometry(volume.geometry.shape, affine), frame_of_reference="")


def _encoded(
    contents: _Contents, files: Path | Sequence[Path], *, is_anonymous: bool
) -> tuple[dict[str, bytes], list[str]]:
    """Return the objects' files by name, and remarks on the source."""
    with gathered_remarks() as remarks:
        source = read_source(files, contents.labels, is_anonymous=is_anonymous)
        images = files if isinstance(files, Path) else files[0].parent
        for volume, _factor in contents.maps.values():
            require_patient(source, volume.patient, volume.name, images)
        named_files = {path.name: path for path in contents.files.values()}
        hide = hider(named_files)
        if is_anonymous:
            hide = hider({**contents.names, **contents.files}, source.identifiers)
        objects = result_objects(
            contents.labels,
            contents.scheme,
            hidden_rows(contents.rows, hide),
            source,
            now=datetime.now(),
            corrected=contents.corrected,
            pdf=contents.report,
            maps=contents.maps,
        )
        return encoded(objects), remarks
