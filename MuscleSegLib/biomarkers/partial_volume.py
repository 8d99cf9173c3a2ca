"""The mean of a muscle without what its neighbors add in the voxels of its border.

A voxel of the border shows a mixture: of this muscle by its share, of other muscles by theirs, and of a rest, mostly
fat. Each muscle is taken to have one value in each slice, since fat fractions run along a muscle, and its surroundings
one in all: these numbers are found by least squares over the voxels that the muscle is in, after what the other muscles
put in there was taken off. As their values are not known either, this is repeated. The muscle's mean is that of its
slices, by how much of it is in each. In one slice that is the geometric transfer matrix (Rousset et al., J Nucl Med
1998;39:904-911) with shares in place of a point spread function.

It holds for what mixes in proportion to shares: fat fraction nearly, MTR nearly. T2 does not, the less the more of the
voxel is fat. So the fit is to voxels alone that the muscle fills to some part.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ROUNDS = 2
"""After these, means of muscles on digital legs change by less than 0.01 points."""

LEAST_OWN = 1.0
"""Voxels' worth of a muscle, squared shares summed, from which its value in a slice can be told."""

LEAST_REST = 3.0
"""The same of its surroundings, over all slices."""

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

    def more_than(self, share: float) -> "Mixed":
        """Return the voxels of which the muscle fills more than ``share``."""
        there = self.share > share
        return Mixed(self.index[there], self.share[there], self.values[there])


class PartialVolume:
    """All muscles of a map, and what each of them puts into its voxels."""

    def __init__(self, slices: int, slice_size: int, *, fitted_above: float) -> None:
        """Begin without a muscle.

        Args:
            slices: Of the map.
            slice_size: Number of voxels of a slice.
            fitted_above: Share of a muscle from which on its voxels take part in the fit of its values.

        """
        self._slices, self._slice_size, self._fitted_above = slices, slice_size, fitted_above
        self._filled = np.zeros(slices * slice_size, np.float32)  # share of each voxel that is muscle
        self._model = np.zeros(slices * slice_size, np.float32)  # what muscles put into it
        self._muscles: dict[int, Mixed] = {}
        self._values: dict[int, Floats] = {}  # by slice

    def put(self, label: int, muscle: Mixed | None, mean: float | None) -> None:
        """Take a muscle, or None where there is none, in place of what there was.

        Args:
            label: The muscle's.
            muscle: Its voxels.
            mean: Its plain mean, to begin with; without one there is nothing to correct.

        """
        old = self._muscles.pop(label, None)
        if old is not None:
            self._filled[old.index] -= old.share
            self._model[old.index] -= old.share * self._values.pop(label)[old.index // self._slice_size]
        if muscle is not None and mean is not None:
            self._muscles[label], self._values[label] = muscle, np.full(self._slices, mean)
            self._filled[muscle.index] += muscle.share
            self._model[muscle.index] += muscle.share * mean

    def solve(self) -> dict[int, float]:
        """Return the mean of every muscle in which there is anything to correct.

        A muscle whose voxels are all its own, as on the labels' own grid, is not in it.
        """
        found: dict[int, float] = {}
        for _ in range(ROUNDS):
            for label in self._muscles:
                value = self.mean_of(label)
                if value is not None:
                    found[label] = value
        return found

    def mean_of(self, label: int) -> float | None:
        """Return the mean of one muscle beside the others as they are now; None where there is nothing to correct."""
        if label not in self._muscles:
            return None
        muscle, known = self._muscles[label], self._values[label]
        slices = muscle.index // self._slice_size
        fitted = muscle.more_than(self._fitted_above)
        of_fitted = fitted.index // self._slice_size
        own = fitted.values - (self._model[fitted.index] - fitted.share * known[of_fitted])
        rest = np.maximum(1.0 - self._filled[fitted.index], 0.0)
        found = _by_slice(own, fitted.share, rest, of_fitted, self._slices)
        there = np.isfinite(found)
        if not there.any():
            return None
        amounts = np.bincount(slices, muscle.share, self._slices)[there]
        mean = float(found[there] @ amounts / amounts.sum())
        found[~there] = mean
        self._model[muscle.index] += muscle.share * (found - known)[slices]
        self._values[label] = found
        return mean


def _by_slice(values: Floats, share: Floats, rest: Floats, slices: NDArray[np.intp], count: int) -> Floats:
    """Return a of each slice in ``values = a[slice] * share + b * rest``, NaN where it cannot be told."""
    unknown = np.full(count, np.nan)

    def summed(product: Floats) -> Floats:
        return np.bincount(slices, product, count).astype(np.float64)

    own_own, own_rest, rest_rest = summed(share * share), summed(share * rest), summed(rest * rest)
    told = own_own > LEAST_OWN
    own_own, own_rest, rest_rest = own_own[told], own_rest[told], rest_rest[told]
    if rest_rest.sum() < LEAST_REST:
        return unknown
    # Least squares with the slices' values eliminated.
    left = (rest_rest - own_rest**2 / own_own).sum()
    if left < 1e-6 * rest_rest.sum():  # nothing but one and the same mixture
        return unknown
    own_value, rest_value = summed(share * values)[told], summed(rest * values)[told]
    around = (rest_value - own_rest * own_value / own_own).sum() / left
    unknown[told] = (own_value - around * own_rest) / own_own
    return unknown
