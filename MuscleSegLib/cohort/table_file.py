"""Scans of a table: a row a scan, with its subject, its session and its files."""

import csv
from collections.abc import Collection, Mapping
from pathlib import Path

from MuscleSegLib.cohort.bids_names import as_label
from MuscleSegLib.cohort.scans import IMAGE, ROLES, Cohort, PassedOver, Scan, Source
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume.sidecar import sidecar_path

TABLE_ENDINGS = (".csv", ".tsv")
_SUBJECT, _SESSION, _SCAN = "subject", "session", "scan"
COLUMNS = (_SUBJECT, _SESSION, _SCAN, *ROLES)
"""Columns of the table; "scan" tells several scans of one session apart."""


def find_in_table(path: Path, *, subjects: Collection[str] = (), sessions: Collection[str] = ()) -> Cohort:
    """Find the scans that a table lists. Paths in it are relative to its folder.

    Args:
        path: A .csv or .tsv file, in UTF-8, with the columns ``COLUMNS``, of which subject and image are needed.
        subjects: Labels of subjects, those only; all where empty.
        sessions: Labels of sessions, those only; all where empty.

    Raises:
        MuscleSegError: The table cannot be read, or lacks a column.
    """
    header, rows = _read(path)
    missing = [name for name in (_SUBJECT, IMAGE) if name not in header]
    if missing:
        message = f"{path} has no column {' and none '.join(missing)}: its columns are called {', '.join(COLUMNS)}."
        raise MuscleSegError(message)
    passed_over = [
        PassedOver(path, f'its column "{name}" has no meaning here') for name in header if name not in COLUMNS
    ]
    subjects, sessions = set(map(as_label, subjects)), set(map(as_label, sessions))
    scans: dict[str, Scan] = {}
    for number, row in enumerate(rows, 2):
        if not any(row.values()):
            continue
        scan = _scan(row, path.parent, number)
        if scan is None:
            passed_over.append(PassedOver(path, f"row {number} names no subject"))
        elif (not subjects or scan.subject in subjects) and (not sessions or scan.session in sessions):
            name = scan.name
            if name in scans:
                problem = f'Two rows of {path} are of {name}: tell them apart in the columns "session" or "scan".'
                scan = Scan(scan.subject, scan.session, scan.entities, scans[name].sources, problem=problem)
            scans[name] = scan
    return Cohort("a table", tuple(scans.values()), passed_over)


def _read(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            first = file.readline()
            file.seek(0)
            delimiter = max("\t;,", key=first.count)  # a spreadsheet of some countries separates by semicolons
            reader = csv.reader(file, delimiter=delimiter)
            header = [name.strip().lower() for name in next(reader, [])]
            lines = [[cell.strip() for cell in row] for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        message = f"{path} cannot be read as a table ({error}): save it as CSV in UTF-8."
        raise MuscleSegError(message) from error
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise MuscleSegError(f"{path} has two columns for one role, {', '.join(twice)}: leave one of them.")
    for number, line in enumerate(lines, 2):
        if any(line[len(header) :]):
            message = (
                f"Row {number} of {path} has more cells than the header: put a name with a {delimiter!r} in quotes."
            )
            raise MuscleSegError(message)
    return header, [dict(zip(header, line, strict=False)) for line in lines]


def _scan(row: Mapping[str, str], folder: Path, number: int) -> Scan | None:
    subject = as_label(row.get(_SUBJECT, "").removeprefix("sub-"))
    if not subject:
        return None
    session, name = as_label(row.get(_SESSION, "").removeprefix("ses-")), as_label(row.get(_SCAN, ""))
    sources, problems = [], []
    for role in ROLES:
        if not row.get(role):
            continue
        path = folder / row[role]
        source, problem = _source(path)
        sources.append((role, source))
        if problem:
            problems.append(f"{path}, the {role} of row {number}, {problem}: check the name.")
    roles = [role for role, _ in sources]
    if IMAGE not in roles:
        problems.append(f"Row {number} has no image: name the image to be segmented.")
    elif ("fat" in roles) != ("water" in roles) and "ff" not in roles:
        problems.append(f"Row {number} has one image of a Dixon pair: name fat and water, or ff.")
    entities = (("acq", name),) if name else ()
    return Scan(subject, session, entities, tuple(sources), problem=" ".join(problems[:1]))


def _source(path: Path) -> tuple[Source, str]:
    """Return the source of a path, and what is wrong with it, "" if nothing."""
    try:
        path.stat()
        return Source(path, files=_files(path)), ""
    except FileNotFoundError:
        problem = "does not exist"
    except (OSError, ValueError) as error:  # a name that no file can have, or a folder that may not be read
        problem = f"cannot be read ({getattr(error, 'strerror', None) or error})"
    return Source(path, files=(path,)), problem


def _files(path: Path) -> tuple[Path, ...]:
    """Return the files that an image's content depends on: those of a folder of DICOM files, or its sidecar's too."""
    if path.is_dir():
        return tuple(sorted(file for file in path.rglob("*") if file.is_file()))
    sidecar = sidecar_path(path)
    return (path, sidecar) if sidecar.is_file() else (path,)
