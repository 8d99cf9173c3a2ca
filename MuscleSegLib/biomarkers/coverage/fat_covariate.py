"""What T2 a muscle has in the voxels of its border, told by its fat.

A T2 map has slices of 20 mm, say, of which a muscle fills half of the voxels wholly; what it has in the others is taken
from those (``biomarkers.partial_volume``), which is wrong where it is fatter or leaner than they are. T2 rises with
fat, and the map of the fat fraction has slices of 5 mm, in which the muscle fills more voxels wholly. So what the fat
fraction of the border differs by from that of the voxels beside it is turned into a difference of T2, by the curve
that the muscle itself shows in the voxels that it fills wholly. Where T2 does not go with fat, the curve is flat and
nothing changes. (A control variate: a quantity that is known better, and goes with the one that is wanted.)
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.biomarkers.coverage.partial_volume import WHOLE, Mixed, own_values
from MuscleSegLib.biomarkers.coverage.voxel_fractions import Grid, overlaps

LEAST_KNOWN = 30
"""Voxels: a curve through fewer is one of noise."""

DEGREE = 2
"""Of the curve: T2 does not rise with fat in a line."""

LEAST_SHARE = 0.02
"""Of a voxel, that the muscle's fat has to be known of."""

Floats = NDArray[np.float64]


def guided(own: Mixed, muscle: Mixed, grid: Grid, fat: Mixed, fat_shape: tuple[int, int, int]) -> Mixed:
    """Return a muscle's own values, those of its border changed by what its fat differs there.

    Args:
        own: Its own values in a map, as ``own_values`` gives them.
        muscle: All of its voxels there.
        grid: Of that map, beside the grid of the fat fraction.
        fat: The same of the fat fraction, in percent.
        fat_shape: [k, j, i] of the fat fraction.

    Returns:
        The same voxels, and with them those of the border that are too far from any whole one to have taken a value
        from it, where their slice has whole ones: in a slice without any, a muscle is so thin that its fat is not known
        well either. Nothing is changed where the axes of the two grids are not parallel, or where too few voxels tell
        how the values go with fat.

    """
    if not grid.is_parallel:
        return own
    of_fat = _fat_in(muscle.index, grid, fat, fat_shape)
    place = np.searchsorted(muscle.index, own.index)
    there = of_fat[place]
    is_known = np.isfinite(there)
    whole = (own.share > WHOLE) & is_known
    beside = own_values(Mixed(own.index[is_known], own.share[is_known], there[is_known]), grid.shape)
    if beside is None or np.count_nonzero(whole) < LEAST_KNOWN:
        return own
    if np.ptp(there[whole]) == 0:
        return own
    told = _curve(there[whole], own.values[whole])
    values = np.full(len(muscle.index), np.nan)
    values[place] = own.values
    changed = np.searchsorted(muscle.index, beside.index)
    values[changed] += told(of_fat[changed]) - told(beside.values)
    far = np.isnan(values) & np.isfinite(of_fat) & _beside_whole_ones(muscle, grid)
    values[far] = told(of_fat[far])
    is_told = np.isfinite(values)
    return Mixed(muscle.index[is_told], muscle.share[is_told], values[is_told])


def _curve(fat_percent: Floats, values: Floats) -> Callable[[Floats], Floats]:
    """Return how values go with fat; beyond the fat that was seen it would be a guess, so there as at its end."""
    curve = np.polynomial.Polynomial.fit(fat_percent, values, DEGREE)
    lowest, highest = fat_percent.min(), fat_percent.max()
    return lambda asked: np.asarray(curve(np.clip(asked, lowest, highest)))


def _beside_whole_ones(muscle: Mixed, grid: Grid) -> NDArray[np.bool_]:
    """Return which voxels lie in a slice where the muscle fills some wholly."""
    slices = muscle.index // (grid.shape[1] * grid.shape[2])
    has_whole = np.zeros(grid.shape[0], bool)
    has_whole[slices[muscle.share > WHOLE]] = True
    found: NDArray[np.bool_] = has_whole[slices]
    return found


def _fat_in(index: NDArray[np.intp], grid: Grid, fat: Mixed, fat_shape: tuple[int, int, int]) -> Floats:
    """Return the fat fraction of what a muscle has in each voxel of a map; NaN where hardly anything of it is known."""
    voxels, pixels = _box(index, grid.shape), _box(fat.index, fat_shape)
    amounts = np.zeros([len(side) for side in pixels], complex)  # of the muscle, and as imaginary part of its fat
    places = np.unravel_index(fat.index, fat_shape)
    amounts[tuple(place - side.start for place, side in zip(places, pixels, strict=True))] = fat.share * (
        1 + 1j * fat.values
    )
    for axis, (own, other) in enumerate(zip(voxels, pixels, strict=True)):
        step, start = grid.matrix[2 - axis, 2 - axis], grid.matrix[2 - axis, 3]
        filled = grid.filled if axis == 0 else 1.0
        share = overlaps(own, step, start, other.start, len(other), filled=filled)
        amounts = np.moveaxis(np.tensordot(share, amounts, axes=(1, axis)), 0, axis)
    found = amounts[
        tuple(place - side.start for place, side in zip(np.unravel_index(index, grid.shape), voxels, strict=True))
    ]
    return np.where(found.real > LEAST_SHARE, found.imag / np.maximum(found.real, LEAST_SHARE), np.nan)


def _box(index: NDArray[np.intp], shape: tuple[int, int, int]) -> tuple[range, ...]:
    """Return the ranges k, j, i around places in a flat map."""
    return tuple(range(int(place.min()), int(place.max()) + 1) for place in np.unravel_index(index, shape))
