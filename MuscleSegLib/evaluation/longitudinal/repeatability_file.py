"""Measurement errors, read from a table of repeatability that anybody may have edited."""

import csv
from collections.abc import Mapping
from math import inf, isclose
from pathlib import Path

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.evaluation.longitudinal.measurement_error import MeasurementError, MeasurementErrors
from MuscleSegLib.evaluation.longitudinal.profile_files import UNREADABLE, VOLUME_AND_MEANS
from MuscleSegLib.evaluation.statistics import DETECTABLE_SEM
from MuscleSegLib.translatable import _

_ROUNDING = 1e-4
"""Of numbers in tables."""


def read_measurement_errors(path: Path) -> MeasurementErrors:
    """Read the measurement error of each quantity of each muscle.

    Args:
        path: The repeatability.csv of ``muscleseg evaluate``.

    Raises:
        MuscleSegError: It is no such table, or contradicts itself.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
        errors = {(row["muscle"], row["quantity"]): _measurement_error(row) for row in rows}
        if not errors or len(errors) < len(rows):
            raise ValueError
    except UNREADABLE as error:
        message = _(
            "{path} is no table of repeatability: give the repeatability.csv of an evaluation of raters or repeats."
        )
        raise MuscleSegError(message, path=path) from error
    return errors


def _measurement_error(row: Mapping[str, str]) -> MeasurementError:
    """Return the measurement error in a row of a table of repeatability.

    Raises:
        Exception: One of ``UNREADABLE``: a number is none, or contradicts another.
    """
    sem, freedom, least = (float(row[name]) for name in ("sem", "freedom", "smallest_detectable_change"))
    ends = [float(row[name] or sem) for name in ("sem_low", "sem_high")]
    is_sound = 0 <= ends[0] <= sem <= ends[1] < inf and 0 < freedom < inf and freedom.is_integer()
    agrees = isclose(least, DETECTABLE_SEM * sem, rel_tol=_ROUNDING, abs_tol=_ROUNDING)
    if not is_sound or not agrees or not VOLUME_AND_MEANS.fullmatch(row["quantity"]):
        raise ValueError
    return MeasurementError(sem, freedom)
