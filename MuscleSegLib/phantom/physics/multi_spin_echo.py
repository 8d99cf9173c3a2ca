"""The multi-spin-echo scan for T2 maps, and the T2 that one exponential gives of a mixture."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from MuscleSegLib.phantom.physics.epg import Dictionary
from MuscleSegLib.phantom.tissue_values import of_pools

T2_RANGE_MS = (3.0, 1000.0)
"""Outside of it there is nothing that the echo times here could tell."""

_STEPS = 12


@dataclass(frozen=True)
class MultiSpinEcho:
    """A train of spin echoes after one excitation.

    Its refocusing pulses are of 180 degrees times B1, the same all through the slice.

    Attributes:
        repetition_ms: TR.
        spacing_ms: Between echoes, and to the first one.
        echoes: How many.

    """

    repetition_ms: float
    spacing_ms: float
    echoes: int

    @property
    def echoes_ms(self) -> tuple[float, ...]:
        """TE of each echo."""
        return tuple(round(self.spacing_ms * number, 6) for number in range(1, self.echoes + 1))

    def recovered(self) -> NDArray[np.float64]:
        """Return, [pool], how much of a pool's magnetization is back when the next train begins.

        Refocusing keeps it near zero until the train ends: 1 - exp(-(TR - train) / T1).
        """
        return np.asarray(-np.expm1(-(self.repetition_ms - self.echoes_ms[-1]) / of_pools("t1_ms")))

    def signal(self, protons: NDArray[np.floating], b1: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return the echoes with their stimulated parts, [echo, voxel], of [pool, voxel] densities and [voxel] B1."""
        amounts = protons * (self.recovered() * of_pools("stays"))[:, None]
        return self._dictionary.mixed(amounts, np.asarray(b1, dtype=np.float64))

    def ideal_signal(self, protons: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return the echoes that perfect pulses of 180 degrees give, [echo, ...] of [pool, ...] proton densities."""
        decays = np.exp(-np.array(self.echoes_ms)[:, None] / of_pools("t2_ms"))
        return np.asarray(np.tensordot(decays * (self.recovered() * of_pools("stays")), protons, axes=1))

    @cached_property
    def _dictionary(self) -> Dictionary:
        return Dictionary(of_pools("t1_ms"), of_pools("t2_ms"), spacing_ms=self.spacing_ms, echoes=self.echoes)


def monoexponential_t2_ms(signals: NDArray[np.floating], echoes_ms: ArrayLike) -> NDArray[np.float64]:
    """Return the T2 of the one exponential that is nearest to each decay, by least squares over all echoes.

    Args:
        signals: [echo, ...].
        echoes_ms: [echo].

    Returns:
        [...] in milliseconds, within ``T2_RANGE_MS``.

    """
    times = np.asarray(echoes_ms, dtype=np.float64).reshape((-1,) + (1,) * (signals.ndim - 1))
    slowest, fastest = 1 / T2_RANGE_MS[1], 1 / T2_RANGE_MS[0]
    rate = _log_linear_rate(signals, times).clip(slowest, fastest)
    for _ in range(_STEPS):  # Gauss-Newton for rate and size together
        decay = np.exp(-rate * times)
        sloped = times * decay
        norm, cross, steep = ((one * two).sum(axis=0) for one, two in ((decay, decay), (decay, sloped), (sloped,) * 2))
        size = (decay * signals).sum(axis=0) / norm
        misfit = signals - size * decay
        gradient = -size * ((sloped * misfit).sum(axis=0) - cross / norm * (decay * misfit).sum(axis=0))
        curvature = size**2 * (steep - cross**2 / norm)
        step = np.divide(gradient, curvature, out=np.zeros_like(rate), where=curvature > 0)
        rate = (rate + np.clip(step, -rate / 2, rate)).clip(slowest, fastest)
    return np.asarray(1 / rate)


def _log_linear_rate(signals: NDArray[np.floating], times: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a first guess: a line through the logarithms, each weighted by its signal squared."""
    highest = np.abs(signals).max(axis=0)
    values = np.maximum(signals / np.where(highest > 0, highest, 1), 1e-6)
    weights = values**2
    total = weights.sum(axis=0)
    middle = (weights * times).sum(axis=0) / total
    logs = np.log(values)
    spread = (weights * (times - middle) ** 2).sum(axis=0)
    slope = (weights * (times - middle) * logs).sum(axis=0)
    return np.asarray(-np.divide(slope, spread, out=np.full_like(slope, -1e-2), where=spread > 0))
