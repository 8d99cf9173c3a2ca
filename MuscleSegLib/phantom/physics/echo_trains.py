"""Echo trains of many voxels at once, from a dictionary over B1."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from MuscleSegLib.physics import echo_train

Floats = NDArray[np.float64]


class Dictionary:
    """Echo trains of some kinds of protons over a range of B1, looked up by linear interpolation.

    Attributes:
        b1: [node], evenly spaced.
        trains: [node, kind, echo].

    """

    def __init__(self, t1_ms: ArrayLike, t2_ms: ArrayLike, *, spacing_ms: float, echoes: int) -> None:
        self.b1 = np.linspace(0.5, 1.5, 201)
        trains = echo_train(
            np.asarray(t1_ms)[:, None], np.asarray(t2_ms)[:, None], spacing_ms=spacing_ms, echoes=echoes, b1=self.b1
        )
        self.trains = np.ascontiguousarray(trains.transpose(2, 1, 0))

    def mixed(self, amounts: Floats, b1: Floats) -> Floats:
        """Return the echoes of voxels.

        Args:
            amounts: [kind, voxel], how much of each kind is in a voxel.
            b1: [voxel], from 0.5 to 1.5.

        Returns:
            [echo, voxel].

        """
        place = np.clip((b1 - self.b1[0]) / (self.b1[1] - self.b1[0]), 0, len(self.b1) - 1)
        node = np.minimum(place.astype(np.intp), len(self.b1) - 2)
        share = place - node
        low, high = (
            np.einsum("kv,vke->ev", amounts * part, self.trains[nodes])
            for part, nodes in ((1 - share, node), (share, node + 1))
        )
        return np.asarray(low + high)
