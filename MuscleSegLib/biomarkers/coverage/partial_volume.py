"""What a muscle itself has in the voxels of its border, without what lies around it.

A voxel of the border shows a mixture of the muscle and of what is beside it, mostly fat, in proportions that labels on
a coarse grid tell poorly. So it is not asked. What the muscle has there is told by the nearest voxels that it fills
wholly, as a line through their values goes on (local linear regression, which is what keeps an estimate at an edge from
lagging behind: Fan & Gijbels, Ann Stat 1992;20:2008-2036), and counts as much as the muscle fills of the voxel. Fat
that has gathered near a muscle's border is in it that way; where each muscle is taken to have one value in a slice, as
by a geometric transfer matrix (Rousset et al., J Nucl Med 1998;39:904-911), that fat is taken for the surroundings'.

Nothing is assumed about how values mix, so that it holds for T2 as well, which is not linear in fat.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WHOLE = 0.99
"""Share of a voxel from which on all of it is the muscle's."""

REACH = 3
"""How far a voxel of the border looks for whole ones in its slice at most, in voxels along each axis."""

NEAR = 1.0
"""Standard deviation, in voxels, of the Gaussian that weighs them: the nearest ones count."""

LEVEL = 0.2
"""Square voxels: how much the slope of the line is held back (a ridge). Few voxels, or such in a row, tell little of
it; where those that are known have a variance of so much across the border, it is halved."""

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
    rows, columns = _STEPS
    beside = known[np.add.outer(place[~whole], rows * box[2] + columns)]
    values, weight = _gone_on(beside.real, beside.imag)
    told = weight > 0
    index, share = (np.concatenate([array[whole], array[~whole][told]]) for array in (muscle.index, muscle.share))
    return Mixed(index, share, np.concatenate([muscle.values[whole], values[told]]))


def _gone_on(values: Floats, known: Floats) -> tuple[Floats, Floats]:
    """Return what a line through the values around each of some places has at the place, and the values' weight.

    Args:
        values: (n, m) of the voxels that are ``_STEPS`` away from each place, 0 where they are not known.
        known: (n, m) 1 where they are, else 0.

    """
    weight, y, x, yy, yx, xx = (known @ _MOMENTS).T
    mean, of_y, of_x = (values @ _MOMENTS[:, :3]).T
    total = np.maximum(weight, np.finfo(float).tiny)
    y, x, mean = y / total, x / total, mean / total
    yy, xx = yy / total - y * y + LEVEL, xx / total - x * x + LEVEL
    yx, of_y, of_x = yx / total - y * x, of_y / total - y * mean, of_x / total - x * mean
    across = y * (of_y * xx - of_x * yx) + x * (of_x * yy - of_y * yx)  # from the middle of what is known to the place
    return mean - across / (yy * xx - yx * yx), weight


def _steps() -> NDArray[np.intp]:
    """Return rows and columns to the voxels around one, (2, m)."""
    steps = np.mgrid[-REACH : REACH + 1, -REACH : REACH + 1].reshape(2, -1)
    found: NDArray[np.intp] = steps[:, np.any(steps, axis=0)]
    return found


_STEPS = _steps()
_MOMENTS = np.exp(-(_STEPS**2).sum(axis=0) / (2 * NEAR**2))[:, None] * np.stack(
    [np.ones(_STEPS.shape[1]), *_STEPS, _STEPS[0] ** 2, _STEPS[0] * _STEPS[1], _STEPS[1] ** 2], axis=1
)
"""(m, 6): of each step its weight, and times its row, its column, and the products of these two."""
