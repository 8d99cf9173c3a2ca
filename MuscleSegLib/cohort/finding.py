"""Search for the scans of an input of any kind."""

from collections.abc import Collection
from pathlib import Path

from MuscleSegLib.cohort.bids_folder import find_in_bids, is_bids
from MuscleSegLib.cohort.bids_names import as_label
from MuscleSegLib.cohort.dicom_tree import find_in_dicom
from MuscleSegLib.cohort.scans import Cohort, PassedOver
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
    try:
        if not path.exists():
            raise MuscleSegError(f"{path} does not exist: give a BIDS dataset, a folder of DICOM files or a table.")
        if path.is_file():
            if path.suffix.lower() not in TABLE_ENDINGS:
                message = f"{path} is no table of scans: give a .csv or .tsv file, or a folder."
                raise MuscleSegError(message)
            cohort = find_in_table(path, subjects=subjects, sessions=sessions)
        else:
            cohort = _in_folder(path, subjects, sessions)
    except OSError as error:
        name = error.filename or path
        raise MuscleSegError(f"{name} cannot be read ({error.strerror}): check its permissions.") from error
    if not cohort.scans:
        raise MuscleSegError(_without_scans(path, cohort, is_choice=bool(subjects or sessions)))
    missing = _not_there(path, cohort, "subject", subjects) + _not_there(path, cohort, "session", sessions)
    scans = sorted(cohort.scans, key=lambda scan: scan.name)
    return Cohort(cohort.kind, scans, (*missing, *cohort.passed_over))


def _in_folder(path: Path, subjects: Collection[str], sessions: Collection[str]) -> Cohort:
    if not is_bids(path):
        return find_in_dicom(path, subjects=subjects, sessions=sessions)
    cohort = find_in_bids(path, subjects=subjects, sessions=sessions)
    if cohort.scans:
        return cohort
    in_dicom = find_in_dicom(path, subjects=subjects, sessions=sessions)  # whose folders are called as in BIDS
    return in_dicom if in_dicom.scans else cohort


def _not_there(path: Path, cohort: Cohort, kind: str, labels: Collection[str]) -> list[PassedOver]:
    """Return the chosen labels of which there is no scan."""
    present = {getattr(scan, kind) for scan in cohort.scans}
    missing = sorted(label for label in labels if not {label, as_label(label)} & present)
    return [PassedOver(path, f"it holds no scan of {kind} {label}") for label in missing]


def _without_scans(path: Path, cohort: Cohort, *, is_choice: bool) -> str:
    if is_choice:
        return f"{path} holds no scan of these subjects and sessions: check their labels."
    reasons = "; ".join(f"{entry.path.name}: {entry.reason}" for entry in cohort.passed_over[:_SHOWN])
    because = f" ({reasons})" if reasons else ""
    return (
        f"{path} holds no scan that can be segmented{because}: give a BIDS dataset, a folder of DICOM files, or a "
        "table with the columns subject and image."
    )
