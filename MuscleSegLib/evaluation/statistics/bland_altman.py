"""Bland-Altman analysis of two methods.

Bland and Altman, Lancet 1986;1:307-310: bias, 95 % limits of agreement, and confidence intervals of all three.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from MuscleSegLib.evaluation.statistics.estimates import CONFIDENCE, Estimate

LIMITS_SD = 1.96
"""Standard deviations from the bias to the limits, which hold 95 % of normal differences."""


@dataclass(frozen=True)
class BlandAltman:
    """Bias and limits of agreement of two methods.

    Attributes:
        count: Number of pairs.
        sd: Sample standard deviation of the differences; None of fewer than two.
        bias: Their mean, with a Student's t interval.
        lower: Bias - 1.96 SD. The standard error of a limit is about the root of 3 SD^2 / n, as in the paper.
        upper: Bias + 1.96 SD.
    """

    count: int
    sd: float | None
    bias: Estimate
    lower: Estimate | None
    upper: Estimate | None


def bland_altman(differences: Sequence[float]) -> BlandAltman | None:
    """Return bias and limits of agreement of differences, (n,), or None where there are none.

    Muscles of one person count as independent, as in Hostin et al.: the intervals are too narrow rather than too wide.
    """
    from scipy import stats

    count = len(differences)
    if not count:
        return None
    bias = float(np.mean(differences))
    if count < 2:
        return BlandAltman(count, None, Estimate(bias), None, None)
    sd = float(np.std(differences, ddof=1))
    quantile = float(stats.t.ppf((1 + CONFIDENCE) / 2, count - 1))

    def within(value: float, standard_error: float) -> Estimate:
        return Estimate(value, value - quantile * standard_error, value + quantile * standard_error)

    limit_error = sd * np.sqrt(3 / count)
    return BlandAltman(
        count,
        sd,
        within(bias, sd / np.sqrt(count)),
        within(bias - LIMITS_SD * sd, limit_error),
        within(bias + LIMITS_SD * sd, limit_error),
    )
