"""Measurement error of each quantity of each muscle, from repeated measurements of the same people."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from MuscleSegLib.biomarkers import ProfileRow
from MuscleSegLib.evaluation.longitudinal.levels import LimbProfiles, match_levels
from MuscleSegLib.evaluation.statistics import repeatability


@dataclass(frozen=True)
class MeasurementError:
    """Measurement error of a quantity of a muscle.

    Attributes:
        sem: Standard error of measurement.
        freedom: Degrees of freedom that it was estimated with; infinite where it is known.
    """

    sem: float
    freedom: float


MeasurementErrors = Mapping[tuple[str, str], MeasurementError]
"""By muscle and quantity."""


@dataclass(frozen=True)
class RepeatabilityRow:
    """Repeatability of one quantity of one muscle: both sides and all people together.

    Attributes:
        muscle: Its name.
        quantity: "volume_cm3", "ff_mean_percent", "ff_inner_percent" and so on (``biomarkers.ProfileRow``); its unit is
            that of all below.
        subjects: Number of muscles of people that were measured at least twice.
        freedom: Degrees of freedom.
        sem: Standard error of measurement.
        sem_low: Lower end of its 95 % confidence interval.
        sem_high: Upper end of its 95 % confidence interval.
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


def repeatability_rows(values: Iterable[tuple[str, str, Sequence[float | None]]]) -> tuple[RepeatabilityRow, ...]:
    """Return the repeatability of each quantity of each muscle.

    Args:
        values: Muscle, quantity, and the repeated measurements of one muscle of one person.
    """
    groups: dict[tuple[str, str], list[Sequence[float | None]]] = {}
    for muscle, quantity, repeats in values:
        groups.setdefault((muscle, quantity), []).append(repeats)
    rows = []
    for (muscle, quantity), repeats_of_all in groups.items():
        estimate = repeatability(repeats_of_all)
        if estimate:
            sem = (estimate.sem.value, estimate.sem.low, estimate.sem.high)
            rows.append(
                RepeatabilityRow(muscle, quantity, estimate.subjects, estimate.freedom, *sem, estimate.sdc.value)
            )
    return tuple(rows)


def repeatability_of_visits(
    people: Sequence[Sequence[LimbProfiles]], muscles: Mapping[int, ProfileRow]
) -> tuple[RepeatabilityRow, ...]:
    """Return the repeatability of muscles by measurements of the same people, over matched levels.

    Args:
        people: Of each person, the measurements.
        muscles: Any row of each label, which names it.
    """
    return repeatability_rows(
        (muscles[matched.label].muscle, matched.quantity, matched.values)
        for measurements in people
        for matched in match_levels(measurements)
    )
