"""Two raters or more who drew the same muscles: how well they agree, and what change is beyond their differences."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from MuscleSegLib.evaluation.longitudinal.visits import NoiseRow, noise_rows
from MuscleSegLib.evaluation.statistics.correlation import intraclass
from MuscleSegLib.evaluation.study.case import CaseRow
from MuscleSegLib.evaluation.study.tables import QUANTITIES, found

NAMES = {"ff_percent": "ff_mean_percent", "mtr_percent": "mtr_mean_percent", "t2_ms": "t2_mean_ms"}
"""What tables of measurements call quantities, where it is something else."""

Ratings = Mapping[str, Mapping[tuple[str, str, int], Mapping[str, float]]]
"""By quantity; by case, muscle and label; by rater."""


@dataclass(frozen=True)
class InterRaterRow:
    """How all raters agree in one quantity.

    Attributes:
        quantity: "ff_percent", "mtr_percent", "t2_ms" or "volume_cm3".
        raters: How many they are.
        muscles: That all of them drew.
        icc_a1: Intraclass correlation of absolute agreement of one rater, ICC(A,1), and its 95 % interval.
        icc_a1_low: See above.
        icc_a1_high: See above.
        icc_c1: The same of consistency, ICC(C,1).
        icc_c1_low: See above.
        icc_c1_high: See above.

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
    """Return what each rater's labels measure.

    Args:
        pairs: Two raters, and the rows in which the first is compared with the second.

    """
    found_values: dict[str, dict[tuple[str, str, int], dict[str, float]]] = {quantity: {} for quantity in QUANTITIES}
    for first, second, rows in pairs:
        for row in found(rows):
            for quantity, (true, _) in QUANTITIES.items():
                own = found_values[quantity].setdefault((row.case, row.muscle, row.label), {})
                for rater, value in ((first, getattr(row, quantity)), (second, getattr(row, true))):
                    if value is not None:
                        own[rater] = value
    return found_values


def inter_rater_rows(ratings: Ratings, raters: Sequence[str]) -> list[InterRaterRow]:
    """Return the intraclass correlation of all raters, over the muscles that all of them drew."""
    rows = []
    for quantity, muscles in ratings.items():
        table = [[own[rater] for rater in raters] for own in muscles.values() if len(own) == len(raters)]
        one = intraclass(table) if table else None
        cells: list[float | None] = [None] * 6
        if one:
            cells = [
                *(one.absolute.value, one.absolute.low, one.absolute.high),
                *(one.consistency.value, one.consistency.low, one.consistency.high),
            ]
        rows.append(InterRaterRow(quantity, len(raters), len(table), *cells))
    return rows


def noise_of_raters(ratings: Ratings) -> tuple[NoiseRow, ...]:
    """Return how well each quantity of each muscle is repeated by another rater."""
    return noise_rows(
        (muscle, NAMES.get(quantity, quantity), tuple(own.values()))
        for quantity, muscles in ratings.items()
        for (_, muscle, _), own in muscles.items()
    )
