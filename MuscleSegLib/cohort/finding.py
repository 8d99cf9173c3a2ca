"""Search for the scans of an input of any kind."""

from collections.abc import Collection
from pathlib import Path

from MuscleSegLib.cohort.bids_folder import find_in_bids, is_bids
from MuscleSegLib.cohort.dicom_tree import find_in_dicom
from MuscleSegLib.cohort.scans import Cohort
from MuscleSegLib.cohort.table_file import TABLE_ENDINGS, find_in_table
from MuscleSegLib.errors import MuscleSegError

_SHOWN = 3


def find_scans(path: Path, *, subjects: Collection[str] = (), sessions: Collection[str] = ()) -> Cohort:
    """Find the scans of a BIDS dataset or a dialect of it, a tree of DICOM files, or a table.

    Args:
        path: Folder or table.
        subjects: Labels of subjects without "sub-", those only; all where empty.
        sessions: Labels of sessions without "ses-", those only; all where empty.

    Returns:
        Scans by name, and what was not understood, with the reason.

    Raises:
        MuscleSegError: The input cannot be read, or holds no scan.
    """
    if not path.exists():
        raise MuscleSegError(f"{path} does not exist: give a BIDS dataset, a folder of DICOM files or a table.")
    try:
        if path.is_file():
            if path.suffix.lower() not in TABLE_ENDINGS:
                message = f"{path} is no table of scans: give a .csv or .tsv file, or a folder."
                raise MuscleSegError(message)
            cohort = find_in_table(path, subjects=subjects, sessions=sessions)
        elif is_bids(path):
            cohort = find_in_bids(path, subjects=subjects, sessions=sessions)
        else:
            cohort = find_in_dicom(path, subjects=subjects, sessions=sessions)
    except OSError as error:
        name = error.filename or path
        raise MuscleSegError(f"{name} cannot be read ({error.strerror}): check its permissions.") from error
    if not cohort.scans:
        raise MuscleSegError(_without_scans(path, cohort, is_choice=bool(subjects or sessions)))
    return Cohort(cohort.kind, sorted(cohort.scans, key=lambda scan: scan.name), cohort.passed_over)


def _without_scans(path: Path, cohort: Cohort, *, is_choice: bool) -> str:
    if is_choice:
        return f"{path} holds no scan of these subjects and sessions: check their labels."
    reasons = "; ".join(f"{entry.path.name}: {entry.reason}" for entry in cohort.passed_over[:_SHOWN])
    because = f" ({reasons})" if reasons else ""
    return (
        f"{path} holds no scan that can be segmented{because}: give a BIDS dataset, a folder of DICOM files, or a "
        "table with the columns subject and image."
    )
