"""Map with its unit and the muscles in it."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.biomarkers.coverage import (
    Grid,
    MuscleOnMap,
    Shape,
    VoxelFractions,
    WeightedVoxels,
    alongside,
    fat_covariate_correction,
)
from MuscleSegLib.biomarkers.sampled_muscle import SampledMuscle, SliceMean, possible_voxels, sample_muscle, slice_means
from MuscleSegLib.biomarkers.unit_sample import sample_of_muscles
from MuscleSegLib.biomarkers.units import MapUnit, map_title, resolve_unit
from MuscleSegLib.biomarkers.weighted_statistics import Statistics
from MuscleSegLib.volume import Geometry, Volume

POSSIBLE = {"ff": (-20.0, 120.0), "mtr": (-20.0, 120.0), "t2": (0.0, np.inf)}
"""Values outside are excluded; so is a T2 of 0. Noise puts voxels of lean muscle below 0 % and some of fat above 100 %:
to leave those out would lift the mean of a lean muscle. A value farther out than 20 points is no noise."""

_log = logging.getLogger(__name__)


class SampledMap:
    """A map on its own grid, and the muscles in its voxels.

    Attributes:
        grid: The map's grid beside the labels'.
        geometry: The map's grid, its axes along those of the labels.
        thickness_mm: Thickness of its slices; None stands for no gaps.
        unit: Unit of its values; None until there is a muscle with values.
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
        """Arrange a map's axes along those of labels.

        Args:
            name: "ff", "mtr" or "t2".
            volume: [k, j, i] the map.
            labels: The labels' grid, slices first.
            thickness_mm: Of the map's slices; where None, that of its DICOM header or, without one, no gaps.
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
        self._muscles: dict[int, SampledMuscle] = {}

    def set_muscles(self, on_map: Mapping[int, MuscleOnMap]) -> None:
        """Sample all muscles, by label, and resolve the map's unit by them.

        Raises:
            MuscleSegError: The map's values are not plausible in any unit that can be assumed.
        """
        for _ in self.set_muscles_in_steps(on_map):
            pass

    def set_muscles_in_steps(self, on_map: Mapping[int, MuscleOnMap]) -> Iterator[None]:
        """Do the same as ``set_muscles``, a muscle at each step."""
        self._resolve_unit(on_map)
        for label, muscle in on_map.items():
            self._muscles[label] = self._sample(muscle)
            yield
        excluded = sum(muscle.statistics.excluded or 0 for muscle in self._muscles.values())
        if excluded:
            title = map_title(self._name, self._volume)
            _log.warning("%s: %d voxels in muscles have no possible value and are left out.", title, excluded)

    def update_muscle(self, label: int, on_map: MuscleOnMap) -> None:
        """Sample one muscle again after an edit; the unit stays as it is, for all muscles to be alike."""
        if self.unit is None:
            self._resolve_unit({**{value: muscle.on_map for value, muscle in self._muscles.items()}, label: on_map})
        self._muscles[label] = self._sample(on_map)

    def remove(self, label: int) -> None:
        """Forget a muscle that is gone after an edit."""
        self._muscles.pop(label, None)

    def correct_by_fat(self, label: int, ff_map: "SampledMap") -> None:
        """Adjust a muscle's corrected mean by its fat fraction in the border (``coverage.fat_covariate``)."""
        muscle, muscle_in_ff = self._muscles.get(label), ff_map._muscles.get(label)
        fat = None if muscle_in_ff is None else muscle_in_ff.pure
        if muscle is None or muscle.corrected is None or fat is None:
            return
        grid = Grid(ff_map.geometry, self.geometry, thickness_mm=self.thickness_mm)
        adjusted = fat_covariate_correction(muscle.corrected, muscle.voxels, grid, fat, ff_map.geometry.shape)
        self._muscles[label] = replace(muscle, statistics=replace(muscle.statistics, corrected=adjusted.mean()))

    def statistics(self, label: int) -> Statistics:
        """Return the statistics of a muscle, but for the coverage."""
        return self._muscles[label].statistics if label in self._muscles else Statistics()

    def mean_of(self, fractions: VoxelFractions) -> float | None:
        """Return the mean with other voxel fractions, (n,), than the muscle's."""
        counting = self._counting(fractions)
        return float(np.average(counting.values, weights=counting.fraction)) if counting.fraction.size else None

    def coverage(self, shape: Shape, label: int) -> float:
        """Return the part of a muscle's volume in percent for which the map has values, 0 to 100.

        A slice of the map stands for the stretch halfway to the next, gap or not, as a slice of the labels does.
        """
        return 100.0 * self.grid.covered(shape) * self._muscles[label].valued_fraction

    def slice_means(self, label: int) -> list[SliceMean]:
        """Return the mean of a muscle in each of the map's slices."""
        return slice_means(self._muscles[label].counting, self.geometry) if label in self._muscles else []

    def inner_slice_means(self, label: int) -> list[SliceMean]:
        """Return the same inside the muscle's border."""
        if label not in self._muscles:
            return []
        return slice_means(self._counting(self._muscles[label].on_map.inner), self.geometry)

    def voxels(self, label: int) -> WeightedVoxels:
        """Return the voxels that count for a muscle."""
        return self._muscles[label].counting

    def values(self) -> NDArray[np.float64]:
        """Return [k, j, i] the whole map in its unit, NaN where a value cannot be."""
        return self._values_at(slice(None)).reshape(self.geometry.shape)

    def _values_at(self, index: NDArray[np.intp] | slice) -> NDArray[np.float64]:
        values = self._flat[index].astype(np.float64) * (self.unit.factor if self.unit else 1.0)
        low, high = POSSIBLE[self._name]
        values[~((values > low) & (values < high))] = np.nan  # NaN is neither, infinity not the second
        return np.asarray(values)

    def _sample(self, on_map: MuscleOnMap) -> SampledMuscle:
        return sample_muscle(on_map, self._values_at, self.geometry.shape, self._minimum_share)

    def _counting(self, fractions: VoxelFractions) -> WeightedVoxels:
        return possible_voxels(fractions, self._values_at).filled_above(self._minimum_share)

    def _resolve_unit(self, on_map: Mapping[int, MuscleOnMap]) -> None:
        no_voxels = np.empty(0, np.intp)
        fractions = [muscle.drawn for muscle in on_map.values()]
        sample = sample_of_muscles(
            self._flat.reshape(self.geometry.shape),
            (self.geometry.spacing_mm[1], self.geometry.spacing_mm[0]),
            counting=np.concatenate(
                [no_voxels, *(drawn.index[drawn.fraction > self._minimum_share] for drawn in fractions)]
            ),
            touched=np.concatenate([no_voxels, *(drawn.index for drawn in fractions)]),
        )
        if not sample.muscles.size:
            return
        self.unit = resolve_unit(self._name, self._volume, stated=self._stated_unit, sample=sample)
        if self.unit.is_assumed and self.unit.factor != 1.0:
            title, factor = map_title(self._name, self._volume), self.unit.factor
            content = "fractions of one" if self.unit.name == "fraction" else "values in s"
            standard = "ms" if self._name == "t2" else "percent"
            _log.warning("%s holds %s: its values are taken times %g, as %s.", title, content, factor, standard)


def _same_slices(geometry: Geometry, arranged: Geometry) -> bool:
    """Return whether the slices of a grid are still its slices when its axes are in another order."""
    normal, arranged_normal = geometry.affine[:3, 2], arranged.affine[:3, 2]
    lengths = np.linalg.norm(normal) * np.linalg.norm(arranged_normal)
    return bool(abs(normal @ arranged_normal) > 0.999 * lengths)
