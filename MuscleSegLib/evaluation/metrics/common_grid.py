"""Common grid of two segmentations of one image on parts of one lattice: cropped, axes permuted or flipped."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import Geometry, Volume, like

_Index = NDArray[np.int64]
"""(3,) whole numbers in the order i, j, k."""


def on_common_grid(labels: Volume, reference: Volume) -> tuple[Volume, Volume, tuple[str, ...]]:
    """Put two label maps onto the smallest grid that holds both, voxel by voxel and without interpolation.

    Args:
        labels: [k, j, i] label map; the grid has its axes.
        reference: [k, j, i] label map.

    Returns:
        Both, [k, j, i] on one grid, unchanged where they were on one; and a sentence where one has muscles outside the
        other's grid, where the other counts as background.

    Raises:
        MuscleSegError: The voxels of the reference do not continue those of the labels.
    """
    if labels.geometry.is_close(reference.geometry):
        return labels, reference, ()
    turned, first = _turned(reference, labels)
    sizes, turned_sizes = (np.array(volume.geometry.shape[::-1]) for volume in (labels, turned))
    low, high = np.minimum(0, first), np.maximum(sizes, first + turned_sizes)
    affine = labels.geometry.affine.copy()
    affine[:3, 3] = labels.geometry.world_from_index(low)
    i, j, k = (int(size) for size in high - low)
    grid = Geometry((k, j, i), affine)
    notes = [
        note
        for volume, other, start, extent in ((labels, reference, first, turned_sizes), (turned, labels, -first, sizes))
        if (note := _outside_note(volume, other, start, extent))
    ]
    return _placed(labels, grid, -low), _placed(turned, grid, first - low), tuple(notes)


def _turned(volume: Volume, other: Volume) -> tuple[Volume, _Index]:
    """Return a volume, [k, j, i], with its axes as another's, and the index of its first voxel on the other's grid."""
    geometry = volume.geometry
    ends = np.array([[0, 0, 0], np.array(geometry.shape[::-1]) - 1])
    ends = np.rint(other.geometry.index_from_world(geometry.world_from_index(ends))).astype(np.int64)
    first, last = ends.min(axis=0), ends.max(axis=0)
    affine = other.geometry.affine.copy()
    affine[:3, 3] = other.geometry.world_from_index(first)
    i, j, k = (int(size) for size in last - first + 1)
    try:
        turned = like(volume, Geometry((k, j, i), affine))
    except MuscleSegError:
        turned = None
    if turned is None or not geometry.overlaps(other.geometry):
        sizes = " and ".join(
            " x ".join(f"{mm:.4g}" for mm in of_grid.geometry.spacing_mm) for of_grid in (other, volume)
        )
        message = f"{other.name} and {volume.name} do not lie on the same grid, and neither is a part of the other's "
        message += f"(voxels of {sizes} mm): give two segmentations of one image, or resample one to the other's grid."
        raise MuscleSegError(message)
    return turned, first


def _placed(volume: Volume, grid: Geometry, first: _Index) -> Volume:
    array = np.zeros(grid.shape, volume.array.dtype)
    array[_box(first, volume)] = volume.array
    return replace(volume, array=array, geometry=grid)


def _box(first: _Index, volume: Volume) -> tuple[slice, ...]:
    return tuple(
        slice(int(start), int(start) + size) for start, size in zip(first[::-1], volume.array.shape, strict=True)
    )


def _outside_note(volume: Volume, other: Volume, first: _Index, sizes: _Index) -> str:
    """Return a note on muscles outside another grid, whose first voxel and sizes are in indices of the volume."""
    inside = tuple(
        slice(max(int(start), 0), max(int(start + size), 0))
        for start, size in zip(first[::-1], sizes[::-1], strict=True)
    )
    count = int(np.count_nonzero(volume.array) - np.count_nonzero(volume.array[inside]))
    if not count:
        return ""
    return f"{count} voxels of muscles in {volume.name} lie outside {other.name}, which counts as background there."
