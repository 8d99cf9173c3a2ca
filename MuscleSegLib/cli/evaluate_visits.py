"""``muscleseg evaluate --visits`` and ``--repeats``: changes of a person, and measurement error."""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from MuscleSegLib.biomarkers import ProfileRow
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.evaluation.longitudinal import (
    ChangeRow,
    LimbProfiles,
    MeasurementError,
    MeasurementErrors,
    RepeatabilityRow,
    changes,
    limb_profiles,
    read_measurement_errors,
    repeatability_of_visits,
)
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
        errors = read_measurement_errors(options.repeatability)
    rows: tuple[ChangeRow, ...] = ()
    if options.visits:
        first, second = options.visits
        rows = changes(read[first], read[second], muscles, errors)
    if options.repeatability and errors is not None:
        _note_unknown_errors(options.repeatability, rows, errors)
    progress(1.0, "measured")
    return list(rows), list(repeatability)


def _require_one_region(rows: Iterable[ProfileRow]) -> None:
    regions = sorted({row.region for row in rows})
    if len(regions) > 1:
        raise MuscleSegError(f"The measurements are of {' and '.join(regions)}: give those of one region.")


def _note_unknown_errors(path: Path, rows: Iterable[ChangeRow], errors: MeasurementErrors) -> None:
    """Name on standard error the quantities that a table of repeatability lacks, whose changes nobody can judge."""
    lacking: dict[str, set[str]] = {}
    for row in rows:
        if (row.muscle, row.quantity) not in errors:
            lacking.setdefault(row.muscle, set()).add(row.quantity)
    if lacking:
        named = ", ".join(f"{muscle} ({', '.join(sorted(names))})" for muscle, names in sorted(lacking.items()))
        print(f"Note: {path} says nothing of {named}: whether they changed cannot be told.", file=sys.stderr)
