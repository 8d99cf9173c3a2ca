"""Partial-volume correction: the values of a muscle alone in the voxels of its border.

A voxel of the border shows a mixture of the muscle and of the tissue beside it, mostly fat, in proportions that labels
on a coarse grid tell poorly. So its value is not used. The muscle's value there is extrapolated from the nearest voxels
that it fills wholly, along a line through their values (local linear regression, which keeps an estimate at an edge
from lagging behind: Fan & Gijbels, Ann Stat 1992;20:2008-2036), and counts as much as the muscle fills of the voxel.
Fat that has gathered near a muscle's border is in it that way; where each muscle is taken to have one value in a slice,
as by a geometric transfer matrix (Rousset et al., J Nucl Med 1998;39:904-911), that fat is taken for the surroundings'.

Nothing is assumed about how values mix, so that it holds for T2 as well, which is not linear in fat.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WHOLE = 0.99
"""Fraction of a voxel from which on all of it is the muscle's."""

REACH = 3
"""Distance in its slice, in voxels along each axis, up to which a voxel of the border uses whole ones."""

NEAR = 1.0
"""Standard deviation, in voxels, of the Gaussian that weighs them: the nearest ones count."""

RIDGE = 0.2
"""Square voxels: how much the slope of the line is held back (a ridge). Few voxels, or such in a row, tell little of
it; where the known ones have a variance of so much across the border, it is halved."""

LEAST_WHOLE = 5
"""Voxels: from fewer, a mean is that of noise."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class WeightedVoxels:
    """The voxels of a map that a muscle is in, weighted by the muscle's fraction of each.

    Attributes:
        index: (n,) places in the flat map, none twice.
        fraction: (n,) above 0 to 1.
        values: (n,) of the map, finite.
    """

    index: NDArray[np.intp]
    fraction: Floats
    values: Floats

    def mean(self) -> float:
        """Return the mean of the values, weighted by the muscle's fraction of each voxel."""
        return float(np.average(self.values, weights=self.fraction))

    def filled_above(self, fraction: float) -> "WeightedVoxels":
        """Return the voxels of which the muscle fills more than ``fraction``."""
        is_above = self.fraction > fraction
        return WeightedVoxels(self.index[is_above], self.fraction[is_above], self.values[is_above])


def partial_volume_corrected(muscle: WeightedVoxels, shape: tuple[int, int, int]) -> WeightedVoxels | None:
    """Return the values of a muscle alone in its voxels, without the tissue around it.

    Args:
        muscle: Its (n,) voxels.
        shape: [k, j, i] of the map.

    Returns:
        The (m,) voxels with the muscle's values, first those that it fills wholly; without those of its border that
        are too far from any of them. None where the muscle fills all of its voxels, so that there is nothing to
        correct, or next to none.
    """
    is_whole = muscle.fraction > WHOLE
    if is_whole.all() or np.count_nonzero(is_whole) < LEAST_WHOLE:
        return None
    kji = np.unravel_index(muscle.index, shape)
    first = [int(places.min()) - margin for places, margin in zip(kji, (0, REACH, REACH), strict=True)]
    box = [
        int(places.max()) + 1 + margin - low for places, margin, low in zip(kji, (0, REACH, REACH), first, strict=True)
    ]
    place = np.ravel_multi_index([places - low for places, low in zip(kji, first, strict=True)], box)
    # A voxel's value, and 1 as its imaginary part: both are looked up at once.
    whole_values = np.zeros(np.prod(box), complex)
    whole_values[place[is_whole]] = muscle.values[is_whole] + 1j
    rows, columns = _STEPS
    neighbors = whole_values[np.add.outer(place[~is_whole], rows * box[2] + columns)]
    values, weight = extrapolate_local_linear(neighbors.real, neighbors.imag)
    is_reached = weight > 0
    index, fraction = (
        np.concatenate([array[is_whole], array[~is_whole][is_reached]]) for array in (muscle.index, muscle.fraction)
    )
    return WeightedVoxels(index, fraction, np.concatenate([muscle.values[is_whole], values[is_reached]]))


def extrapolate_local_linear(values: Floats, is_whole: Floats) -> tuple[Floats, Floats]:
    """Return the value at each of some places of a line through the values around it.

    Args:
        values: (n, m) of the voxels that are ``_STEPS`` away from each place, 0 where they are not whole.
        is_whole: (n, m) 1 where they are, else 0.

    Returns:
        (n,) values, and (n,) the sum of the weights that each is made of; 0 where nothing is in reach.
    """
    weight, y, x, yy, yx, xx = (is_whole @ _MOMENTS).T
    mean, of_y, of_x = (values @ _MOMENTS[:, :3]).T
    total = np.maximum(weight, np.finfo(float).tiny)
    y, x, mean = y / total, x / total, mean / total
    yy, xx = yy / total - y * y + RIDGE, xx / total - x * x + RIDGE
    yx, of_y, of_x = yx / total - y * x, of_y / total - y * mean, of_x / total - x * mean
    across = y * (of_y * xx - of_x * yx) + x * (of_x * yy - of_y * yx)  # from the middle of the whole voxels
    return mean - across / (yy * xx - yx * yx), weight


def _neighbor_steps() -> NDArray[np.intp]:
    """Return rows and columns from a voxel to those around it, (2, m)."""
    steps = np.mgrid[-REACH : REACH + 1, -REACH : REACH + 1].reshape(2, -1)
    around: NDArray[np.intp] = steps[:, np.any(steps, axis=0)]
    return around


_STEPS = _neighbor_steps()
_MOMENTS = np.exp(-(_STEPS**2).sum(axis=0) / (2 * NEAR**2))[:, None] * np.stack(
    [np.ones(_STEPS.shape[1]), *_STEPS, _STEPS[0] ** 2, _STEPS[0] * _STEPS[1], _STEPS[1] ** 2], axis=1
)
"""(m, 6): of each step its weight, and times its row, its column, and the products of these two."""
