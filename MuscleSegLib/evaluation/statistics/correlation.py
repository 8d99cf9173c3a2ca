"""Correlations of two methods: intraclass and Pearson's."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from MuscleSegLib.evaluation.statistics.estimates import CONFIDENCE, Estimate

FEWEST = 3
"""Subjects, or pairs, below which no correlation is given."""

_ALPHA = 1 - CONFIDENCE


@dataclass(frozen=True)
class Intraclass:
    """Intraclass correlation coefficients of single measurements, two-way: every rater measured every subject.

    McGraw and Wong, Psychol Methods 1996;1:30-46.

    Attributes:
        absolute: ICC(A,1), absolute agreement: a rater who is always 2 points higher is in error.
        consistency: ICC(C,1), consistency: such a rater is not.
    """

    absolute: Estimate
    consistency: Estimate


def intraclass(ratings: ArrayLike) -> Intraclass | None:
    """Return the intraclass correlations.

    Args:
        ratings: [subject, rater], none missing.

    Returns:
        The coefficients, or None for fewer than three subjects or two raters, or where every rater gives all
        subjects the same rating.
    """
    table = np.asarray(ratings, np.float64)
    if table.ndim != 2 or table.shape[0] < FEWEST or table.shape[1] < 2 or np.ptp(table, axis=0).max() == 0:
        return None
    subjects, raters, residual = _mean_squares(table)
    n, k = table.shape
    absolute = (subjects - residual) / (subjects + (k - 1) * residual + k * (raters - residual) / n)
    consistency = (subjects - residual) / (subjects + (k - 1) * residual)
    return Intraclass(
        Estimate(absolute, *_absolute_interval(absolute, (subjects, raters, residual), n, k)),
        Estimate(consistency, *_consistency_interval(subjects, residual, n, k)),
    )


def _mean_squares(table: NDArray[np.float64]) -> tuple[float, float, float]:
    """Return the mean squares of a table, [subject, rater]: between subjects, between raters, and of the residual."""
    n, k = table.shape
    subject_means, rater_means = table.mean(axis=1, keepdims=True), table.mean(axis=0, keepdims=True)
    residual = table - subject_means - rater_means + table.mean()
    return (
        float(k * np.sum((subject_means - table.mean()) ** 2) / (n - 1)),
        float(n * np.sum((rater_means - table.mean()) ** 2) / (k - 1)),
        float(np.sum(residual**2) / ((n - 1) * (k - 1))),
    )


def _consistency_interval(subjects: float, residual: float, n: int, k: int) -> tuple[float | None, float | None]:
    from scipy.stats import f

    if residual == 0:
        return None, None
    freedom = (n - 1, (n - 1) * (k - 1))
    ratio = subjects / residual
    low, high = ratio / f.ppf(1 - _ALPHA / 2, *freedom), ratio * f.ppf(1 - _ALPHA / 2, *freedom[::-1])
    return float((low - 1) / (low + k - 1)), float((high - 1) / (high + k - 1))


def _absolute_interval(
    icc: float, mean_squares: tuple[float, float, float], n: int, k: int
) -> tuple[float | None, float | None]:
    """Return the interval by Satterthwaite's approximation of the degrees of freedom (McGraw and Wong, Table 7)."""
    from scipy.stats import f

    subjects, raters, residual = mean_squares
    if residual == 0:
        return None, None
    ratio, rest = raters / residual, n * (1 + (k - 1) * icc) - k * icc
    below_line = (n - 1) * (k * icc * ratio) ** 2 + rest**2
    if below_line == 0:  # subjects and raters do not differ at all on average, only residuals do
        return None, None
    freedom = (n - 1) * (k - 1) * (k * icc * ratio + rest) ** 2 / below_line
    above, below = f.ppf(1 - _ALPHA / 2, n - 1, freedom), f.ppf(1 - _ALPHA / 2, freedom, n - 1)
    others = k * raters + (k * n - k - n) * residual
    low = n * (subjects - above * residual) / (above * others + n * subjects)
    high = n * (below * subjects - residual) / (others + n * below * subjects)
    return float(low), float(high)


@dataclass(frozen=True)
class Correlation:
    """Pearson's correlation.

    Attributes:
        count: Number of pairs.
        r: With a 95 % interval by Fisher's transformation.
        p: Two-sided.
    """

    count: int
    r: Estimate
    p: float


def pearson(first: Sequence[float | None], second: Sequence[float | None]) -> Correlation | None:
    """Return the correlation of pairs without a missing value; None for fewer than three, or a constant."""
    from scipy import stats

    pairs = np.array([pair for pair in zip(first, second, strict=True) if None not in pair], np.float64).reshape(-1, 2)
    if len(pairs) < FEWEST or (np.ptp(pairs, axis=0) == 0).any():
        return None
    result = stats.pearsonr(pairs[:, 0], pairs[:, 1])
    interval = result.confidence_interval(CONFIDENCE) if len(pairs) > FEWEST else (None, None)
    return Correlation(len(pairs), Estimate(float(result.statistic), *interval), float(result.pvalue))
