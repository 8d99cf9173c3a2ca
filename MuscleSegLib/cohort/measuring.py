"""Work on a scan: segmentation, measurement, and the files of both."""

import csv
import dataclasses
import io
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from MuscleSegLib.anatomy import Label, labels_of, scheme
from MuscleSegLib.biomarkers import MAP_NAMES, Measurement, Row
from MuscleSegLib.cohort.outputs import GENERATED_BY, ScanFiles, write_json
from MuscleSegLib.cohort.records import DONE, Record
from MuscleSegLib.cohort.scans import IMAGE, Scan, Source
from MuscleSegLib.cohort.settings import Settings
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.files import written_whole
from MuscleSegLib.inference import Result, segment_file
from MuscleSegLib.maps import comparable, fat_fraction
from MuscleSegLib.report import anonymous_warnings, provenance_of
from MuscleSegLib.report.columns import harmless, names_of
from MuscleSegLib.report.montage import draw_montage
from MuscleSegLib.volume import CONTRASTS, Volume, gathered_remarks, read_volume

MISSING = "n/a"
"""Missing value of a table in BIDS."""


@dataclass(frozen=True)
class _Maps:
    """Maps by name, and the fat and the water image where the fat fraction is made of them."""

    maps: Mapping[str, Volume]
    fat_water: tuple[Volume, Volume] | None = None


def segment_and_measure(scan: Scan, files: ScanFiles, settings: Settings, record: Record) -> Record:
    """Segment a scan, measure its muscles, and write all files but the record.

    Args:
        scan: Scan without a problem.
        files: Files to be written; their folder is there.
        settings: Settings of the run.
        record: Record to be completed.

    Raises:
        MuscleSegError: The scan cannot be segmented or measured, or a file cannot be written.
    """
    start = time.monotonic()
    if scan.problem:
        raise MuscleSegError(scan.problem)
    with gathered_remarks() as remarks:
        given = _read_maps(scan)
        image, result = _segmented(scan.roles[IMAGE], files, settings)
        session = Measurement(
            result.labels,
            scheme(result.region),
            maps=given.maps,
            fat_water=given.fat_water,
            confidence=result.confidence,
            units=dict(scan.units),
        )
        rows = anonymous_warnings(session.rows(), image.patient)
    write_rows(scan, rows, files)
    labels = labels_of(result.region, two_legs=len(result.sides) == 2)
    _write_label_table(labels, files)
    notes = tuple(dict.fromkeys((*result.notes, *remarks)))
    write_json(_sidecar(scan, result, session, settings, labels, notes), files.sidecar)
    draw_montage(image, result.labels, result.segments, files.overview, thumbnail=files.thumbnail)
    return replace(
        record,
        status=DONE,
        region=result.region,
        network=result.network,
        device=result.device,
        confidence={str(value): round(dsc, 4) for value, dsc in result.confidence.items()},
        notes=notes,
        seconds=round(time.monotonic() - start, 3),
    )


def table_text(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Return a table of BIDS: tabs between columns, "n/a" for a missing value, no formula of a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    writer.writerow(header)
    for row in rows:
        writer.writerow([cell_text(value) for value in row])
    return text.getvalue()


def cell_text(value: Any) -> str:  # noqa: ANN401 - of any column
    """Return a value as text in one line of a table."""
    if value is None or value == "":
        return MISSING
    if isinstance(value, bool):
        return "true" if value else "false"
    return harmless(" ".join(value.split())) if isinstance(value, str) else str(value)


SCAN_COLUMNS = ("participant_id", "session_id", "scan")
ROW_COLUMNS = (*SCAN_COLUMNS, *names_of(Row))
"""Columns of the table of a scan, and of the long table of all scans."""


def scan_cells(scan: Scan | Record) -> tuple[str, str, str]:
    """Return the cells of ``SCAN_COLUMNS``, with the prefixes of BIDS: a subject "007" stays text in every program."""
    return f"sub-{scan.subject}", f"ses-{scan.session}" if scan.session else "", scan.name


def write_rows(scan: Scan, rows: Sequence[Row], files: ScanFiles) -> None:
    """Write the table of a scan, a row a muscle, in full precision.

    Raises:
        MuscleSegError: It cannot be written.
    """
    named = [(*scan_cells(scan), *dataclasses.astuple(row)) for row in rows]
    with written_whole(files.rows) as temporary:
        temporary.write_bytes(table_text(ROW_COLUMNS, named).encode("utf-8", "replace"))


def _segmented(source: Source, files: ScanFiles, settings: Settings) -> tuple[Volume, Result]:
    return segment_file(
        source.path,
        files.labels,
        region=settings.region,
        network=settings.network,
        device=settings.device,
        legs=settings.legs,
        series=source.series,
        contrast=source.contrast or CONTRASTS,
    )


def _read(source: Source) -> Volume:
    return read_volume(source.path, series=source.series, contrast=source.contrast)


def _read_maps(scan: Scan) -> _Maps:
    roles = scan.roles
    maps = {name: _read(roles[name]) for name in MAP_NAMES if name in roles}
    if "ff" in maps or not {"fat", "water"} <= roles.keys():
        return _Maps(maps)
    fat, water = _read(roles["fat"]), _read(roles["water"])
    made = fat_fraction(fat, water)
    fat, water = comparable([fat, water])
    ff = replace(fat, array=made.array, description=made.description, unit=made.unit)
    return _Maps({"ff": ff, **maps}, (fat, water))


def _write_label_table(labels: Sequence[Label], files: ScanFiles) -> None:
    header = ("index", "name", "abbreviation", "color", "mapping")
    colors = {label.value: "#{:02x}{:02x}{:02x}".format(*label.color) for label in labels}
    rows = [(label.value, label.name, label.abbreviation, colors[label.value], None) for label in labels]
    text = table_text(header, [(0, "Background", "BG", "#000000", None), *rows])
    with written_whole(files.label_table) as temporary:
        temporary.write_bytes(text.encode())


def _sidecar(
    scan: Scan,
    result: Result,
    session: Measurement,
    settings: Settings,
    labels: Sequence[Label],
    notes: Sequence[str],
) -> dict[str, Any]:
    names = {label.value: label.name for label in labels}
    origins = provenance_of(
        {role: source.path for role, source in scan.sources if not source.series},
        result.labels,
        patient=None,
        options={f"unit of {name.upper()}": str(unit) for name, unit in session.map_units.items()},
        corrected=False,
        warnings=session.shared_warnings,
    )
    return {
        "Description": f"Muscles of the {result.region}, segmented by a network and not corrected by a person",
        "GeneratedBy": [GENERATED_BY],
        "Sources": [str(source) for _, source in scan.sources],
        "Networks": settings.network_of(result.region),
        "Device": result.device,
        "Precision": result.precision,
        "Manual": False,
        "Confidence": {names[value]: round(dsc, 4) for value, dsc in result.confidence.items() if value in names},
        "Notes": list(notes),
        "Provenance": [[origin.item, _plain(origin.value), origin.sha256] for origin in origins],
    }


def _plain(value: Any) -> str | float | bool | None:  # noqa: ANN401 - of any item
    return value if value is None or isinstance(value, str | float | bool | int) else str(value)
