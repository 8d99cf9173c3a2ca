"""One map and the muscles in it."""

import logging
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.biomarkers.arrange import alongside
from MuscleSegLib.biomarkers.partial_volume import Mixed, corrected_means
from MuscleSegLib.biomarkers.shape import Shape
from MuscleSegLib.biomarkers.shares import Grid, Shares
from MuscleSegLib.biomarkers.statistics import Statistics, weighted
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import Geometry, Volume

FRACTION_RANGE = (-0.1, 1.5)
"""A fat fraction or MTR map whose values in the muscles all lie in here holds fractions of one. In percent it would be
a leg with 1.5 % of fat at most in every voxel: noise alone spreads a healthy muscle, of 2 to 5 %, beyond that. Below 0
and above 1 is what noise and phase errors of a Dixon fit leave."""

IMPOSSIBLE_PERCENT = 110.0
"""A map whose median in the muscles is higher is not in percent: most of a muscle cannot be more than all fat."""

POSSIBLE = {"ff": (-20.0, 120.0), "mtr": (-20.0, 120.0), "t2": (0.0, np.inf)}
"""Values outside are excluded; so is a T2 of 0. Noise puts voxels of lean muscle below 0 % and some of fat above 100 %:
to leave those out would lift the mean of a lean muscle. What is farther out than 20 points is no noise."""

_log = logging.getLogger(__name__)


class SampledMap:
    """A map on its own grid, and each muscle's share of its voxels.

    Attributes:
        grid: The map's grid beside the labels'.
        geometry: The map's grid, its axes along those of the labels.

    """

    def __init__(self, name: str, volume: Volume, labels: Geometry, *, thickness_mm: float | None) -> None:
        """Set a map beside labels.

        Args:
            name: "ff", "mtr" or "t2".
            volume: The map.
            labels: The labels' grid, slices first.
            thickness_mm: Of the map's slices; None where there are no gaps.

        """
        arranged = alongside(volume, labels)
        self.geometry = arranged.geometry
        self.grid = Grid(labels, arranged.geometry, thickness_mm=thickness_mm)
        self._name, self._volume = name, volume
        self._flat: NDArray[np.generic] = np.ascontiguousarray(arranged.array).reshape(-1)
        self._factor = 1.0
        self._shares: dict[int, Shares] = {}
        self._muscles: dict[int, Mixed] = {}

    def put(self, label: int, shares: Shares | None) -> None:
        """Take a muscle's shares, or None where there is no such muscle."""
        self._muscles.pop(label, None)
        self._shares.pop(label, None)
        if shares is not None:
            self._shares[label] = shares
            self._muscles[label] = self._valid(shares)

    def find_unit(self, minimum_share: float) -> None:
        """Tell fractions of one from percent, over all muscles that were put in.

        Raises:
            MuscleSegError: The map can be neither.

        """
        if self._name != "t2":
            self._factor = self._factor_of(self._counting(minimum_share))
            if self._factor != 1.0:
                self._muscles = {label: self._valid(shares) for label, shares in self._shares.items()}
        lost = sum(self._excluded(label, minimum_share) for label in self._muscles)
        if lost:
            _log.warning("%s: %d voxels in muscles have no possible value and are left out.", self._called(), lost)

    def statistics(self, label: int, minimum_share: float) -> Statistics:
        """Return the statistics of a muscle, without coverage and corrected mean."""
        if label not in self._muscles:
            return Statistics()
        muscle = self._muscles[label].more_than(minimum_share)
        return replace(weighted(muscle.values, muscle.share), excluded=self._excluded(label, minimum_share))

    def mean_of(self, shares: Shares, minimum_share: float) -> float | None:
        """Return the mean with other shares than the muscle's own."""
        muscle = self._valid(shares).more_than(minimum_share)
        return float(np.average(muscle.values, weights=muscle.share)) if muscle.share.size else None

    def corrected(self, means: Mapping[int, float]) -> dict[int, float]:
        """Return the corrected means of all muscles, from their plain ones."""
        return corrected_means(self._muscles, means, size=self._flat.size)

    def coverage(self, shape: Shape, label: int) -> float:
        """Return the part of a muscle's volume in percent for which the map has values, 0 to 100.

        A slice of the map stands for the stretch halfway to the next, gap or not, as a slice of the labels does.
        """
        known = self._shares[label].share.sum(dtype=np.float64)
        valid = self._muscles[label].share.sum() / known if known else 0.0
        return 100.0 * self.grid.covered(shape) * float(valid)

    def by_slice(self, label: int, minimum_share: float) -> list[tuple[int, float, NDArray[np.float64]]]:
        """Return slice number, mean, and RAS position of the muscle's middle in each of the map's slices."""
        if label not in self._muscles:
            return []
        muscle = self._muscles[label].more_than(minimum_share)
        if not muscle.share.size:
            return []
        slices, rest = np.divmod(muscle.index, self.geometry.shape[1] * self.geometry.shape[2])
        rows, columns = np.divmod(rest, self.geometry.shape[2])
        middle = (np.average(columns, weights=muscle.share), np.average(rows, weights=muscle.share))
        weights = np.bincount(slices, muscle.share)
        sums = np.bincount(slices, muscle.share * muscle.values)
        there = np.flatnonzero(weights)
        points = self.geometry.world_from_index([(*middle, k) for k in there])
        return [(int(k), float(sums[k] / weights[k]), point) for k, point in zip(there, points, strict=True)]

    def voxels(self, label: int, minimum_share: float) -> Mixed:
        """Return the voxels that count for a muscle."""
        return self._muscles[label].more_than(minimum_share)

    def _valid(self, shares: Shares) -> Mixed:
        values = self._flat[shares.index].astype(np.float64) * self._factor
        low, high = POSSIBLE[self._name]
        possible = (values > low) & (values < high)  # NaN is neither, infinity not the second
        return Mixed(shares.index[possible], shares.share[possible].astype(np.float64), values[possible])

    def _excluded(self, label: int, minimum_share: float) -> int:
        counting = int(np.count_nonzero(self._shares[label].share > minimum_share))
        return counting - int(np.count_nonzero(self._muscles[label].share > minimum_share))

    def _counting(self, minimum_share: float) -> NDArray[np.float64]:
        """Return all finite values of the map, as they are, in voxels that count for a muscle."""
        index = [shares.index[shares.share > minimum_share] for shares in self._shares.values()]
        values = self._flat[np.concatenate([np.empty(0, np.intp), *index])].astype(np.float64)
        return values[np.isfinite(values)]

    def _factor_of(self, values: NDArray[np.float64]) -> float:
        lowest, highest = FRACTION_RANGE
        if not values.size:
            return 1.0
        if values.min() >= lowest and values.max() <= highest:
            _log.warning("%s holds fractions of one: its values are taken times 100, as percent.", self._called())
            return 100.0
        median = float(np.median(values))
        if median > IMPOSSIBLE_PERCENT:
            message = f"{self._called()} is not in percent (half of the muscles' voxels are {median:.0f} or more): give a "
            message += "map in percent, such as a map in permille divided by 10."
            raise MuscleSegError(message)
        return 1.0

    def _called(self) -> str:
        name = f"The {self._name.upper()} map"
        return f"{name} {self._volume.path}" if self._volume.path else name
