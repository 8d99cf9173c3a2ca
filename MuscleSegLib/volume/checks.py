"""What an image must be before work is spent on it."""

import logging

import numpy as np

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume.volume import Volume

_log = logging.getLogger(__name__)


def check_image(volume: Volume) -> None:
    """Check that an image can be segmented; a single slice is logged as a warning.

    Raises:
        MuscleSegError: Voxels are not finite, or all have one value.

    """
    finite = np.isfinite(volume.array)
    if not finite.all():
        message = f"{volume.name} has {finite.size - np.count_nonzero(finite)} voxels without a value (NaN or "
        message += "infinite): give the image as it came from the scanner, or replace these voxels by 0."
        raise MuscleSegError(message)
    lowest, highest = volume.array.min(), volume.array.max()
    if lowest == highest:
        what = "every voxel is 0" if highest == 0 else f"every voxel has the value {highest:g}"
        message = f"{volume.name} is blank ({what}): give an image that shows muscles."
        raise MuscleSegError(message)
    if min(volume.geometry.shape) == 1:
        _log.warning("%s has a single slice: volumes are those of this slice alone.", volume.name)


def require_overlap(map_volume: Volume, labels: Volume) -> None:
    """Check that a map and labels show the same place in the patient, at least in part.

    Raises:
        MuscleSegError: No part of the map lies where the labels lie.

    """
    if not map_volume.geometry.overlaps(labels.geometry):
        message = f"{map_volume.name} and {labels.name} do not overlap in space: give a map and labels of the same "
        message += "examination."
        raise MuscleSegError(message)
