"""The wide table: a row a scan, a column for each muscle and measure, whichever muscles there are in the cohort."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.anatomy import REGIONS, Side
from MuscleSegLib.cohort.gathering import GatheredScan, value_of

MEASURES = (
    *("volume_cm3", "contractile_cm3", "ff_mean_percent", "ff_median_percent", "ff_corrected_percent"),
    *("mtr_mean_percent", "t2_mean_ms", "t2_corrected_ms", "confidence"),
)
"""Measures of each muscle."""
_OUTLYING = ("volume_cm3", "ff_mean_percent", "mtr_mean_percent", "t2_mean_ms")
"""Measures whose outlying values are looked for."""

LEAST_SCANS = 8
"""Scans from which on values can be outlying."""
_SD_OF_MAD = 1.4826
"""SD over the median absolute deviation of a normal distribution."""

Key = tuple[str, str, str]
"""Region, side (empty for a leg without one), muscle."""


def _keys() -> tuple[Key, ...]:
    sides = (*(str(side) for side in (Side.RIGHT, Side.LEFT)), "")
    return tuple((region.name, side, muscle.name) for region in REGIONS for side in sides for muscle in region.muscles)


KEYS = _keys()
_PLACE = {(*key, measure): place for place, (key, measure) in enumerate((k, m) for k in KEYS for m in MEASURES)}
COLUMNS = tuple(
    "_".join(("_".join((region, side or "unsided", muscle)).replace(" ", "_"), measure))
    for region, side, muscle in KEYS
    for measure in MEASURES
)
"""Columns of measures, units in their names: they depend on no scan."""


Values = NDArray[np.float64]


def values_of(scan: GatheredScan) -> Values:
    """Return the values of a scan, [column], NaN for a missing one."""
    values = np.full(len(COLUMNS), np.nan)
    for row in scan.rows:
        side = row["side"] if row["side"] in (Side.RIGHT, Side.LEFT) else ""
        for measure in MEASURES:
            place = _PLACE.get((row["region"], side, row["muscle"], measure))
            number = value_of(row[measure])
            if place is not None and number is not None:
                values[place] = number
    return values


@dataclass(frozen=True)
class Outlying:
    """The most outlying value of a scan.

    Attributes:
        z: Robust z-score: distance from the cohort's median, over 1.4826 times the median absolute deviation.
        column: Column of the value.
    """

    z: float
    column: str


def most_outlying(table: Values) -> list[Outlying | None]:
    """Return the most outlying value of each scan; None where the cohort is too small to tell.

    Args:
        table: Values, [scan, column].
    """
    chosen = np.array([place for (*_, measure), place in _PLACE.items() if measure in _OUTLYING])
    scores = _robust_z(table[:, chosen])
    largest: list[Outlying | None] = []
    for row in scores:
        if np.isnan(row).all():
            largest.append(None)
            continue
        place = int(np.nanargmax(np.abs(row)))
        largest.append(Outlying(float(row[place]), COLUMNS[chosen[place]]))
    return largest


def _robust_z(values: Values) -> Values:
    """Return robust z-scores by column; NaN in columns with too few values, or more than half of them equal."""
    scores = np.full(values.shape, np.nan)
    for column in range(values.shape[1]):
        present = values[~np.isnan(values[:, column]), column]
        if len(present) < LEAST_SCANS:
            continue
        median = np.median(present)
        spread = _SD_OF_MAD * np.median(np.abs(present - median))
        if spread > 0:
            scores[:, column] = (values[:, column] - median) / spread
    return scores


def texts_of(values: Values) -> list[float | None]:
    """Return values with None for NaN."""
    return [None if np.isnan(value) else float(value) for value in values]
