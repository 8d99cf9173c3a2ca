"""The value of a muscle without what its neighbors add in the voxels of its border.

A voxel of the border shows a mixture: of this muscle by its share, of other muscles by theirs, and of a rest, mostly
fat. Each muscle is taken to have one value, and its surroundings one: two numbers, found by least squares over all
voxels that the muscle is in, after what the other muscles put in there was taken off. As their values are not known
either, this is repeated. That is the geometric transfer matrix (Rousset et al., J Nucl Med 1998;39:904-911) with shares
in place of a point spread function.

It holds for what mixes in proportion to shares: fat fraction nearly, MTR nearly. T2 does not, the less the more of the
voxel is fat, so that it is fitted to voxels alone that a muscle fills by more than half.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ROUNDS = 4
"""After these, values of muscles on digital legs change by less than 0.01 points."""

_LEAST_REST = 3.0
"""Voxels' worth of surroundings, squared shares summed, from which their value can be told."""

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

    def __init__(self, size: int, *, fitted_above: float) -> None:
        """Begin without a muscle.

        Args:
            size: Number of voxels of the map.
            fitted_above: Share of a muscle from which on its voxels take part in the fit of its value.

        """
        self._fitted_above = fitted_above
        self._filled = np.zeros(size, np.float32)  # share of each voxel that is muscle
        self._model = np.zeros(size, np.float32)  # what muscles put into it
        self._muscles: dict[int, Mixed] = {}
        self._values: dict[int, float] = {}

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
            self._model[old.index] -= old.share * self._values.pop(label)
        if muscle is not None and mean is not None:
            self._muscles[label], self._values[label] = muscle, mean
            self._filled[muscle.index] += muscle.share
            self._model[muscle.index] += muscle.share * mean

    def solve(self) -> dict[int, float]:
        """Return the value of every muscle in which there is anything to correct.

        A muscle whose voxels are all its own, as on the labels' own grid, is not in it.
        """
        found: dict[int, float] = {}
        for _ in range(ROUNDS):
            for label in self._muscles:
                value = self.value_of(label)
                if value is not None:
                    found[label] = value
        return found

    def value_of(self, label: int) -> float | None:
        """Return the value of one muscle beside the others as they are now; None where there is nothing to correct."""
        if label not in self._muscles:
            return None
        muscle, known = self._muscles[label], self._values[label]
        fitted = muscle.more_than(self._fitted_above) if self._fitted_above else muscle
        rest = np.maximum(1.0 - self._filled[fitted.index], 0.0)
        own = fitted.values - (self._model[fitted.index] - fitted.share * known)
        value = _intercept(own, fitted.share, rest)
        if value is not None:
            self._model[muscle.index] += muscle.share * (value - known)
            self._values[label] = value
        return value


def _intercept(values: Floats, share: Floats, rest: Floats) -> float | None:
    """Return a in ``values = a * share + b * rest``."""
    rest_rest, own_rest, own_own = rest @ rest, share @ rest, share @ share
    determinant = own_own * rest_rest - own_rest**2
    # Too little of a rest to tell its value, or nothing but one and the same mixture.
    if rest_rest < _LEAST_REST or determinant <= 1e-6 * own_own * rest_rest:
        return None
    return float((rest_rest * (share @ values) - own_rest * (rest @ values)) / determinant)
