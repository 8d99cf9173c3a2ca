"""Reorientation of volumes to the patient's axes and back, lossless to the bit."""

from dataclasses import replace

import numpy as np

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _
from MuscleSegLib.volume.geometry import Geometry
from MuscleSegLib.volume.volume import Volume


def canonical(volume: Volume) -> Volume:
    """Permute and flip axes until i runs toward the right, j toward anterior and k toward superior.

    No voxel is interpolated; an oblique volume stays as oblique as it was. ``like`` is the way back.

    Args:
        volume: [k, j, i] voxels, any orientation.

    Returns:
        The volume with axis codes "RAS".
    """
    return volume.to_orientation("RAS")


def like(volume: Volume, geometry: Geometry) -> Volume:
    """Permute and flip the axes of a volume back to a grid.

    Args:
        volume: [k, j, i] voxels on ``geometry`` with axes permuted or flipped.
        geometry: The grid.

    Returns:
        The same voxels, on ``geometry`` itself.

    Raises:
        MuscleSegError: The volume's voxels are not the voxels of ``geometry``.
    """
    # The map between indices of the two grids is a signed permutation if the grids have the same voxels.
    between = np.linalg.inv(volume.geometry.affine[:3, :3]) @ geometry.affine[:3, :3]
    signs = np.rint(between)
    if np.array_equal(np.abs(signs).sum(axis=0), np.ones(3)) and np.array_equal(np.abs(signs).sum(axis=1), np.ones(3)):
        old_axes = [int(np.flatnonzero(signs[:, new])[0]) for new in range(3)]
        flips = [2 - old for new, old in enumerate(old_axes) if signs[old, new] < 0]
        turned = volume.flipped(flips).permuted([2 - old for old in reversed(old_axes)])
        if turned.geometry.is_close(geometry):
            return replace(turned, array=np.ascontiguousarray(turned.array), geometry=geometry)
    message = _("{volume} does not lie on the voxel grid that is asked for: resample it to that grid first.")
    raise MuscleSegError(message, volume=volume.name)
