"""One map and the muscles in it."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.biomarkers.coverage.arrange import alongside
from MuscleSegLib.biomarkers.coverage.fat_covariate import guided
from MuscleSegLib.biomarkers.coverage.muscle_on_map import Laid
from MuscleSegLib.biomarkers.coverage.partial_volume import WHOLE, Mixed, own_values
from MuscleSegLib.biomarkers.coverage.shape import Shape
from MuscleSegLib.biomarkers.coverage.voxel_fractions import Grid, Shares
from MuscleSegLib.biomarkers.unit_sample import sample_of_muscles
from MuscleSegLib.biomarkers.units import MapUnit, called_map, resolve_unit
from MuscleSegLib.biomarkers.weighted_statistics import Statistics, weighted
from MuscleSegLib.volume import Geometry, Volume

POSSIBLE = {"ff": (-20.0, 120.0), "mtr": (-20.0, 120.0), "t2": (0.0, np.inf)}
"""Values outside are excluded; so is a T2 of 0. Noise puts voxels of lean muscle below 0 % and some of fat above 100 %:
to leave those out would lift the mean of a lean muscle. What is farther out than 20 points is no noise."""

_log = logging.getLogger(__name__)


class SampledMap:
    """A map on its own grid, and each muscle's share of its voxels.

    Attributes:
        grid: The map's grid beside the labels'.
        geometry: The map's grid, its axes along those of the labels.
        thickness_mm: Of its slices; None stands for no gaps.
        unit: That of its values; None until there is a muscle with values.

    """

    def __init__(
        self,
        name: str,
        volume: Volume,
        labels: Geometry,
        thickness_mm: float | None,
        minimum_share: float,
        *,
        stated_unit: str | None = None,
    ) -> None:
        """Set a map beside labels.

        Args:
            name: "ff", "mtr" or "t2".
            volume: The map.
            labels: The labels' grid, slices first.
            thickness_mm: Of the map's slices; where None, what its DICOM header says or, without one, no gaps.
            minimum_share: A voxel counts for a muscle that fills more than this share of it.
            stated_unit: Of the map's values, where a person names it.

        """
        arranged = alongside(volume, labels)
        self.geometry = arranged.geometry
        if thickness_mm is None:
            thickness_mm = volume.thickness_mm
        if not _same_slices(volume.geometry, arranged.geometry):  # the map's slices stand upright in those of labels
            thickness_mm = None
        self.thickness_mm = thickness_mm
        self.grid = Grid(labels, arranged.geometry, thickness_mm=thickness_mm)
        self._name, self._volume, self._minimum_share = name, volume, minimum_share
        self._flat: NDArray[np.generic] = np.ascontiguousarray(arranged.array).reshape(-1)
        self.unit: MapUnit | None = None
        self._stated_unit = stated_unit
        self._laid: dict[int, Laid] = {}
        self._muscles: dict[int, Mixed] = {}
        self._counting: dict[int, Mixed] = {}
        self._own: dict[int, Mixed | None] = {}
        self._found: dict[int, Statistics] = {}

    def put(self, laid: Mapping[int, Laid]) -> None:
        """Take all muscles as they lie on the map.

        Raises:
            MuscleSegError: The map's values are not plausible in any unit that can be assumed.

        """
        for _ in self.put_in_steps(laid):
            pass

    def put_in_steps(self, laid: Mapping[int, Laid]) -> Iterator[None]:
        """Do what ``put`` does, a muscle at each step."""
        self._laid = dict(laid)
        self._resolve_unit()
        for label in laid:
            self._take(label)
            yield
        lost = sum(found.excluded or 0 for found in self._found.values())
        if lost:
            called = called_map(self._name, self._volume)
            _log.warning("%s: %d voxels in muscles have no possible value and are left out.", called, lost)

    def put_again(self, label: int, laid: Laid) -> None:
        """Take one muscle as it lies after an edit; the unit stays as it is, for all muscles to be alike."""
        self._laid[label] = laid
        if self.unit is None:
            self._resolve_unit()
        self._take(label)

    def remove(self, label: int) -> None:
        """Forget a muscle that is gone after an edit."""
        for kept in (self._laid, self._muscles, self._counting, self._own, self._found):
            kept.pop(label, None)

    def guide(self, label: int, fat: "SampledMap") -> None:
        """Let the map of the fat fraction tell what a muscle has in the voxels of its border (``fat_guide``)."""
        own, guide = self._own.get(label), fat.known(label)
        if own is None or guide is None:
            return
        grid = Grid(fat.geometry, self.geometry, thickness_mm=self.thickness_mm)
        corrected = guided(own, self._muscles[label], grid, guide, fat.geometry.shape).mean()
        self._found[label] = replace(self._found[label], corrected=corrected)

    def known(self, label: int) -> Mixed | None:
        """Return what a muscle itself has in its voxels; None where too few of them are wholly its own."""
        muscle = self._muscles.get(label)
        if muscle is not None and muscle.share.size and (muscle.share > WHOLE).all():
            return muscle
        return self._own.get(label)

    def statistics(self, label: int) -> Statistics:
        """Return the statistics of a muscle, but for the coverage."""
        return self._found.get(label, Statistics())

    def mean_of(self, shares: Shares) -> float | None:
        """Return the mean with other shares than the muscle's own."""
        muscle = self._valid(shares).more_than(self._minimum_share)
        return float(np.average(muscle.values, weights=muscle.share)) if muscle.share.size else None

    def coverage(self, shape: Shape, label: int) -> float:
        """Return the part of a muscle's volume in percent for which the map has values, 0 to 100.

        A slice of the map stands for the stretch halfway to the next, gap or not, as a slice of the labels does.
        """
        known = self._laid[label].own.share.sum(dtype=np.float64)
        valid = self._muscles[label].share.sum() / known if known else 0.0
        return 100.0 * self.grid.covered(shape) * float(valid)

    def by_slice(self, label: int) -> list[tuple[int, float, NDArray[np.float64]]]:
        """Return slice number, mean, and RAS position of the muscle's middle in each of the map's slices."""
        muscle = self._counting.get(label)
        return [] if muscle is None else self._by_slice(muscle)

    def inner_by_slice(self, label: int) -> list[tuple[int, float, NDArray[np.float64]]]:
        """Return the same of what lies inside the muscle's border."""
        if label not in self._laid:
            return []
        return self._by_slice(self._valid(self._laid[label].inner).more_than(self._minimum_share))

    def _by_slice(self, muscle: Mixed) -> list[tuple[int, float, NDArray[np.float64]]]:
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

    def voxels(self, label: int) -> Mixed:
        """Return the voxels that count for a muscle."""
        return self._counting[label]

    def values(self) -> NDArray[np.float64]:
        """Return [k, j, i] the whole map in its unit, NaN where a value cannot be."""
        return self._values_at(slice(None)).reshape(self.geometry.shape)

    def _values_at(self, index: NDArray[np.intp] | slice) -> NDArray[np.float64]:
        values = self._flat[index].astype(np.float64) * (self.unit.factor if self.unit else 1.0)
        low, high = POSSIBLE[self._name]
        values[~((values > low) & (values < high))] = np.nan  # NaN is neither, infinity not the second
        return np.asarray(values)

    def _take(self, label: int) -> None:
        shares, doubt = self._laid[label].own, self._laid[label].doubt
        muscle = self._valid(shares)
        counting = muscle.more_than(self._minimum_share)
        excluded = int(np.count_nonzero(shares.share > self._minimum_share)) - counting.share.size
        self._muscles[label], self._counting[label] = muscle, counting
        own = self._own[label] = own_values(doubt.taken_out(muscle, self._values_at), self.geometry.shape)
        corrected = None if own is None else own.mean()
        self._found[label] = replace(weighted(counting.values, counting.share), excluded=excluded, corrected=corrected)

    def _valid(self, shares: Shares) -> Mixed:
        values = self._values_at(shares.index)
        possible = np.isfinite(values)
        return Mixed(shares.index[possible], shares.share[possible].astype(np.float64), values[possible])

    def _resolve_unit(self) -> None:
        none = np.empty(0, np.intp)
        own = [laid.own for laid in self._laid.values()]
        sample = sample_of_muscles(
            self._flat.reshape(self.geometry.shape),
            (self.geometry.spacing_mm[1], self.geometry.spacing_mm[0]),
            counting=np.concatenate([none, *(shares.index[shares.share > self._minimum_share] for shares in own)]),
            touched=np.concatenate([none, *(shares.index for shares in own)]),
        )
        if not sample.muscles.size:
            return
        self.unit = resolve_unit(self._name, self._volume, stated=self._stated_unit, sample=sample)
        if self.unit.is_assumed and self.unit.factor != 1.0:
            called, factor = called_map(self._name, self._volume), self.unit.factor
            what = "fractions of one" if self.unit.name == "fraction" else "values in s"
            standard = "ms" if self._name == "t2" else "percent"
            _log.warning("%s holds %s: its values are taken times %g, as %s.", called, what, factor, standard)


def _same_slices(geometry: Geometry, arranged: Geometry) -> bool:
    """Return whether the slices of a grid are still its slices when its axes are in another order."""
    own, other = geometry.affine[:3, 2], arranged.affine[:3, 2]
    return bool(abs(own @ other) > 0.999 * np.linalg.norm(own) * np.linalg.norm(other))
