"""Comparison of a measurement with that of an earlier visit."""

from collections.abc import Sequence
from pathlib import Path

from MuscleSegLib.biomarkers import ProfileRow, Row
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.evaluation.longitudinal import ChangeRow, LimbProfiles, MeasurementErrors, changes, limb_profiles
from MuscleSegLib.evaluation.study.label_files import LabelMeaning
from MuscleSegLib.evaluation.study.visit_files import read_profiles
from MuscleSegLib.report.patient_report.content import EarlierVisit
from MuscleSegLib.report.patient_report.earlier_table import (
    COMPARED,
    earlier_patient,
    profiles_file,
    read_earlier_rows,
)
from MuscleSegLib.translatable import _


def earlier_visit(
    path: Path,
    rows: Sequence[Row],
    profiles: Sequence[ProfileRow],
    *,
    patient: str = "",
    errors: MeasurementErrors | None = None,
) -> EarlierVisit:
    """Return the change since an earlier visit, over the same levels of the limb where both have profiles.

    Args:
        path: A .csv file of ``muscleseg measure``, beside which its profiles lie, or a .json file.
        rows: Table of muscles of this visit.
        profiles: Its profiles.
        patient: PatientID of this visit; empty if unknown.
        errors: Measurement errors by muscle and quantity; published ones where None.

    Raises:
        MuscleSegError: The file is no table of muscles, or is of another person, region or leg.
    """
    earlier = read_earlier_rows(path)
    before = earlier_patient(path)
    if patient and before not in ("", "left out", patient):
        message = _("{path} is of another patient than this scan (PatientID): give the table of an earlier visit.")
        raise MuscleSegError(message, path=path)
    _require_same_muscles(path, earlier, rows)
    limbs = _limbs(path, profiles)
    if limbs is None:
        has_unused_errors = errors is not None
        return EarlierVisit(_unmatched(earlier, rows), earlier, is_matched=False, has_unused_errors=has_unused_errors)
    first, second, earlier_profiles = limbs
    named = {row.label: row for row in (*earlier_profiles, *profiles)}
    return EarlierVisit(changes(first, second, named, errors), earlier)


def _require_same_muscles(path: Path, earlier: Sequence[Row], rows: Sequence[Row]) -> None:
    """Check that a label means the same muscle in both tables, and that there is one in both.

    Raises:
        MuscleSegError: It does not, or there is none.
    """
    names = {row.label: (row.region, row.side, row.muscle) for row in earlier if row.volume_cm3 is not None}
    common = [row for row in rows if row.label in names and row.volume_cm3 is not None]
    if any(names[row.label] != (row.region, row.side, row.muscle) for row in common) or not common:
        message = _(
            "{path} is of another region, leg or label scheme than this scan: give a table of the same muscles."
        )
        raise MuscleSegError(message, path=path)


def _limbs(
    path: Path, profiles: Sequence[ProfileRow]
) -> tuple[LimbProfiles, LimbProfiles, Sequence[ProfileRow]] | None:
    """Return both visits' profiles, and those of the earlier in rows; None where levels cannot be matched."""
    if not profiles_file(path).is_file():
        return None
    earlier = read_profiles(path, LabelMeaning())
    try:
        return limb_profiles(earlier, str(path)), limb_profiles(profiles, str(path)), earlier
    except MuscleSegError:  # of a single slice
        return None


def _unmatched(earlier: Sequence[Row], rows: Sequence[Row]) -> tuple[ChangeRow, ...]:
    before = {row.label: row for row in earlier}
    return tuple(
        _change(name, before.get(row.label), row)
        for name in COMPARED
        for row in rows
        if getattr(row, name) is not None or getattr(before.get(row.label), name, None) is not None
    )


def _change(name: str, earlier: Row | None, row: Row) -> ChangeRow:
    first, second = getattr(earlier, name, None), getattr(row, name)
    return ChangeRow(
        region=row.region,
        side=row.side,
        muscle=row.muscle,
        label=row.label,
        quantity=name,
        first=first,
        second=second,
        change=None if first is None or second is None else second - first,
        smallest_detectable_change=None,
        is_detectable=None,
        p=None,
        p_adjusted=None,
        is_beyond_noise=None,
        noise_from=None,
        matched_mm=0.0,
    )
