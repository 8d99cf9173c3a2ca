"""The mean of a muscle without what its neighbors add in the voxels of its border.

A voxel of the border shows a mixture: of this muscle by its share, of other muscles by theirs, and of a rest, mostly
fat. Each muscle is taken to have one value, and its surroundings one: two numbers, found by least squares over all
voxels that the muscle is in, after what the other muscles put in there was taken off. As their values are not known
either, this is repeated. That is the geometric transfer matrix (Rousset et al., J Nucl Med 1998;39:904-911) with shares
in place of a point spread function. The muscle's mean is then that of its voxels less what is not its own, so that an
uneven muscle keeps its unevenness (as the region-based voxel-wise correction, Thomas et al., Eur J Nucl Med Mol Imaging
2011;38:1104-1119).

It holds for what mixes in proportion to shares: fat fraction nearly, MTR nearly, T2 less.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ROUNDS = 4
"""After these, means of muscles on digital legs change by less than 0.01 points."""

LEAST_SHARE = 0.02
"""Voxels with less of a muscle say nothing of it."""

_LEAST_REST = 3.0
"""Voxels' worth of surroundings, squared shares summed, from which their value can be told."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Mixed:
    """The voxels of a map that a muscle is in.

    Attributes:
        index: (n,) places in the flat map.
        share: (n,) above 0 to 1.
        values: (n,) of the map, finite.

    """

    index: NDArray[np.intp]
    share: Floats
    values: Floats

    def more_than(self, share: float) -> "Mixed":
        """Return the voxels of which the muscle fills more than ``share``."""
        there = self.share > share
        return Mixed(self.index[there], self.share[there], self.values[there])


def corrected_means(muscles: Mapping[int, Mixed], means: Mapping[int, float], *, size: int) -> dict[int, float]:
    """Return the corrected mean of every muscle in which there is anything to correct.

    Args:
        muscles: By label.
        means: Of the muscles, to begin with.
        size: Number of voxels of the map.

    Returns:
        By label. A muscle whose voxels are all its own, as on the labels' own grid, is not in it.

    """
    near = {label: muscle.more_than(LEAST_SHARE) for label, muscle in muscles.items() if label in means}
    total = np.zeros(size, np.float32)
    for muscle in near.values():
        total[muscle.index] += muscle.share
    rests = {label: np.maximum(1.0 - total[muscle.index], 0.0) for label, muscle in near.items()}
    known, found = dict(means), dict[int, float]()
    for _ in range(ROUNDS):
        model = total  # its numbers are in ``rests`` now
        for muscle in near.values():
            model[muscle.index] = 0.0
        for label, muscle in near.items():
            model[muscle.index] += muscle.share * known[label]
        for label, muscle in near.items():
            others = model[muscle.index] - muscle.share * known[label]
            mean = _own_mean(muscle.values - others, muscle.share, rests[label])
            if mean is not None:
                found[label] = mean
        known |= found
    return found


def _own_mean(values: Floats, share: Floats, rest: Floats) -> float | None:
    if rest @ rest < _LEAST_REST:
        return None
    (own_own, own_rest), (_, rest_rest) = (share @ share, share @ rest), (0.0, rest @ rest)
    determinant = own_own * rest_rest - own_rest**2
    if determinant <= 1e-9 * own_own * rest_rest:  # nothing but one and the same mixture
        return None
    around = (own_own * (rest @ values) - own_rest * (share @ values)) / determinant
    return float((values - rest * around).sum() / share.sum())
