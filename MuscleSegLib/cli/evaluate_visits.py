"""``muscleseg evaluate --visits`` and ``--repeats``: what changed in one person, and what noise alone changes."""

import argparse
import csv
from collections.abc import Iterable
from math import inf
from pathlib import Path

from MuscleSegLib.biomarkers import ProfileRow
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.evaluation import ChangeRow, NoiseRow, changes, limb_of, noise_of_repeats
from MuscleSegLib.evaluation.longitudinal.levels import Limb
from MuscleSegLib.evaluation.longitudinal.profile_files import UNREADABLE
from MuscleSegLib.evaluation.longitudinal.visits import Noise, NoiseOf
from MuscleSegLib.evaluation.study.files import Meaning, read_profiles
from MuscleSegLib.progress import Progress


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
        found = {(row["muscle"], row["quantity"]): Noise(float(row["sem"]), float(row["freedom"])) for row in rows}
        if not found or not all(0 <= one.sem < inf and 0 < one.freedom < inf for one in found.values()):
            raise ValueError  # nor is what is not a number
    except UNREADABLE as error:
        message = f"{path} is no table of repeatability: give the repeatability.csv of an evaluation of raters or "
        message += "repeats."
        raise MuscleSegError(message) from error
    return found
