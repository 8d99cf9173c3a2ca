"""Propagation of the muscles of one leg."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.anatomy import CALF_OFFSET, value_without_side
from MuscleSegLib.inference.cleanup import clean_labels
from MuscleSegLib.inference.leg_slices import LegSlices
from MuscleSegLib.inference.pasting import paste_likeliest
from MuscleSegLib.progress import Progress, part
from MuscleSegLib.propagation.appearance import Appearance
from MuscleSegLib.propagation.joining import expected_errors, join, odds_of_dice
from MuscleSegLib.propagation.leg_labels import shares_of
from MuscleSegLib.propagation.neighbors import Neighbors
from MuscleSegLib.translatable import _

Array = NDArray[np.float32]
Labels = NDArray[np.uint8]


class LegPropagation:
    """Propagation of the muscles of one leg.

    Args:
        shown: Slices of the leg.
        labels: Label values of this leg alone, [k, j, i], canonical.
        given: Canonical indices of the given slices, ascending, by label value.
        territory: Voxels that this leg's muscles may have, [k, j, i]; those of another leg may have the same values.
        spacing_mm: Spacing of i, j and k.
    """

    def __init__(
        self,
        shown: LegSlices,
        labels: Labels,
        given: Mapping[int, Sequence[int]],
        territory: NDArray[np.bool_],
        spacing_mm: tuple[float, float, float],
    ) -> None:
        self._shown = shown
        self._labels = labels
        self._territory = territory
        self._spacing_mm = spacing_mm
        self._given = given
        self._images = [window.images for window in shown.windows]

    def fill(self, result: Labels, reach: Mapping[int, range], progress: Progress) -> dict[int, float]:
        """Draw the muscles anew in the slices that are not given.

        Args:
            result: Label values of all legs, [k, j, i], which are changed in place. Other muscles keep their voxels.
            reach: Range of slices by label value.
            progress: Raises ``Canceled`` to stop.

        Returns:
            Doubt by slice: the number of muscle pixels expected to be wrong, those of the network alone where no muscle
            was carried.
        """
        doubts = self._doubts_of_network()
        if not self._given:
            return doubts
        kept = range(min(reach[value].start for value in self._given), max(reach[value].stop for value in self._given))
        neighbors = Neighbors(self._images, kept, part(progress, 0.0, 0.8))
        groups = sorted({(tuple(slices), reach[value]) for value, slices in self._given.items()}, key=str)
        carried: dict[int, float] = {}
        for number, (slices, within) in enumerate(groups):
            values = [value for value in self._given if (tuple(self._given[value]), reach[value]) == (slices, within)]
            stretch = part(progress, 0.8 + 0.2 * number / len(groups), 0.8 + 0.2 * (number + 1) / len(groups))
            for index, doubt in self._fill_group(result, values, slices, within, neighbors, stretch).items():
                carried[index] = carried.get(index, 0.0) + doubt
        return doubts | dict.fromkeys(set().union(*self._given.values()), 0.0) | carried

    def _fill_group(
        self,
        result: Labels,
        wanted: Sequence[int],
        slices: tuple[int, ...],
        within: range,
        neighbors: Neighbors,
        progress: Progress,
    ) -> dict[int, float]:
        """Draw muscles anew that are given in the same slices; other muscles of these slices compete for pixels."""
        present = [int(value) for value in np.unique(self._labels[list(slices)]) if value]
        shares = {index: self._shares_of(index, tuple(present)) for index in slices}
        appearance = Appearance(self._images, shares)
        network, trust = self._network(present, slices, shares)
        table = np.array([0, *(value if value in wanted else 0 for value in present)], np.uint8)
        chains = {index: ways for index, ways in neighbors.chains(slices).items() if index in within}
        doubts = {}
        for number, (index, ways) in enumerate(sorted(chains.items())):
            progress(number / len(chains), _("drawing the muscles between the given slices"))
            joined = join(ways, shares, appearance, index, network.get(index), trust)
            doubts[index] = joined.doubt
            self._paste(result[index], joined.log_probability, index, table)
        return doubts

    def _paste(
        self, result: Labels, log_probability: NDArray[np.float64], index: int, table: NDArray[np.uint8]
    ) -> None:
        """Put the muscles of ``table``, label values by class, into a slice of the result, [j, i]."""
        window = self._shown.windows[0]
        rows, columns, classes = paste_likeliest(log_probability, window, index, result.shape)
        territory = self._territory[index]
        result[np.isin(result, table[table > 0]) & territory] = 0
        if not classes.size:  # all is background
            return
        drawn, there = clean_labels(table[classes][None], self._spacing_mm)[0], result[rows, columns]
        result[rows, columns] = np.where((drawn > 0) & (there == 0) & territory[rows, columns], drawn, there)

    def _shares_of(self, index: int, values: tuple[int, ...]) -> Array:
        return shares_of(self._labels[index], values, self._shown.windows[0], index)

    def _network(
        self, values: Sequence[int], slices: Sequence[int], shares: Mapping[int, Array]
    ) -> tuple[dict[int, Array], float]:
        """Return the network's probabilities of the background and some muscles by slice, and how far it is trusted.

        A muscle that the network does not know, or that is not among these, is background to it.
        """
        probabilities = self._shown.probabilities
        if probabilities is None:
            return {}, 0.0
        class_of = {code: number for number, code in enumerate(self._shown.codes, start=1)}
        classes = [class_of.get(value_without_side(value) % CALF_OFFSET, 0) for value in values]
        muscles = np.stack([probabilities[:, number] * (number > 0) for number in classes], axis=1)
        background = np.maximum(1 - muscles.sum(axis=1, keepdims=True), 0)
        every = np.concatenate([background, muscles], axis=1)
        trust = odds_of_dice({index: muscles[index] for index in slices}, shares)
        return dict(enumerate(every)), trust

    def _doubts_of_network(self) -> dict[int, float]:
        probabilities = self._shown.probabilities
        if probabilities is None:
            return {}
        return {index: expected_errors(slice_) for index, slice_ in enumerate(probabilities)}
