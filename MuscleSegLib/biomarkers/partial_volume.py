"""What a muscle itself has in the voxels of its border, without what lies around it.

A voxel of the border shows a mixture of the muscle and of what is beside it, mostly fat, in proportions that labels on
a coarse grid tell poorly. So it is not asked. What the muscle has there is taken from the nearest voxels that it fills
wholly, and counts as much as the muscle fills of the voxel. Fat that has gathered near a muscle's border is in it that
way; where each muscle is taken to have one value in a slice, as by a geometric transfer matrix (Rousset et al., J Nucl
Med 1998;39:904-911), that fat is taken for the surroundings'.

Nothing is assumed about how values mix, so that it holds for T2 as well, which is not linear in fat.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WHOLE = 0.99
"""Share of a voxel from which on all of it is the muscle's."""

REACH = 3
"""How far a voxel of the border looks for whole ones in its slice at most, in voxels along each axis."""

NEAR = 0.75
"""Standard deviation, in voxels, of the Gaussian that weighs them: the nearest ones count."""

LEAST_WHOLE = 5
"""Voxels: from fewer, a mean is that of noise."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Mixed:
    """The voxels of a map that a muscle is in.

    Attributes:
        index: (n,) places in the flat map, none twice.
        share: (n,) above 0 to 1.
        values: (n,) of the map, finite.

    """

    index: NDArray[np.intp]
    share: Floats
    values: Floats

    def mean(self) -> float:
        """Return the mean, each voxel counted by the share that the muscle fills of it."""
        return float(np.average(self.values, weights=self.share))

    def more_than(self, share: float) -> "Mixed":
        """Return the voxels of which the muscle fills more than ``share``."""
        there = self.share > share
        return Mixed(self.index[there], self.share[there], self.values[there])


def own_values(muscle: Mixed, shape: tuple[int, int, int]) -> Mixed | None:
    """Return what a muscle itself has in its voxels, without what lies around it.

    Args:
        muscle: Its voxels.
        shape: [k, j, i] of the map.

    Returns:
        The voxels with the muscle's own values, first those that it fills wholly; without those of its border that are
        too far from any of them. None where the muscle fills all of its voxels, so that there is nothing to correct,
        or next to none.

    """
    whole = muscle.share > WHOLE
    if whole.all() or np.count_nonzero(whole) < LEAST_WHOLE:
        return None
    kji = np.unravel_index(muscle.index, shape)
    first = [int(places.min()) - margin for places, margin in zip(kji, (0, REACH, REACH), strict=True)]
    box = [
        int(places.max()) + 1 + margin - low for places, margin, low in zip(kji, (0, REACH, REACH), first, strict=True)
    ]
    place = np.ravel_multi_index([places - low for places, low in zip(kji, first, strict=True)], box)
    known = np.zeros(np.prod(box), complex)  # a voxel's value, and 1 as its imaginary part: both are looked up at once
    known[place[whole]] = muscle.values[whole] + 1j
    border = place[~whole]
    sums, weights = np.zeros(len(border)), np.zeros(len(border))
    for ring in range(1, REACH + 1):
        asking = np.flatnonzero(weights == 0)  # those for whom nothing nearer was whole
        if not asking.size:
            break
        found = np.zeros(len(asking), complex)
        for rows, columns in _ring(ring):
            nearness = np.exp(-(rows**2 + columns**2) / (2 * NEAR**2))
            found += nearness * known[border[asking] + rows * box[2] + columns]
        sums[asking], weights[asking] = found.real, found.imag
    told = weights > 0
    index, share = (np.concatenate([array[whole], array[~whole][told]]) for array in (muscle.index, muscle.share))
    return Mixed(index, share, np.concatenate([muscle.values[whole], sums[told] / weights[told]]))


def _ring(distance: int) -> list[tuple[int, int]]:
    """Return the rows and columns to the voxels so far away along the farther axis."""
    steps = range(-distance, distance + 1)
    return [(rows, columns) for rows in steps for columns in steps if max(abs(rows), abs(columns)) == distance]
