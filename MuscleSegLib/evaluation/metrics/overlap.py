"""Overlap of two segmentations."""

import numpy as np

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import Volume


def dice(labels: Volume, reference: Volume) -> dict[int, float]:
    """Return the Dice similarity coefficient (DSC) of every label of a reference.

    It is twice the number of voxels in common over the sum of both numbers: 1 where they agree, 0 where a label is
    absent.

    Args:
        labels: [k, j, i] label map.
        reference: [k, j, i] label map on the same grid.

    Returns:
        DSC by label value.

    Raises:
        MuscleSegError: The two are not on the same grid.
    """
    require_same_grid(labels, reference)
    length = 1 + int(max(labels.array.max(), reference.array.max()))
    counts, reference_counts = (
        np.bincount(array.ravel(), minlength=length) for array in (labels.array, reference.array)
    )
    common = np.bincount(labels.array[labels.array == reference.array], minlength=length)
    return {
        value: float(2 * common[value] / (counts[value] + reference_counts[value]))
        for value in range(1, length)
        if reference_counts[value]
    }


def require_same_grid(labels: Volume, reference: Volume) -> None:
    """Check that two segmentations, [k, j, i], lie on one grid.

    Raises:
        MuscleSegError: They do not.
    """
    if not labels.geometry.is_close(reference.geometry):
        message = (
            f"{labels.name} and {reference.name} do not lie on the same grid: give two segmentations of one image."
        )
        raise MuscleSegError(message)
