"""Fingerprints of a scan's files: by size and time of change, which is quick, and by content, which is sure."""

from pathlib import Path

from MuscleSegLib.cohort.scans import Scan
from MuscleSegLib.digests import digest_of, digest_of_file

_ABSENT = "absent"


def stamp_of(scan: Scan) -> str:
    """Return a digest of names, sizes and times of change of a scan's files, and of what they are for."""
    return digest_of([*_meaning(scan), [_status(path) for path in _files(scan)]])


def content_of(scan: Scan) -> str:
    """Return a digest of the content of a scan's files, and of what they are for.

    It does not depend on the place of the input: a copy of a data set has the same.
    """
    return digest_of([*_meaning(scan), [[path.name, _content(path)] for path in _files(scan)]])


def _meaning(scan: Scan) -> list[object]:
    roles = [[role, source.path.name, source.series, source.contrast] for role, source in scan.sources]
    return [scan.name, roles, scan.units, scan.problem]


def _files(scan: Scan) -> list[Path]:
    return list(dict.fromkeys(path for _, source in scan.sources for path in source.files))


def _status(path: Path) -> list[object]:
    try:
        status = path.stat()
    except (OSError, ValueError):  # ValueError: a name that no file can have
        return [str(path), _ABSENT]
    return [str(path), status.st_size, status.st_mtime_ns]


def _content(path: Path) -> str:
    try:
        return digest_of_file(path)
    except (OSError, ValueError):
        return _ABSENT
