"""Mean, spread and percentiles of values that count by their weight."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

PERCENTILES = (5.0, 50.0, 95.0)


@dataclass(frozen=True)
class Statistics:
    """Statistics of a map's values in one muscle; None where there is no value.

    Attributes:
        mean: Mean of the voxels that count, each weighted by the muscle's fraction of it.
        sd: Sample standard deviation, with the same weights.
        median: Median, with the same weights.
        p05: 5th percentile, with the same weights.
        p95: 95th percentile, with the same weights.
        voxels: Number of voxels that count. 0 where the map shows none of the muscle; None without a map or a muscle.
        excluded: Number of voxels that would count but have no value, or an impossible one.
        coverage_percent: Part of the muscle's volume for which the map has values.
        corrected: Mean corrected for partial volume in the voxels of the border.
    """

    mean: float | None = None
    sd: float | None = None
    median: float | None = None
    p05: float | None = None
    p95: float | None = None
    voxels: int | None = None
    excluded: int | None = None
    coverage_percent: float | None = None
    corrected: float | None = None


def weighted_statistics(values: NDArray[np.float64], weights: NDArray[np.float64]) -> Statistics:
    """Return the statistics of weighted values.

    The standard deviation has the divisor V1 - V2 / V1 of reliability weights, V1 and V2 being the sums of the weights
    and of their squares; percentiles are linear between the middles of the weights. For equal weights these are the
    sample standard deviation (n - 1) and the percentiles of NumPy.

    Args:
        values: (n,) finite.
        weights: (n,) above 0.
    """
    if not values.size:
        return Statistics(voxels=0)
    total = weights.sum()
    mean = float(values @ weights / total)
    statistics = Statistics(mean=mean, voxels=values.size)
    if values.size > 1:
        freedom = total - weights @ weights / total
        statistics = replace(statistics, sd=float(np.sqrt(weights @ (values - mean) ** 2 / freedom)))
    p05, median, p95 = _percentiles(values, weights)
    return replace(statistics, p05=p05, median=median, p95=p95)


def _percentiles(values: NDArray[np.float64], weights: NDArray[np.float64]) -> tuple[float, float, float]:
    order = np.argsort(values)
    values, weights = values[order], weights[order]
    middles = np.cumsum(weights) - weights / 2
    span = middles[-1] - middles[0]
    places = (middles - middles[0]) / span if span > 0 else middles - middles[0]
    p05, median, p95 = np.interp(np.array(PERCENTILES) / 100, places, values)
    return float(p05), float(median), float(p95)
