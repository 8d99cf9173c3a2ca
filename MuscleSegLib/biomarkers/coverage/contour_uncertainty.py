"""What lies in voxels that a muscle seems to fill wholly, because nobody knows its outline that well.

An outline is known to a part of a pixel, and between slices it is a guess. Where it truly runs a little farther in than
it seems, a voxel that seems whole holds some of what is beside the muscle. Where it runs farther out there is nothing
to make up for it: more than all of a voxel cannot be the muscle's. So voxels that seem whole hold less than all of it
on average, 0.3 to 0.5 % less in five digital muscles looked at, and what is in there lifts the fat fraction by 0.2
points on average. How much of each voxel that is follows from the doubt: an outline that lies ``DOUBT`` farther in or
farther out, one as likely as the other. It is taken out with the values that the map has just outside the muscle; so
small a part changes T2, too, nearly in proportion.

Where slices are alike the outline runs along sides of pixels, whose centers are half a pixel off, and so small a doubt
changes nothing. It counts where the outline moves from slice to slice.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.biomarkers.coverage.partial_volume import WHOLE, Floats, Mixed
from MuscleSegLib.biomarkers.coverage.voxel_fractions import Shares

DOUBT = 0.27
"""How far in or out an outline may lie, as ``Grid.shares`` takes it: 0.2 pixels of the labels. With it the mean error
of the fat fraction is 0.02 points on twenty pairs of digital thighs, without it 0.20."""

LEAST = 0.001
"""Of a voxel: less is not looked for."""

OUTSIDE = 0.3
"""A voxel of which the muscle fills less is outside of it."""

REACH = 2
"""How far a voxel looks for what lies outside, in its slice, in voxels along each axis."""

NEAR = 1.0
"""Standard deviation, in voxels, of the Gaussian that weighs what is found."""

_STEPS = np.arange(-REACH, REACH + 1)
_NEARNESS = np.exp(-np.add.outer(_STEPS**2, _STEPS**2) / (2 * NEAR**2))

Places = tuple[NDArray[np.intp], ...]


@dataclass(frozen=True)
class Doubt:
    """What may not be the muscle's in voxels that it seems to fill wholly.

    Attributes:
        index: (n,) places of these voxels in the flat map, rising.
        lost: (n,) how much of each is not the muscle's on average, above ``LEAST``.
        around: (n, m, m) places in the flat map around each.
        weights: (n, m, m) how much what is there counts; 0 where it is not outside of the muscle.

    """

    index: NDArray[np.intp]
    lost: Floats
    around: NDArray[np.intp]
    weights: Floats

    def taken_out(self, muscle: Mixed, values_at: Callable[[NDArray[np.intp]], Floats]) -> Mixed:
        """Return a muscle's voxels with what is their own on average.

        Args:
            muscle: Its voxels, their places rising.
            values_at: Returns the map's values at places in the flat map, NaN where it has none.

        Returns:
            The same voxels with the same shares. Nothing is changed where nothing outside has a value.

        """
        if not muscle.index.size:
            return muscle
        found = values_at(self.around)
        weights = np.where(np.isfinite(found), self.weights, 0.0)
        total = weights.sum(axis=(1, 2))
        place = np.minimum(np.searchsorted(muscle.index, self.index), len(muscle.index) - 1)
        asked = (total > 0) & (muscle.index[place] == self.index)
        beside = np.einsum("nji,nji->n", weights[asked], np.nan_to_num(found[asked])) / total[asked]
        own, place, lost = muscle.values.copy(), place[asked], self.lost[asked]
        own[place] = (own[place] - lost * beside) / (1.0 - lost)
        return Mixed(muscle.index, muscle.share, own)


def doubt_of(laid: Shares, narrower: Shares, shape: tuple[int, int, int]) -> Doubt:
    """Return what may not be a muscle's in voxels that it seems to fill wholly.

    Args:
        laid: Its shares of the voxels of a map.
        narrower: The same where its outline lies ``DOUBT`` farther in.
        shape: [k, j, i] of the map.

    """
    whole = laid.index[laid.share > WHOLE]
    lost = (1.0 - _share_of(narrower, whole)) / 2  # farther out there is neither loss nor gain
    asked = lost > LEAST
    index, lost = whole[asked], lost[asked]
    k, j, i = np.unravel_index(index, shape)
    rows = np.clip(np.add.outer(j, _STEPS), 0, shape[1] - 1)  # beyond the edge of the image, what is at the edge
    columns = np.clip(np.add.outer(i, _STEPS), 0, shape[2] - 1)
    kji = k[:, None, None], rows[:, :, None], columns[:, None, :]
    outside = 1.0 - _shares_at(laid, kji, shape)
    weights = np.where(outside > 1.0 - OUTSIDE, outside * _NEARNESS, 0.0)
    return Doubt(index, lost, np.ravel_multi_index(kji, shape), weights)


def _share_of(shares: Shares, index: NDArray[np.intp]) -> Floats:
    """Return a muscle's share of voxels, 0 where it has none."""
    if not shares.index.size:
        return np.zeros(len(index))
    place = np.minimum(np.searchsorted(shares.index, index), len(shares.index) - 1)
    return np.where(shares.index[place] == index, shares.share[place], 0.0).astype(np.float64)


def _shares_at(shares: Shares, kji: Places, shape: tuple[int, int, int]) -> Floats:
    """Return the same for many voxels that are near one another."""
    if not kji[0].size:
        return np.empty(np.broadcast_shapes(*(places.shape for places in kji)))
    low = [int(places.min()) for places in kji]
    box = np.zeros([int(places.max()) + 1 - first for places, first in zip(kji, low, strict=True)])
    own = [places - first for places, first in zip(np.unravel_index(shares.index, shape), low, strict=True)]
    inside = np.all([(places >= 0) & (places < size) for places, size in zip(own, box.shape, strict=True)], axis=0)
    box[tuple(places[inside] for places in own)] = shares.share[inside]
    found: Floats = box[tuple(places - first for places, first in zip(kji, low, strict=True))]
    return found
