"""``muscleseg evaluate --visits`` and ``--repeats``: what changed in one person, and what noise alone changes."""

import argparse
import csv
import sys
from collections.abc import Iterable, Mapping
from math import inf, isclose
from pathlib import Path

from MuscleSegLib.biomarkers import ProfileRow
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.evaluation import ChangeRow, NoiseRow, changes, limb_of, noise_of_repeats
from MuscleSegLib.evaluation.files import Meaning, read_profiles
from MuscleSegLib.evaluation.levels import Limb
from MuscleSegLib.evaluation.profile_rows import UNREADABLE, VOLUME_AND_MEANS
from MuscleSegLib.evaluation.repeatability import DETECTABLE_SEM
from MuscleSegLib.evaluation.visits import Noise, NoiseOf
from MuscleSegLib.progress import Progress

_ROUNDING = 1e-4
"""Of numbers in tables."""


def evaluate_visits(
    options: argparse.Namespace, meaning: Meaning, progress: Progress
) -> tuple[list[ChangeRow], list[NoiseRow]]:
    """Compare two visits, and tell the noise of repeated measurements.

    Raises:
        MuscleSegError: A measurement cannot be read, or is of somebody or something else.

    """
    wanted = [*(options.visits or []), *(path for group in options.repeats or [] for path in group)]
    read: dict[Path, Limb] = {}
    muscles: dict[int, ProfileRow] = {}
    for number, path in enumerate(wanted):
        progress(number / len(wanted), f"reading {path}")
        if path not in read:
            profiles = read_profiles(path, meaning)
            read[path] = limb_of(profiles, str(path))
            _require_one_region([*muscles.values(), *profiles])
            muscles |= {row.label: row for row in profiles}
    noise = noise_of_repeats([[read[path] for path in group] for group in options.repeats or []], muscles)
    known: NoiseOf | None = {(row.muscle, row.quantity): Noise(row.sem, row.freedom) for row in noise} or None
    if options.repeatability:
        known = _read_noise(options.repeatability)
    rows: tuple[ChangeRow, ...] = ()
    if options.visits:
        first, second = options.visits
        rows = changes(read[first], read[second], muscles, known)
    if options.repeatability and known is not None:
        _tell_unknown_noise(options.repeatability, rows, known)
    progress(1.0, "measured")
    return list(rows), list(noise)


def _require_one_region(rows: Iterable[ProfileRow]) -> None:
    regions = sorted({row.region for row in rows})
    if len(regions) > 1:
        message = f"The measurements are of {' and '.join(regions)}: give those of one region."
        raise MuscleSegError(message)


def _read_noise(path: Path) -> NoiseOf:
    """Read a table of repeatability that this command wrote."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
        found = {(row["muscle"], row["quantity"]): _noise(row) for row in rows}
        if not found or len(found) < len(rows):
            raise ValueError
    except UNREADABLE as error:
        message = f"{path} is no table of repeatability: give the repeatability.csv of an evaluation of raters or "
        message += "repeats."
        raise MuscleSegError(message) from error
    return found


def _noise(row: Mapping[str, str]) -> Noise:
    """Return what a row of a table of repeatability says.

    Raises:
        Exception: One of ``UNREADABLE``: a number is none, or contradicts another.

    """
    sem, freedom, least = (float(row[name]) for name in ("sem", "freedom", "smallest_detectable_change"))
    ends = [float(row[name] or sem) for name in ("sem_low", "sem_high")]
    is_sound = 0 <= ends[0] <= sem <= ends[1] < inf and 0 < freedom < inf and freedom.is_integer()
    is_one = isclose(least, DETECTABLE_SEM * sem, rel_tol=_ROUNDING, abs_tol=_ROUNDING)
    if not is_sound or not is_one or not VOLUME_AND_MEANS.fullmatch(row["quantity"]):
        raise ValueError
    return Noise(sem, freedom)


def _tell_unknown_noise(path: Path, rows: Iterable[ChangeRow], noise: NoiseOf) -> None:
    """Name on standard error what a table of repeatability lacks: whether that changed nobody can tell."""
    lacking: dict[str, set[str]] = {}
    for row in rows:
        if (row.muscle, row.quantity) not in noise:
            lacking.setdefault(row.muscle, set()).add(row.quantity)
    if lacking:
        named = ", ".join(f"{muscle} ({', '.join(sorted(names))})" for muscle, names in sorted(lacking.items()))
        print(f"Note: {path} says nothing of {named}: whether they changed cannot be told.", file=sys.stderr)
