"""Muscle in a map: its voxels, those that count, their statistics, and its means slice by slice."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.biomarkers.coverage import (
    WHOLE,
    MuscleOnMap,
    VoxelFractions,
    WeightedVoxels,
    partial_volume_corrected,
)
from MuscleSegLib.biomarkers.weighted_statistics import Statistics, weighted_statistics
from MuscleSegLib.volume import Geometry

ValuesAt = Callable[[NDArray[np.intp]], NDArray[np.float64]]
"""Values of a map at places in its flat array; NaN where a value cannot be."""

SliceMean = tuple[int, float, NDArray[np.float64]]
"""Number of a slice, mean in it, and RAS position, (3,) in mm, of the muscle's middle in it."""


@dataclass(frozen=True)
class SampledMuscle:
    """Voxels and statistics of a muscle in a map.

    Attributes:
        on_map: Its voxel fractions.
        voxels: Its voxels that have a possible value.
        counting: Mask of the voxels that it fills by more than the minimum share.
        corrected: Its voxels with the values of the muscle alone; None where there is nothing to correct, or too few
            voxels that it fills wholly.
        statistics: Of the counting voxels, but for the coverage.
    """

    on_map: MuscleOnMap
    voxels: WeightedVoxels
    counting: WeightedVoxels
    corrected: WeightedVoxels | None
    statistics: Statistics

    @property
    def pure(self) -> WeightedVoxels | None:
        """The voxels with the values of the muscle alone; None where too few of them are wholly the muscle's."""
        is_whole = self.voxels.fraction.size and (self.voxels.fraction > WHOLE).all()
        return self.voxels if is_whole else self.corrected

    @property
    def valued_fraction(self) -> float:
        """The part of the muscle on the map that has possible values, 0 to 1."""
        total = self.on_map.drawn.fraction.sum(dtype=np.float64)
        return float(self.voxels.fraction.sum() / total) if total else 0.0


def sample_muscle(
    on_map: MuscleOnMap, values_at: ValuesAt, shape: tuple[int, int, int], minimum_share: float
) -> SampledMuscle:
    """Return a muscle's voxels in a map and their statistics.

    Args:
        on_map: The muscle's voxel fractions.
        values_at: The map's values.
        shape: [k, j, i] of the map.
        minimum_share: A voxel counts for a muscle that fills more than this share of it.
    """
    voxels = possible_voxels(on_map.drawn, values_at)
    counting = voxels.filled_above(minimum_share)
    excluded = int(np.count_nonzero(on_map.drawn.fraction > minimum_share)) - counting.fraction.size
    corrected = partial_volume_corrected(on_map.uncertainty.remove_surroundings(voxels, values_at), shape)
    statistics = replace(
        weighted_statistics(counting.values, counting.fraction),
        excluded=excluded,
        corrected=None if corrected is None else corrected.mean(),
    )
    return SampledMuscle(on_map, voxels, counting, corrected, statistics)


def possible_voxels(fractions: VoxelFractions, values_at: ValuesAt) -> WeightedVoxels:
    """Return the voxels of a muscle, (n,), that have a possible value."""
    values = values_at(fractions.index)
    is_possible = np.isfinite(values)
    return WeightedVoxels(
        fractions.index[is_possible], fractions.fraction[is_possible].astype(np.float64), values[is_possible]
    )


def slice_means(voxels: WeightedVoxels, geometry: Geometry) -> list[SliceMean]:
    """Return the mean of a muscle's voxels, (n,), in each slice of a map that it is in."""
    if not voxels.fraction.size:
        return []
    slices, in_slice = np.divmod(voxels.index, geometry.shape[1] * geometry.shape[2])
    rows, columns = np.divmod(in_slice, geometry.shape[2])
    middle = (np.average(columns, weights=voxels.fraction), np.average(rows, weights=voxels.fraction))
    weights = np.bincount(slices, voxels.fraction)
    sums = np.bincount(slices, voxels.fraction * voxels.values)
    numbers = np.flatnonzero(weights)
    points = geometry.world_from_index([(*middle, k) for k in numbers])
    return [(int(k), float(sums[k] / weights[k]), point) for k, point in zip(numbers, points, strict=True)]
