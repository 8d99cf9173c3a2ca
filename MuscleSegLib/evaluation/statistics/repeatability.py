"""Repeatability: standard error of measurement and smallest detectable change.

Of measurements that were repeated with nothing changed, the standard error of measurement (SEM) is the standard
deviation within subjects, and the smallest detectable change (SDC) is 1.96 * sqrt(2) * SEM: of 100 pairs of unchanged
measurements, 5 differ by more (Bland and Altman, BMJ 1996;313:744). A shift between raters is part of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from MuscleSegLib.evaluation.statistics.estimates import CONFIDENCE, Estimate

DETECTABLE_SEM = 1.96 * 2**0.5


@dataclass(frozen=True)
class Repeatability:
    """Repeatability of a quantity.

    Attributes:
        subjects: Number of subjects that were measured at least twice.
        freedom: Degrees of freedom: measurements beyond the first of each.
        sem: Standard error of measurement, with a chi-square interval.
        sdc: Smallest detectable change, with a chi-square interval.
    """

    subjects: int
    freedom: int
    sem: Estimate
    sdc: Estimate


def repeatability(repeats: Iterable[Sequence[float | None]]) -> Repeatability | None:
    """Return the repeatability of a quantity, or None where nothing was measured twice.

    Args:
        repeats: Measurements of each subject (a muscle of a person, say); missing values are left out.
    """
    from scipy.stats import chi2

    present = [[value for value in values if value is not None] for values in repeats]
    repeated = [values for values in present if len(values) > 1]
    if not repeated:
        return None
    freedom = sum(len(values) - 1 for values in repeated)
    squares = sum(float(np.var(values) * len(values)) for values in repeated)
    sem = (squares / freedom) ** 0.5
    low, high = (
        float(sem * np.sqrt(freedom / chi2.ppf(at, freedom))) for at in ((1 + CONFIDENCE) / 2, (1 - CONFIDENCE) / 2)
    )
    scaled = (DETECTABLE_SEM * value for value in (sem, low, high))
    return Repeatability(len(repeated), freedom, Estimate(sem, low, high), Estimate(*scaled))
