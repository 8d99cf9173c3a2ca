"""Array axes in the order that measuring wants: slices of the labels first, and the axes of a map along theirs."""

import itertools
from dataclasses import replace

import numpy as np

from MuscleSegLib.volume import Geometry, Volume

_Order = tuple[int, ...]


def slices_first(volume: Volume) -> Volume:
    """Return a view of a volume whose first array axis is the one along which its voxels are longest."""
    spacing = np.array(volume.geometry.spacing_mm[::-1])
    slices = int(np.argmax(spacing > 0.999 * spacing.max()))  # of equal ones the first, which is where slices are
    return _reordered(volume, (slices, *(axis for axis in range(3) if axis != slices)))


def alongside(volume: Volume, geometry: Geometry) -> Volume:
    """Return a view of a volume, each array axis of which runs as near as can be along the same one of ``geometry``."""
    own, other = (one.affine[:3, :3] / np.linalg.norm(one.affine[:3, :3], axis=0) for one in (volume.geometry, geometry))
    cosines = np.abs(other.T @ own)[::-1, ::-1]  # in the order k, j, i
    best = max(itertools.permutations(range(3)), key=lambda order: sum(cosines[n, axis] for n, axis in enumerate(order)))
    ordered = _reordered(volume, best)
    own, other = ordered.geometry.affine[:3, :3], geometry.affine[:3, :3]
    return _flipped(ordered, [axis for axis in range(3) if own[:, 2 - axis] @ other[:, 2 - axis] < 0])


def _reordered(volume: Volume, order: _Order) -> Volume:
    affine = volume.geometry.affine.copy()
    # Column c of an affine is array axis 2 - c.
    affine[:3, :3] = affine[:3, [2 - order[2 - column] for column in range(3)]]
    array = volume.array.transpose(order)
    return replace(volume, array=array, geometry=Geometry(array.shape, affine))


def _flipped(volume: Volume, axes: list[int]) -> Volume:
    affine = volume.geometry.affine.copy()
    for axis in axes:
        affine[:3, 3] += affine[:3, 2 - axis] * (volume.array.shape[axis] - 1)
        affine[:3, 2 - axis] *= -1
    return replace(volume, array=np.flip(volume.array, axes), geometry=Geometry(volume.array.shape, affine))
