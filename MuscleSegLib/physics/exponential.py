"""Monoexponential fit of a decay by least squares."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

T2_RANGE_MS = (3.0, 1000.0)
"""Range of T2 that the echo times here can measure, in ms."""

_STEPS = 12


def monoexponential_t2_ms(signals: NDArray[np.floating], echoes_ms: ArrayLike) -> NDArray[np.float64]:
    """Return the T2 of each decay by a least-squares fit of one exponential to all echoes.

    Args:
        signals: [echo, ...] magnitudes.
        echoes_ms: [echo] echo times.

    Returns:
        [...] T2 in milliseconds, within ``T2_RANGE_MS``.
    """
    times = np.asarray(echoes_ms, dtype=np.float64).reshape((-1,) + (1,) * (signals.ndim - 1))
    slowest, fastest = 1 / T2_RANGE_MS[1], 1 / T2_RANGE_MS[0]
    rate = _log_linear_rate(signals, times).clip(slowest, fastest)
    for _ in range(_STEPS):  # Gauss-Newton for rate and size together
        decay = np.exp(-rate * times)
        sloped = times * decay
        norm, cross, steep = (decay * decay).sum(axis=0), (decay * sloped).sum(axis=0), (sloped * sloped).sum(axis=0)
        size = (decay * signals).sum(axis=0) / norm
        misfit = signals - size * decay
        gradient = -size * ((sloped * misfit).sum(axis=0) - cross / norm * (decay * misfit).sum(axis=0))
        curvature = size**2 * (steep - cross**2 / norm)
        step = np.divide(gradient, curvature, out=np.zeros_like(rate), where=curvature > 0)
        rate = (rate + np.clip(step, -rate / 2, rate)).clip(slowest, fastest)
    return np.asarray(1 / rate)


def _log_linear_rate(signals: NDArray[np.floating], times: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the initial rate in 1/ms, [...]: a line through the logarithms, weighted by the squared signal."""
    highest = np.abs(signals).max(axis=0)
    values = np.maximum(signals / np.where(highest > 0, highest, 1), 1e-6)
    weights = values**2
    total = weights.sum(axis=0)
    middle = (weights * times).sum(axis=0) / total
    logs = np.log(values)
    spread = (weights * (times - middle) ** 2).sum(axis=0)
    slope = (weights * (times - middle) * logs).sum(axis=0)
    return np.asarray(-np.divide(slope, spread, out=np.full_like(slope, -1e-2), where=spread > 0))
