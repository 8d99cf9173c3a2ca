"""Order of array axes for measuring: slices of the labels first, and the axes of a map along theirs."""

import itertools
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.volume import Geometry, Volume

_Order = tuple[int, ...]


def slices_first(volume: Volume) -> Volume:
    """Return a view of a volume, [k, j, i], whose voxels are longest along its first array axis."""
    spacing = np.array(volume.geometry.spacing_mm[::-1])
    slices = int(np.argmax(spacing > 0.999 * spacing.max()))  # of equal ones the first, which is where slices are
    return _reordered(volume, (slices, *(axis for axis in range(3) if axis != slices)))


def alongside(volume: Volume, geometry: Geometry) -> Volume:
    """Return a view of a volume, [k, j, i], each array axis of which runs nearest along that of ``geometry``."""
    cosines = np.abs(_directions(geometry).T @ _directions(volume.geometry))[::-1, ::-1]  # in the order k, j, i
    orders = list(itertools.permutations(range(3)))
    best = orders[int(np.argmax([cosines[range(3), order].sum() for order in orders]))]
    ordered = _reordered(volume, best)
    cosines_along = np.einsum("ca,ca->a", ordered.geometry.affine[:3, :3], geometry.affine[:3, :3])
    return _flipped(ordered, tuple(axis for axis in range(3) if cosines_along[2 - axis] < 0))


def _directions(geometry: Geometry) -> NDArray[np.float64]:
    axes = geometry.affine[:3, :3]
    return np.asarray(axes / np.linalg.norm(axes, axis=0), dtype=np.float64)


def _reordered(volume: Volume, order: _Order) -> Volume:
    affine = volume.geometry.affine.copy()
    # Column c of an affine is array axis 2 - c.
    affine[:3, :3] = affine[:3, [2 - order[2 - column] for column in range(3)]]
    array = volume.array.transpose(order)
    return replace(volume, array=array, geometry=Geometry(array.shape, affine))


def _flipped(volume: Volume, axes: tuple[int, ...]) -> Volume:
    affine = volume.geometry.affine.copy()
    for axis in axes:
        affine[:3, 3] += affine[:3, 2 - axis] * (volume.array.shape[axis] - 1)
        affine[:3, 2 - axis] *= -1
    return replace(volume, array=np.flip(volume.array, axes), geometry=Geometry(volume.array.shape, affine))
