"""Turning volumes onto the patient's axes and back, without losing a bit."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume.geometry import Geometry
from MuscleSegLib.volume.volume import Volume

_OPPOSITE = {"R": "L", "A": "P", "S": "I"}


def canonical(volume: Volume) -> Volume:
    """Permute and flip axes until i runs toward the right, j toward anterior and k toward superior.

    No voxel is interpolated; an oblique volume stays as oblique as it was. ``like`` is the way back.

    Returns:
        The volume with axis codes "RAS".

    """
    codes = volume.geometry.axis_codes
    axes = [max(codes.find(letter), codes.find(_OPPOSITE[letter])) for letter in "RAS"]
    flips = [codes[axis] != letter for axis, letter in zip(axes, "RAS", strict=True)]
    return _rearranged(volume, axes, flips)


def like(volume: Volume, geometry: Geometry) -> Volume:
    """Bring a volume whose grid is ``geometry`` with axes permuted or flipped back onto it.

    Returns:
        The same voxels, on ``geometry`` itself.

    Raises:
        MuscleSegError: The volume's voxels are not the voxels of ``geometry``.

    """
    # The map from indices on the wanted grid to the volume's own is a signed permutation if the grids are one.
    between = np.linalg.inv(volume.geometry.affine[:3, :3]) @ geometry.affine[:3, :3]
    signs = np.rint(between)
    if np.array_equal(np.abs(signs).sum(axis=0), np.ones(3)) and np.array_equal(np.abs(signs).sum(axis=1), np.ones(3)):
        axes = [int(np.flatnonzero(signs[:, axis])[0]) for axis in range(3)]
        flips = [bool(signs[old, axis] < 0) for axis, old in enumerate(axes)]
        turned = _rearranged(volume, axes, flips)
        if turned.geometry.is_close(geometry):
            return replace(turned, geometry=geometry)
    message = f"{volume.name} does not lie on the voxel grid that is asked for: resample it to that grid first."
    raise MuscleSegError(message)


def _rearranged(volume: Volume, axes: list[int], flips: list[bool]) -> Volume:
    """Make the old axis ``axes[n]`` (0 is i, 2 is k) the new axis n, reversed where ``flips[n]``."""
    array: NDArray[Any] = volume.array.transpose([2 - axis for axis in reversed(axes)])
    array = array[tuple(slice(None, None, -1 if flip else None) for flip in reversed(flips))]
    old_from_new = np.zeros((4, 4))
    old_from_new[3, 3] = 1.0
    for new, (old, flip) in enumerate(zip(axes, flips, strict=True)):
        old_from_new[old, new] = -1.0 if flip else 1.0
        old_from_new[old, 3] = volume.geometry.shape[2 - old] - 1 if flip else 0.0
    # Contiguous, because PyTorch takes no array with negative strides.
    array = np.ascontiguousarray(array)
    shape = (int(array.shape[0]), int(array.shape[1]), int(array.shape[2]))
    return replace(volume, array=array, geometry=Geometry(shape, volume.geometry.affine @ old_from_new))
