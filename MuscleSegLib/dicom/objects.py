"""All objects of a measured label map."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from MuscleSegLib.anatomy import Scheme
from MuscleSegLib.biomarkers import Row
from MuscleSegLib.dicom.document import encapsulated_pdf
from MuscleSegLib.dicom.map_object import parametric_map
from MuscleSegLib.dicom.report import measurement_report
from MuscleSegLib.dicom.segmentation import Kind, segmentation_of
from MuscleSegLib.dicom.source import SourceSeries
from MuscleSegLib.dicom.writing import Objects
from MuscleSegLib.volume import Volume


def result_objects(
    labels: Volume,
    scheme: Scheme,
    rows: Sequence[Row],
    source: SourceSeries,
    *,
    now: datetime,
    kind: Kind = "BINARY",
    corrected: bool | Collection[int] | None = None,
    pdf: Path | bytes | None = None,
    maps: Mapping[str, tuple[Volume, float]] | None = None,
) -> Objects:
    """Return segmentation, structured report and what else is wanted, by the names of their files.

    Args:
        labels: [k, j, i] label map on the source's grid or a part of it.
        scheme: Meaning of its values.
        rows: Table of its muscles, with warnings as they shall be read.
        source: Images that it was drawn on.
        now: Date of the content.
        kind: Kind of the segmentation.
        corrected: Whether a person corrected the labels, or the values of those that a person corrected; None if
            unknown.
        pdf: Report for the study, a file or its bytes.
        maps: Maps, [k, j, i], with the factor from their values to percent or milliseconds, by "ff", "mtr" and "t2".

    Raises:
        MuscleSegError: An object cannot be made.
    """
    segmentation = segmentation_of(labels, scheme, source, now=now, kind=kind, corrected=corrected)
    report = measurement_report(rows, scheme, segmentation, source, now=now)
    objects: Objects = {"SEG": segmentation.dataset, "SR": report}
    if pdf is not None:
        objects["PDF"] = encapsulated_pdf(pdf, source, now=now, about=(segmentation.dataset, report))
    structures = [label for label in scheme.labels_in(segmentation.numbers) if label.value in segmentation.numbers]
    for name, (volume, factor) in (maps or {}).items():
        made = parametric_map(name, volume, source, factor=factor, now=now, structures=structures)
        objects[name.upper()] = made
    return objects
