"""Fat-covariate correction: T2 of a muscle in the voxels of its border, adjusted by the fat fraction there.

A T2 map has slices of 20 mm, say, of which a muscle fills half of the voxels wholly; its values in the others are
extrapolated from those (``biomarkers.coverage.partial_volume``), which is wrong where it is fatter or leaner than they
are. T2 rises with fat, and the map of the fat fraction has slices of 5 mm, in which the muscle fills more voxels
wholly. So the difference of the border's fat fraction from that of the voxels beside it is turned into a difference of
T2, by the curve that the muscle itself shows in the voxels that it fills wholly. Where T2 does not go with fat, the
curve is flat and nothing changes. (A control variate: a quantity that is known better, and goes with the wanted one.)
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.biomarkers.coverage.partial_volume import WHOLE, WeightedVoxels, partial_volume_corrected
from MuscleSegLib.biomarkers.coverage.voxel_fractions import Grid, axis_overlaps

LEAST_VOXELS = 30
"""Voxels: a curve through fewer is a curve of noise."""

DEGREE = 2
"""Of the curve: T2 does not rise with fat in a line."""

LEAST_FRACTION = 0.02
"""Of a voxel, that the muscle's fat has to be known of."""

Floats = NDArray[np.float64]


def fat_covariate_correction(
    corrected: WeightedVoxels, muscle: WeightedVoxels, grid: Grid, fat: WeightedVoxels, fat_shape: tuple[int, int, int]
) -> WeightedVoxels:
    """Return a muscle's values in a map, those of its border adjusted by the difference of its fat fraction there.

    Args:
        corrected: Its (n,) voxels and values, as ``partial_volume_corrected`` gives them.
        muscle: All of its (m,) voxels in the map.
        grid: Of that map, beside the grid of the fat fraction.
        fat: Its voxels and values in the map of the fat fraction, in percent.
        fat_shape: [k, j, i] of the fat fraction.

    Returns:
        The same voxels, and with them those of the border that are too far from any whole one to have taken a value
        from it, where their slice has whole ones: in a slice without any, a muscle is so thin that its fat is not known
        well either. Nothing is changed where the axes of the two grids are not parallel, or where too few voxels tell
        how the values go with fat.
    """
    if not grid.is_parallel:
        return corrected
    fat_of_muscle = _fat_percent(muscle.index, grid, fat, fat_shape)
    place = np.searchsorted(muscle.index, corrected.index)
    fat_percent = fat_of_muscle[place]
    has_fat = np.isfinite(fat_percent)
    is_whole = (corrected.fraction > WHOLE) & has_fat
    extrapolated = partial_volume_corrected(
        WeightedVoxels(corrected.index[has_fat], corrected.fraction[has_fat], fat_percent[has_fat]), grid.shape
    )
    if extrapolated is None or np.count_nonzero(is_whole) < LEAST_VOXELS or np.ptp(fat_percent[is_whole]) == 0:
        return corrected
    t2_of_ff = _fitted_curve(fat_percent[is_whole], corrected.values[is_whole])
    values = np.full(len(muscle.index), np.nan)
    values[place] = corrected.values
    changed = np.searchsorted(muscle.index, extrapolated.index)
    values[changed] += t2_of_ff(fat_of_muscle[changed]) - t2_of_ff(extrapolated.values)
    far = np.isnan(values) & np.isfinite(fat_of_muscle) & _in_slices_with_whole_voxels(muscle, grid)
    values[far] = t2_of_ff(fat_of_muscle[far])
    has_value = np.isfinite(values)
    return WeightedVoxels(muscle.index[has_value], muscle.fraction[has_value], values[has_value])


def _fitted_curve(fat_percent: Floats, values: Floats) -> Callable[[Floats], Floats]:
    """Return the curve of values, (n,), over fat, (n,); beyond the fat that was seen it stays as at its end."""
    curve = np.polynomial.Polynomial.fit(fat_percent, values, DEGREE)
    lowest, highest = fat_percent.min(), fat_percent.max()
    return lambda percent: np.asarray(curve(np.clip(percent, lowest, highest)))


def _in_slices_with_whole_voxels(muscle: WeightedVoxels, grid: Grid) -> NDArray[np.bool_]:
    """Return (n,) whether each voxel lies in a slice where the muscle fills some wholly."""
    slices = muscle.index // (grid.shape[1] * grid.shape[2])
    has_whole = np.zeros(grid.shape[0], bool)
    has_whole[slices[muscle.fraction > WHOLE]] = True
    in_such_slice: NDArray[np.bool_] = has_whole[slices]
    return in_such_slice


def _fat_percent(index: NDArray[np.intp], grid: Grid, fat: WeightedVoxels, fat_shape: tuple[int, int, int]) -> Floats:
    """Return (n,) a muscle's fat fraction in voxels, (n,), of a map; NaN where hardly anything of it is known."""
    voxels, pixels = _box(index, grid.shape), _box(fat.index, fat_shape)
    amounts = np.zeros([len(side) for side in pixels], complex)  # of the muscle, and as imaginary part of its fat
    places = np.unravel_index(fat.index, fat_shape)
    amounts[tuple(place - side.start for place, side in zip(places, pixels, strict=True))] = fat.fraction * (
        1 + 1j * fat.values
    )
    for axis, (along_map, along_fat) in enumerate(zip(voxels, pixels, strict=True)):
        step, start = grid.matrix[2 - axis, 2 - axis], grid.matrix[2 - axis, 3]
        filled = grid.filled if axis == 0 else 1.0
        overlap = axis_overlaps(along_map, step, start, along_fat.start, len(along_fat), filled=filled)
        amounts = np.moveaxis(np.tensordot(overlap, amounts, axes=(1, axis)), 0, axis)
    in_voxels = amounts[
        tuple(place - side.start for place, side in zip(np.unravel_index(index, grid.shape), voxels, strict=True))
    ]
    filled_fraction = np.maximum(in_voxels.real, LEAST_FRACTION)
    return np.where(in_voxels.real > LEAST_FRACTION, in_voxels.imag / filled_fraction, np.nan)


def _box(index: NDArray[np.intp], shape: tuple[int, int, int]) -> tuple[range, ...]:
    """Return the ranges k, j, i around places, (n,), in a flat map."""
    return tuple(range(int(place.min()), int(place.max()) + 1) for place in np.unravel_index(index, shape))
