"""Two visits of one person: what changed in each muscle, beside what noise alone would change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf

from MuscleSegLib.biomarkers import ProfileRow
from MuscleSegLib.evaluation.longitudinal.change_significance import SIGNIFICANT_P, adjusted, p_of_change
from MuscleSegLib.evaluation.longitudinal.levels import Limb, Matched, match
from MuscleSegLib.evaluation.statistics.repeatability import DETECTABLE_SEM, repeatability

PUBLISHED_CV_PERCENT: Mapping[str, float] = {"volume_cm3": 1.5, "ff_mean_percent": 2.1}
"""Repeatability that is published for muscles of the leg, as coefficients of variation (root mean square): the upper
ends of 1.2 to 1.5 and 1.6 to 2.1 %. It stands in for one's own where nothing was repeated."""

ROUNDING = 1e-9
"""What the arithmetic alone changes, where repeats do not differ at all."""


@dataclass(frozen=True)
class Noise:
    """How well a quantity of a muscle is known to be repeated.

    Attributes:
        sem: Standard error of measurement.
        freedom: Degrees of freedom that it was estimated with; infinite where it is known.

    """

    sem: float
    freedom: float


NoiseOf = Mapping[tuple[str, str], Noise]
"""By muscle and quantity."""


@dataclass(frozen=True)
class NoiseRow:
    """How well one quantity of one muscle is repeated: both sides and all people together.

    Attributes:
        muscle: Its name.
        quantity: "volume_cm3", "ff_mean_percent", "ff_inner_percent" and so on (``biomarkers.ProfileRow``); its unit is
            that of all below.
        subjects: Muscles of people that were measured at least twice.
        freedom: Degrees of freedom.
        sem: Standard error of measurement.
        sem_low: Lower end of its 95 % confidence interval.
        sem_high: Upper end.
        smallest_detectable_change: 1.96 * sqrt(2) * SEM.

    """

    muscle: str
    quantity: str
    subjects: int
    freedom: int
    sem: float
    sem_low: float | None
    sem_high: float | None
    smallest_detectable_change: float


@dataclass(frozen=True)
class ChangeRow:
    """The change of one quantity of one muscle over matched levels. None is a missing value.

    Attributes:
        region: Of the muscle.
        side: "right", "left" or None.
        muscle: Its name.
        label: Its value.
        quantity: As in ``NoiseRow``; a volume is that of the matched levels.
        first: At the first visit.
        second: At the second.
        change: second - first.
        smallest_detectable_change: 1.96 * sqrt(2) * SEM.
        is_detectable: Whether the change is larger. Of twenty unchanged muscles one is so by chance, and more where
            the SEM is of few repeats. None where the noise is not known.
        p: Of a change that large or larger by noise alone (``detection.p_of_change``).
        p_adjusted: The same for all muscles together, by Holm; of a map, for both of its means together.
        is_beyond_noise: Whether the adjusted P is below 0.05: in 19 of 20 people of whom no muscle changed, none is.
        noise_from: "repeats", or "published" where nothing of one's own was given.
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


def noise_rows(values: Iterable[tuple[str, str, Sequence[float | None]]]) -> tuple[NoiseRow, ...]:
    """Return how well each quantity of each muscle is repeated.

    Args:
        values: Muscle, quantity, and what was measured in one muscle of one person each time.

    """
    groups: dict[tuple[str, str], list[Sequence[float | None]]] = {}
    for muscle, quantity, repeats in values:
        groups.setdefault((muscle, quantity), []).append(repeats)
    rows = []
    for (muscle, quantity), repeats_of_all in groups.items():
        found = repeatability(repeats_of_all)
        if found:
            sem = found.sem
            rows.append(
                NoiseRow(muscle, quantity, found.subjects, found.freedom, sem.value, sem.low, sem.high, found.sdc.value)
            )
    return tuple(rows)


def noise_of_repeats(people: Sequence[Sequence[Limb]], muscles: Mapping[int, ProfileRow]) -> tuple[NoiseRow, ...]:
    """Return how well muscles are repeated by measurements of the same people, over levels that are matched.

    Args:
        people: Of each person, the measurements.
        muscles: Any row of each label, which names it.

    """
    return noise_rows((muscles[one.label].muscle, one.quantity, one.values) for limbs in people for one in match(limbs))


def changes(
    first: Limb, second: Limb, muscles: Mapping[int, ProfileRow], noise: NoiseOf | None
) -> tuple[ChangeRow, ...]:
    """Return what changed in each muscle between two visits.

    Args:
        first: The first visit.
        second: The second.
        muscles: Any row of each label, which names it.
        noise: How well each quantity is repeated; what is published where None.

    Raises:
        MuscleSegError: The two have no muscle in common.

    """
    rows = [_change(one, muscles[one.label], noise) for one in match([first, second])]
    families: dict[str, dict[tuple[str, int], float]] = {}
    for row in rows:
        if row.p is not None:
            families.setdefault(_source(row.quantity), {})[row.quantity, row.label] = row.p
    judged = {key: p for family in families.values() for key, p in adjusted(family).items()}
    return tuple(_judged(row, judged.get((row.quantity, row.label))) for row in rows)


def _source(quantity: str) -> str:
    """Return what a quantity was measured in: "volume" (the labels), "ff", "mtr" or "t2"."""
    return quantity.split("_", maxsplit=1)[0]


def _judged(row: ChangeRow, p: float | None) -> ChangeRow:
    return replace(row, p_adjusted=p, is_beyond_noise=None if p is None else p < SIGNIFICANT_P)


def _change(one: Matched, named: ProfileRow, noise: NoiseOf | None) -> ChangeRow:
    first, second = one.values
    change = None if first is None or second is None else second - first
    known = _published(one) if noise is None else noise.get((named.muscle, one.quantity))
    least = None if known is None else DETECTABLE_SEM * known.sem
    size = None if change is None else max(0.0, abs(change) - ROUNDING)
    return ChangeRow(
        region=named.region,
        side=named.side,
        muscle=named.muscle,
        label=one.label,
        quantity=one.quantity,
        first=first,
        second=second,
        change=change,
        smallest_detectable_change=least,
        is_detectable=None if size is None or least is None else size > least,
        p=None if size is None or known is None else p_of_change(size, known.sem, known.freedom),
        p_adjusted=None,
        is_beyond_noise=None,
        noise_from=None if known is None else "published" if noise is None else "repeats",
        matched_mm=one.length_mm,
    )


def _published(one: Matched) -> Noise | None:
    cv, first = PUBLISHED_CV_PERCENT.get(one.quantity), one.values[0]
    return None if cv is None or first is None else Noise(cv / 100 * abs(first), inf)
