"""Deformable registration of two slices of a limb, and what is done with its displacements.

A displacement is [2, row, column], in pixels down and across: pixel ``p`` of the fixed slice shows what pixel
``p + displacement(p)`` of the moving slice shows.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import SimpleITK as sitk  # noqa: N813 - everybody's name for it
from numpy.typing import NDArray

Array = NDArray[np.float32]

ITERATIONS = {4: 30, 2: 20, 1: 10}
"""Iterations by the factor that both slices are shrunk by, the coarsest first. Three times as many changed the DSC of
``Testing/benchmarks/propagation.py`` by 0.003 at most, up or down."""

SMOOTHING_PIXELS = 1.5
"""Standard deviation by which the displacement is smoothed after each iteration."""

SMALLEST = 8
"""Fewest rows or columns of a shrunk slice."""


def register(fixed: Array, moving: Array, check: Callable[[], None]) -> Array:
    """Return the displacement that lays a moving slice over a fixed one, coarse to fine.

    By demons with symmetric forces (Vercauteren et al., NeuroImage 2009;45:S61-S72, 10.1016/j.neuroimage.2008.10.040),
    as ascending and descending 2D registrations carry labels of a limb in Ogier et al., EMBC 2017 (hal-01657939).

    Args:
        fixed: Normalized intensities, [row, column].
        moving: Those of the other slice, of the same shape.
        check: Called before each level; may raise to stop.

    Returns:
        Displacement, [2, row, column] float32.
    """
    displacement = np.zeros((2, 1, 1), np.float32)
    for factor, iterations in ITERATIONS.items():
        check()
        shape = tuple(max(SMALLEST, size // factor) for size in fixed.shape)
        demons = sitk.FastSymmetricForcesDemonsRegistrationFilter()
        demons.SetNumberOfThreads(1)  # slices are small: pairs of them run side by side instead
        demons.SetNumberOfIterations(iterations)
        demons.SetStandardDeviations(SMOOTHING_PIXELS)
        start = sitk.GetImageFromArray(np.moveaxis(_scaled(displacement, shape)[::-1], 0, -1), isVector=True)
        slices = [sitk.GetImageFromArray(_shrunk(slice_, shape, factor)) for slice_ in (fixed, moving)]
        result = sitk.GetArrayFromImage(demons.Execute(*slices, start))
        displacement = np.ascontiguousarray(np.moveaxis(result, -1, 0)[::-1], dtype=np.float32)
    return displacement


def warp(maps: Array, displacement: Array) -> Array:
    """Return maps, [map, row, column], as they lie in the fixed slice, interpolated linearly."""
    from scipy import ndimage

    places = np.indices(maps.shape[1:], np.float32) + displacement
    return np.stack([ndimage.map_coordinates(values, places, order=1, mode="nearest") for values in maps])


def compose(first: Array, second: Array) -> Array:
    """Return the displacement of two steps: from the fixed slice by the second, and on from there by the first."""
    return np.asarray(second + warp(first, second))


def _shrunk(slice_: Array, shape: tuple[int, ...], factor: int) -> Array:
    from scipy import ndimage

    if factor == 1:
        return slice_
    return np.asarray(_zoomed(ndimage.gaussian_filter(slice_, 0.5 * factor), shape))


def _scaled(displacement: Array, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Return a displacement of another resolution, in its pixels."""
    rows, columns = displacement.shape[1:]
    if rows == columns == 1:
        return np.zeros((2, *shape))
    down, across = (_zoomed(part, shape) for part in displacement)
    return np.stack([down * (shape[0] / rows), across * (shape[1] / columns)]).astype(np.float64)


def _zoomed(values: Array, shape: tuple[int, ...]) -> Any:
    from scipy import ndimage

    factors = [new / old for new, old in zip(shape, values.shape, strict=True)]
    return ndimage.zoom(values, factors, order=1, mode="nearest", grid_mode=True)
