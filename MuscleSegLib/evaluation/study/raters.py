"""Agreement of two raters or more who drew the same muscles, and the change beyond their differences."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from MuscleSegLib.evaluation.longitudinal import RepeatabilityRow, repeatability_rows
from MuscleSegLib.evaluation.statistics import intraclass
from MuscleSegLib.evaluation.study.case import CaseRow
from MuscleSegLib.evaluation.study.summary import muscles_in_both
from MuscleSegLib.evaluation.study.tables import QUANTITIES, estimate_fields

NAMES = {"ff_percent": "ff_mean_percent", "mtr_percent": "mtr_mean_percent", "t2_ms": "t2_mean_ms"}
"""Names of quantities in tables of measurements, where they differ."""

Ratings = Mapping[str, Mapping[tuple[str, str, int], Mapping[str, float]]]
"""By quantity; by case, muscle and label; by rater."""


@dataclass(frozen=True)
class InterRaterRow:
    """Agreement of all raters in one quantity; ``_low`` and ``_high`` are the ends of a 95 % confidence interval.

    Attributes:
        quantity: "ff_percent", "mtr_percent", "t2_ms" or "volume_cm3".
        raters: Number of raters.
        muscles: Number of muscles that all of them drew.
        icc_a1: Intraclass correlation of absolute agreement of a single rater, ICC(A,1).
        icc_c1: Intraclass correlation of consistency of a single rater, ICC(C,1).
    """

    quantity: str
    raters: int
    muscles: int
    icc_a1: float | None
    icc_a1_low: float | None
    icc_a1_high: float | None
    icc_c1: float | None
    icc_c1_low: float | None
    icc_c1_high: float | None


def ratings_of(pairs: Iterable[tuple[str, str, Sequence[CaseRow]]]) -> Ratings:
    """Return each rater's numbers, by quantity and muscle.

    Args:
        pairs: Two raters, and the rows in which the first is compared with the second.
    """
    ratings: dict[str, dict[tuple[str, str, int], dict[str, float]]] = {quantity: {} for quantity in QUANTITIES}
    for first, second, rows in pairs:
        for row in muscles_in_both(rows):
            for quantity, (true, _) in QUANTITIES.items():
                by_rater = ratings[quantity].setdefault((row.case, row.muscle, row.label), {})
                for rater, value in ((first, getattr(row, quantity)), (second, getattr(row, true))):
                    if value is not None:
                        by_rater[rater] = value
    return ratings


def inter_rater_rows(ratings: Ratings, raters: Sequence[str]) -> list[InterRaterRow]:
    """Return the intraclass correlation of all raters, over the muscles that all of them drew."""
    rows = []
    for quantity, muscles in ratings.items():
        table = [[by_rater[name] for name in raters] for by_rater in muscles.values() if len(by_rater) == len(raters)]
        correlation = intraclass(table) if table else None
        fields = estimate_fields([correlation.absolute, correlation.consistency] if correlation else [None] * 2)
        rows.append(InterRaterRow(quantity, len(raters), len(table), *fields))
    return rows


def repeatability_of_raters(ratings: Ratings) -> tuple[RepeatabilityRow, ...]:
    """Return the repeatability of each quantity of each muscle by another rater."""
    return repeatability_rows(
        (muscle, NAMES.get(quantity, quantity), tuple(by_rater.values()))
        for quantity, muscles in ratings.items()
        for (_, muscle, _), by_rater in muscles.items()
    )
