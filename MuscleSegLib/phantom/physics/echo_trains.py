"""Echo trains of many voxels, interpolated in a dictionary over B1."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

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
