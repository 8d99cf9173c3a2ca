"""Change of each muscle between two visits of one person, beside measurement error."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import inf

from MuscleSegLib.biomarkers import ProfileRow
from MuscleSegLib.evaluation.longitudinal.change_significance import SIGNIFICANT_P, holm_adjusted, p_of_change
from MuscleSegLib.evaluation.longitudinal.levels import LimbProfiles, MatchedQuantity, match_levels
from MuscleSegLib.evaluation.longitudinal.measurement_error import MeasurementError, MeasurementErrors
from MuscleSegLib.evaluation.statistics import DETECTABLE_SEM

PUBLISHED_CV_PERCENT: Mapping[str, float] = {"volume_cm3": 1.5, "ff_mean_percent": 2.1}
"""Published repeatability of muscles of the leg, as coefficients of variation (root mean square): the upper ends of 1.2
to 1.5 and 1.6 to 2.1 %. It stands in where nothing was repeated."""

ROUNDING = 1e-9
"""Change that is ascribed to the arithmetic alone, where repeats do not differ at all."""


@dataclass(frozen=True)
class ChangeRow:
    """The change of one quantity of one muscle over matched levels. None is a missing value.

    Attributes:
        region: Of the muscle.
        side: "right", "left" or None.
        muscle: Its name.
        label: Its value.
        quantity: As in ``RepeatabilityRow``; a volume is that of the matched levels.
        first: At the first visit.
        second: At the second.
        change: second - first.
        smallest_detectable_change: 1.96 * sqrt(2) * SEM.
        is_detectable: Whether the change is larger. Of twenty unchanged muscles one is so by chance, and more where
            the SEM is of few repeats. None where the measurement error is not known.
        p: Of a change that large or larger by measurement error alone (``change_significance.p_of_change``).
        p_adjusted: The same for all muscles together, by Holm; of a map, for both of its means together.
        is_beyond_noise: Whether the adjusted P is below 0.05: in 19 of 20 people of whom no muscle changed, none is.
        noise_from: "repeats", or "published" where no repeats were given.
        matched_mm: Length of the levels that both visits have.
    """

    region: str
    side: str | None
    muscle: str
    label: int
    quantity: str
    first: float | None
    second: float | None
    change: float | None
    smallest_detectable_change: float | None
    is_detectable: bool | None
    p: float | None
    p_adjusted: float | None
    is_beyond_noise: bool | None
    noise_from: str | None
    matched_mm: float


def changes(
    first: LimbProfiles, second: LimbProfiles, muscles: Mapping[int, ProfileRow], errors: MeasurementErrors | None
) -> tuple[ChangeRow, ...]:
    """Return the change of each muscle between two visits.

    Args:
        first: The first visit.
        second: The second.
        muscles: Any row of each label, which names it.
        errors: Measurement errors by muscle and quantity; published ones where None.

    Raises:
        MuscleSegError: The two have no muscle in common.
    """
    rows = [_change(matched, muscles[matched.label], errors) for matched in match_levels([first, second])]
    families: dict[str, dict[tuple[str, int], float]] = {}
    for row in rows:
        if row.p is not None:
            families.setdefault(_source(row.quantity), {})[row.quantity, row.label] = row.p
    adjusted = {key: p for family in families.values() for key, p in holm_adjusted(family).items()}
    return tuple(_with_significance(row, adjusted.get((row.quantity, row.label))) for row in rows)


def _source(quantity: str) -> str:
    """Return the source that a quantity was measured in: "volume" (the labels), "ff", "mtr" or "t2"."""
    return quantity.split("_", maxsplit=1)[0]


def _with_significance(row: ChangeRow, p: float | None) -> ChangeRow:
    return replace(row, p_adjusted=p, is_beyond_noise=None if p is None else p < SIGNIFICANT_P)


def _change(matched: MatchedQuantity, named: ProfileRow, errors: MeasurementErrors | None) -> ChangeRow:
    first, second = matched.values
    change = None if first is None or second is None else second - first
    error = _published_error(matched) if errors is None else errors.get((named.muscle, matched.quantity))
    least = None if error is None else DETECTABLE_SEM * error.sem
    size = None if change is None else max(0.0, abs(change) - ROUNDING)
    return ChangeRow(
        region=named.region,
        side=named.side,
        muscle=named.muscle,
        label=matched.label,
        quantity=matched.quantity,
        first=first,
        second=second,
        change=change,
        smallest_detectable_change=least,
        is_detectable=None if size is None or least is None else size > least,
        p=None if size is None or error is None else p_of_change(size, error.sem, error.freedom),
        p_adjusted=None,
        is_beyond_noise=None,
        noise_from=None if error is None else "published" if errors is None else "repeats",
        matched_mm=matched.length_mm,
    )


def _published_error(matched: MatchedQuantity) -> MeasurementError | None:
    cv, first = PUBLISHED_CV_PERCENT.get(matched.quantity), matched.values[0]
    return None if cv is None or first is None else MeasurementError(cv / 100 * abs(first), inf)
