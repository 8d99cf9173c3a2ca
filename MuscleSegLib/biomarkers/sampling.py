"""Which voxels of a map lie in which muscle, when labels and map are on different grids.

A map is measured on its own grid: its values are never interpolated, since interpolation mixes muscle with the fat
around it. What is carried over is the labels. Each voxel of the map is sampled at a regular lattice of points, each
point takes the label of the voxel that it lies in, and the voxel of the map counts for a muscle that fills more than
half of it. On the labels' own grid, however its axes are stored, that is the labels themselves.

A label voxel reaches halfway to the next slice, gap or not: a slice stands for the stretch of the leg around it.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.volume import Geometry, Volume

POINTS_PER_LABEL_VOXEL = 4
"""Points along each axis for each label voxel that a map voxel is wide: for grids of like voxels, a muscle's share of a
map voxel is known to a quarter along an axis, with 64 points in all."""

MAX_POINTS_PER_AXIS = 8
"""At most 512 points in a map voxel: enough to tell more than half from less, where one holds many label voxels."""

_POINTS_AT_ONCE = 1_000_000
"""Points that are looked up together. It bounds what is held at some 100 MB, whatever the size of the map."""

_ROUNDING = 1e-6  # of a voxel: what a grid that fits exactly may be off after its affine was inverted


def labels_on_grid(labels: Volume, geometry: Geometry, *, minimum_share: float = 0.5) -> NDArray[np.integer]:
    """Return the label of each voxel of another grid, 0 where no muscle fills more than ``minimum_share`` of it.

    Args:
        labels: [k, j, i] integer labels.
        geometry: The grid of the map.
        minimum_share: 0.5 to 1. From one half on, no voxel can be of two muscles.

    Returns:
        [k, j, i] array of the labels' type on the grid ``geometry``; ``labels.array`` itself if that is its grid.

    Raises:
        ValueError: ``minimum_share`` is not in [0.5, 1).

    """
    if not 0.5 <= minimum_share < 1.0:
        message = f"minimum_share must be at least 0.5 and below 1, not {minimum_share}"
        raise ValueError(message)
    if geometry.is_close(labels.geometry):
        return labels.array
    sampled = np.zeros(geometry.shape, dtype=labels.array.dtype)
    # Index of the labels from index of the map, in the order i, j, k.
    matrix = np.linalg.inv(labels.geometry.affine) @ geometry.affine
    points = _lattice(matrix) @ matrix[:3, :3].T
    size = max(1, _POINTS_AT_ONCE // len(points))
    for voxels in _batches(_box_with_labels(labels, geometry), size):
        centers = voxels[:, ::-1] @ matrix[:3, :3].T + matrix[:3, 3]
        found = np.stack([_label_at(labels.array, centers + point) for point in points])
        sampled[tuple(voxels.T)] = _majority(found, minimum_share)
    return sampled


def _lattice(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (n, 3) offsets i, j, k from the center of a map voxel, in map voxels, evenly through it."""
    width_in_labels = np.abs(matrix[:3, :3]).max(axis=0)
    counts = np.ceil(POINTS_PER_LABEL_VOXEL * width_in_labels - _ROUNDING)
    axes = [(np.arange(n) + 0.5) / n - 0.5 for n in np.clip(counts, 1, MAX_POINTS_PER_AXIS).astype(int)]
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)


def _box_with_labels(labels: Volume, geometry: Geometry) -> tuple[range, range, range]:
    """Return the ranges k, j, i of the map's voxels that can touch a label, so that the others are not sampled."""
    filled = labels.array != 0
    ends = []
    for axis in (2, 1, 0):
        here = np.flatnonzero(filled.any(axis=tuple({0, 1, 2} - {axis})))
        ends.append((here[0] - 0.5, here[-1] + 0.5) if here.size else (0.0, 0.0))
    corners = np.stack(np.meshgrid(*ends, indexing="ij"), axis=-1).reshape(-1, 3)
    corners = geometry.index_from_world(labels.geometry.world_from_index(corners))[:, ::-1]
    first = np.maximum(np.floor(corners.min(axis=0)), 0).astype(int)
    last = np.minimum(np.ceil(corners.max(axis=0)), np.array(geometry.shape) - 1).astype(int)
    k, j, i = (range(int(start), int(stop) + 1) for start, stop in zip(first, last, strict=True))
    return k, j, i


def _batches(box: tuple[range, range, range], size: int) -> Iterator[NDArray[np.intp]]:
    """Yield (n, 3) indices k, j, i of the voxels of a box, at most ``size`` at a time."""
    shape = tuple(len(axis) for axis in box)
    start = np.array([axis.start for axis in box])
    total = int(np.prod(shape))
    for first in range(0, total, size):
        flat = np.arange(first, min(first + size, total))
        yield np.stack(np.unravel_index(flat, shape), axis=-1) + start


def _label_at(array: NDArray[np.integer], ijk: NDArray[np.float64]) -> NDArray[np.integer]:
    """Return (n,) the labels at (n, 3) indices i, j, k with fractions, 0 outside the array's voxels."""
    k, j, i = np.floor(ijk + 0.5).astype(np.intp).T[::-1]
    depth, height, width = array.shape
    inside = (k >= 0) & (k < depth) & (j >= 0) & (j < height) & (i >= 0) & (i < width)
    found = np.zeros(len(ijk), dtype=array.dtype)
    found[inside] = array[k[inside], j[inside], i[inside]]
    return found


def _majority(found: NDArray[np.integer], minimum_share: float) -> NDArray[np.integer]:
    """Return (n,) the value that fills more than the share of each column of (points, n), or 0."""
    # A value that fills more than half of a sorted column is at its middle.
    middle = np.partition(found, len(found) // 2, axis=0)[len(found) // 2]
    enough = np.count_nonzero(found == middle, axis=0) > minimum_share * len(found)
    return np.where(enough, middle, 0).astype(found.dtype)
