"""Order of array axes for measuring: slices of the labels first, and the axes of a map along theirs."""

import itertools

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.volume import Geometry, Volume


def slices_first(volume: Volume) -> Volume:
    """Return a view of a volume, [k, j, i], whose voxels are longest along its first array axis."""
    spacing = np.array(volume.geometry.spacing_mm[::-1])
    slices = int(np.argmax(spacing > 0.999 * spacing.max()))  # of equal ones the first, which is where slices are
    return volume.permuted((slices, *(axis for axis in range(3) if axis != slices)))


def alongside(volume: Volume, geometry: Geometry) -> Volume:
    """Return a view of a volume, [k, j, i], each array axis of which runs nearest along that of ``geometry``."""
    cosines = np.abs(_directions(geometry).T @ _directions(volume.geometry))[::-1, ::-1]  # in the order k, j, i
    orders = list(itertools.permutations(range(3)))
    best = orders[int(np.argmax([cosines[range(3), order].sum() for order in orders]))]
    ordered = volume.permuted(best)
    cosines_along = np.einsum("ca,ca->a", ordered.geometry.affine[:3, :3], geometry.affine[:3, :3])
    return ordered.flipped([axis for axis in range(3) if cosines_along[2 - axis] < 0])


def _directions(geometry: Geometry) -> NDArray[np.float64]:
    axes = geometry.affine[:3, :3]
    return np.asarray(axes / np.linalg.norm(axes, axis=0), dtype=np.float64)
