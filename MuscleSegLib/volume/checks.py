"""Checks of an image before work is spent on it."""

from dataclasses import replace

import numpy as np

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _
from MuscleSegLib.volume.integrity import require_plausible
from MuscleSegLib.volume.remarks import remark
from MuscleSegLib.volume.volume import Volume

SHEAR_TOLERANCE_MM = 0.5
"""Largest displacement of a voxel by squaring sheared axes: less than the muscle borders of two readers differ, and
more than registration programs leave of a rotation."""


def check_image(volume: Volume) -> None:
    """Check that an image can be segmented; a single slice is a remark.

    Raises:
        MuscleSegError: Voxels are not finite, or all have one value.
    """
    finite = np.isfinite(volume.array)
    if not finite.all():
        message = _(
            "{volume} has {size} voxels without a value (NaN or infinite): give the image as it came from the scanner, "
            "or replace these voxels by 0."
        )
        raise MuscleSegError(message, volume=volume.name, size=finite.size - np.count_nonzero(finite))
    lowest, highest = volume.array.min(), volume.array.max()
    if lowest == highest:
        finding = _("every voxel has the value {value}").format(value=f"{highest:g}")
        if highest == 0:
            finding = _("every voxel is 0")
        message = _("{volume} is blank ({finding}): give an image that shows muscles.")
        raise MuscleSegError(message, volume=volume.name, finding=finding)
    if min(volume.geometry.shape) == 1:
        remark(_("{volume} has a single slice: volumes are those of this slice alone."), volume=volume.name)


def at_right_angles(volume: Volume) -> Volume:
    """Return a volume on an orthogonal grid, as resampling and the file formats need.

    Returns:
        The volume itself, or, with axes nearly at right angles, its voxels on the nearest orthogonal grid.

    Raises:
        MuscleSegError: Voxels would move by more than half a millimeter, or they cannot be those of a person.
    """
    geometry = volume.geometry
    if volume.path is not None:
        require_plausible(volume.path, geometry)
    if geometry.is_orthogonal:
        return volume
    squared = geometry.squared()
    if (shift_mm := geometry.distance_mm(squared)) > SHEAR_TOLERANCE_MM:
        message = _(
            "{volume} has voxel axes that are not at right angles (it is sheared): export it again from the scanner "
            "without tilt, or resample it to a regular grid in Slicer."
        )
        raise MuscleSegError(message, volume=volume.name)
    sentence = _("{volume} is slightly sheared: it is read at right angles, which moves voxels by {shift_mm} mm.")
    remark(sentence, volume=volume.name, shift_mm=f"{shift_mm:.2g}")
    return replace(volume, geometry=squared)


def require_overlap(map_volume: Volume, labels: Volume) -> None:
    """Check that a map and labels overlap in the patient, at least in part.

    Raises:
        MuscleSegError: No part of the map lies where the labels lie.
    """
    if not map_volume.geometry.overlaps(labels.geometry):
        message = _("{map_volume} and {labels} do not overlap in space: give a map and labels of the same examination.")
        raise MuscleSegError(message, map_volume=map_volume.name, labels=labels.name)
