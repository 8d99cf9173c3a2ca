"""``muscleseg evaluate --visits`` and ``--repeats``: changes of a person, and measurement error."""

import argparse
import csv
from collections.abc import Iterable
from math import inf
from pathlib import Path

from MuscleSegLib.biomarkers import ProfileRow
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.evaluation import ChangeRow, RepeatabilityRow, changes, limb_profiles, repeatability_of_visits
from MuscleSegLib.evaluation.longitudinal import LimbProfiles, MeasurementError, MeasurementErrors
from MuscleSegLib.evaluation.longitudinal.profile_files import UNREADABLE
from MuscleSegLib.evaluation.study.label_files import LabelMeaning
from MuscleSegLib.evaluation.study.visit_files import read_profiles
from MuscleSegLib.progress import Progress


def evaluate_visits(
    options: argparse.Namespace, meaning: LabelMeaning, progress: Progress
) -> tuple[list[ChangeRow], list[RepeatabilityRow]]:
    """Compare two visits, and estimate the error of repeated measurements.

    Raises:
        MuscleSegError: A measurement cannot be read, or is of somebody or something else.

    """
    wanted = [*(options.visits or []), *(path for group in options.repeats or [] for path in group)]
    read: dict[Path, LimbProfiles] = {}
    muscles: dict[int, ProfileRow] = {}
    for number, path in enumerate(wanted):
        progress(number / len(wanted), f"reading {path}")
        if path not in read:
            profiles = read_profiles(path, meaning)
            read[path] = limb_profiles(profiles, str(path))
            _require_one_region([*muscles.values(), *profiles])
            muscles |= {row.label: row for row in profiles}
    repeatability = repeatability_of_visits(
        [[read[path] for path in group] for group in options.repeats or []], muscles
    )
    errors: MeasurementErrors | None = {
        (row.muscle, row.quantity): MeasurementError(row.sem, row.freedom) for row in repeatability
    } or None
    if options.repeatability:
        errors = _read_errors(options.repeatability)
    rows: tuple[ChangeRow, ...] = ()
    if options.visits:
        first, second = options.visits
        rows = changes(read[first], read[second], muscles, errors)
    progress(1.0, "measured")
    return list(rows), list(repeatability)


def _require_one_region(rows: Iterable[ProfileRow]) -> None:
    regions = sorted({row.region for row in rows})
    if len(regions) > 1:
        message = f"The measurements are of {' and '.join(regions)}: give those of one region."
        raise MuscleSegError(message)


def _read_errors(path: Path) -> MeasurementErrors:
    """Read a table of repeatability that this command wrote."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
        errors = {
            (row["muscle"], row["quantity"]): MeasurementError(float(row["sem"]), float(row["freedom"])) for row in rows
        }
        if not errors or not all(0 <= error.sem < inf and 0 < error.freedom < inf for error in errors.values()):
            raise ValueError  # nor is what is not a number
    except UNREADABLE as error:
        message = f"{path} is no table of repeatability: give the repeatability.csv of an evaluation of raters or "
        message += "repeats."
        raise MuscleSegError(message) from error
    return errors
