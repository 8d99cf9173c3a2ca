"""Multi-spin-echo scan for T2 maps, whose echo trains are interpolated in a dictionary over B1."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from MuscleSegLib.phantom.tissue_values import pool_constants
from MuscleSegLib.physics import echo_train

Floats = NDArray[np.float64]


class B1Dictionary:
    """Echo trains of pools of protons over a range of B1, with linear interpolation.

    Attributes:
        b1: [node] transmitted field relative to nominal, evenly spaced.
        trains: [node, pool, echo] amplitudes.
    """

    def __init__(self, t1_ms: ArrayLike, t2_ms: ArrayLike, *, spacing_ms: float, echoes: int) -> None:
        self.b1 = np.linspace(0.5, 1.5, 201)
        trains = echo_train(
            np.asarray(t1_ms)[:, None], np.asarray(t2_ms)[:, None], spacing_ms=spacing_ms, echoes=echoes, b1=self.b1
        )
        self.trains = np.ascontiguousarray(trains.transpose(2, 1, 0))

    def mixed(self, amounts: Floats, b1: Floats) -> Floats:
        """Return the echoes of voxels, sums over pools.

        Args:
            amounts: [pool, voxel] amounts of protons.
            b1: [voxel] transmitted field relative to nominal, from 0.5 to 1.5.

        Returns:
            [echo, voxel] amplitudes.
        """
        place = np.clip((b1 - self.b1[0]) / (self.b1[1] - self.b1[0]), 0, len(self.b1) - 1)
        node = np.minimum(place.astype(np.intp), len(self.b1) - 2)
        share = place - node
        low, high = (
            np.einsum("kv,vke->ev", amounts * part, self.trains[nodes])
            for part, nodes in ((1 - share, node), (share, node + 1))
        )
        return np.asarray(low + high)


@dataclass(frozen=True)
class MultiSpinEcho:
    """A train of spin echoes after one excitation.

    Its refocusing pulses are of 180 degrees times B1, the same all through the slice.

    Attributes:
        repetition_ms: Repetition time (TR).
        spacing_ms: Echo spacing, also to the first echo.
        echoes: Number of echoes.
    """

    repetition_ms: float
    spacing_ms: float
    echoes: int

    @property
    def echoes_ms(self) -> tuple[float, ...]:
        """Echo time (TE) of each echo."""
        return tuple(round(self.spacing_ms * number, 6) for number in range(1, self.echoes + 1))

    def recovered(self) -> NDArray[np.float64]:
        """Return the recovered longitudinal magnetization at the start of the next train, [pool].

        Refocusing keeps it near zero until the train ends: 1 - exp(-(TR - train) / T1).
        """
        return np.asarray(-np.expm1(-(self.repetition_ms - self.echoes_ms[-1]) / pool_constants("t1_ms")))

    def signal(self, protons: NDArray[np.floating], b1: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return the echoes with stimulated echoes, [echo, voxel].

        Args:
            protons: [pool, voxel] proton densities.
            b1: [voxel] transmitted field relative to nominal.
        """
        amounts = protons * (self.recovered() * pool_constants("stays"))[:, None]
        return self._dictionary.mixed(amounts, np.asarray(b1, dtype=np.float64))

    def ideal_signal(self, protons: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return the echoes of perfect 180-degree pulses, [echo, ...], of [pool, ...] proton densities."""
        decays = np.exp(-np.array(self.echoes_ms)[:, None] / pool_constants("t2_ms"))
        return np.asarray(np.tensordot(decays * (self.recovered() * pool_constants("stays")), protons, axes=1))

    @cached_property
    def _dictionary(self) -> B1Dictionary:
        return B1Dictionary(
            pool_constants("t1_ms"), pool_constants("t2_ms"), spacing_ms=self.spacing_ms, echoes=self.echoes
        )
