"""Options and writing of DICOM objects of a measurement."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from MuscleSegLib.biomarkers import MapUnit, NamedLabels, Row
from MuscleSegLib.dicom import (
    Objects,
    SourceSeries,
    identifiers_of,
    read_source,
    require_new_folder,
    require_patient,
    result_objects,
)
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.report.anonymity import Hide, hidden_rows, hider
from MuscleSegLib.volume import Volume

_ONLY_WITH_DICOM = ("source", "source_series", "labelmap", "dicom_maps", "dicom_pdf")
_OF_REPORTS_TOO = ("source", "source_series")


def add_dicom(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    group = parser.add_argument_group("DICOM objects")
    group.add_argument(
        "--dicom",
        metavar="FOLDER",
        type=Path,
        help="a new or an empty folder for DICOM objects in the study of --source: a segmentation (SEG.dcm) and a "
        "structured report that refers to its segments (SR.dcm)",
    )
    group.add_argument(
        "--source", metavar="DICOM_FOLDER", type=Path, help="the DICOM images that the labels were drawn on"
    )
    group.add_argument(
        "--source-series", metavar="SERIES", help="number or UID of their series, where several have the labels' grid"
    )
    group.add_argument(
        "--labelmap", action="store_true", help="write the segmentation as LABELMAP, which fewer viewers know"
    )
    group.add_argument("--dicom-maps", action="store_true", help="write the maps too, as parametric maps")
    group.add_argument("--dicom-pdf", metavar="PDF", type=Path, help="a report to put into the study (PDF.dcm)")


def require_dicom(options: argparse.Namespace) -> None:
    """Check, before any work is done, that options fit together and the folder can be written.

    Raises:
        MuscleSegError: They do not, or it cannot.
    """
    if options.dicom is None:
        of_report = _OF_REPORTS_TOO if options.report else ()
        given = [name for name in _ONLY_WITH_DICOM if getattr(options, name) and name not in of_report]
        if given:
            option = given[0].replace("_", "-")
            raise MuscleSegError(f"--{option} is for DICOM objects: give their folder, --dicom, too, or leave it out.")
        return
    if options.source is None:
        raise MuscleSegError("--dicom needs the images that the labels were drawn on: give their folder, --source.")
    require_new_folder(options.dicom)


def source_of(options: argparse.Namespace, labels: Volume, maps: Mapping[str, Volume]) -> SourceSeries | None:
    """Return the source of DICOM objects and reports, None where there is none.

    Raises:
        MuscleSegError: There is no such series, or labels or maps are of another patient.
    """
    if options.source is None:
        return None
    source = read_source(options.source, labels, series=options.source_series, is_anonymous=options.anonymous)
    for volume in maps.values():
        require_patient(source, volume.patient, volume.name, options.source)
    return source


def hide_wanted(options: argparse.Namespace, source: SourceSeries | None, files: Mapping[str, Path]) -> Hide:
    """Return a function that takes out of a text what an anonymous result must not hold, and nothing otherwise."""
    if not options.anonymous:
        return hider({})
    whose = dict.fromkeys(text for path in files.values() for text in identifiers_of(path))
    if source is None:
        return hider(files, whose)
    return hider({**files, "source": options.source}, (*source.identifiers, *whose))


def dicom_objects(
    options: argparse.Namespace,
    source: SourceSeries,
    named: NamedLabels,
    *,
    rows: Sequence[Row],
    maps: Mapping[str, Volume],
    units: Mapping[str, MapUnit],
    files: Mapping[str, Path],
    pdf: bytes | None = None,
) -> Objects:
    """Return the objects by the names of their files.

    Args:
        options: Options of the command line.
        source: Images that the labels were drawn on.
        named: Label map and the meaning of its values.
        rows: Table of its muscles.
        maps: Maps by name.
        units: Units of the maps.
        files: Files of the measurement by their role; warnings hold the names of the files, not their paths.
        pdf: Report of the measurement, where no other is given.

    Raises:
        MuscleSegError: An object cannot be made.
    """
    named_files = files if source.is_anonymous else {path.name: path for path in files.values()}
    return result_objects(
        named.labels,
        named.scheme,
        hidden_rows(rows, hider(named_files, source.identifiers if source.is_anonymous else ())),
        source,
        now=datetime.now(),
        kind="LABELMAP" if options.labelmap else "BINARY",
        corrected=None if options.corrected is None else options.corrected == "yes",
        pdf=options.dicom_pdf or pdf,
        maps=_maps_with_values(maps, units) if options.dicom_maps else {},
    )


def _maps_with_values(maps: Mapping[str, Volume], units: Mapping[str, MapUnit]) -> dict[str, tuple[Volume, float]]:
    """Return the maps that have a value in a muscle, with their factors to percent or milliseconds."""
    for name, volume in maps.items():
        if name not in units:
            print(f"Note: {volume.name} has no value in any muscle and is not written as DICOM.", file=sys.stderr)
    return {name: (volume, units[name].factor) for name, volume in maps.items() if name in units}
