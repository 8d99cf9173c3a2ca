"""The multi-spin-echo scan for T2 maps."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.phantom.physics.echo_trains import Dictionary
from MuscleSegLib.phantom.tissue_values import of_pools


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
