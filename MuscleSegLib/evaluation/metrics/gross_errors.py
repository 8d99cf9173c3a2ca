"""Gross errors, which no anatomist makes: a muscle called by another one's name, and one that is lost in between."""

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.evaluation.metrics.overlap import require_same_grid
from MuscleSegLib.volume import Volume


def swapped_share(labels: Volume, reference: Volume) -> float:
    """Return the share of the reference muscles' voxels that carry another muscle's label, 0 to 1.

    What is called background there is missing and not swapped; a reference without muscles has a share of 0.

    Args:
        labels: [k, j, i] label map.
        reference: [k, j, i] label map on the same grid.

    Raises:
        MuscleSegError: The two are not on the same grid.
    """
    require_same_grid(labels, reference)
    muscles = reference.array > 0
    swapped = muscles & (labels.array > 0) & (labels.array != reference.array)
    return int(np.count_nonzero(swapped)) / max(int(np.count_nonzero(muscles)), 1)


def missing_slices(labels: Volume, reference: Volume) -> dict[int, tuple[int, ...]]:
    """Return the slices where a muscle is lost between two slices that have it, by label value.

    A slice counts only where the reference has the muscle too: one that truly ends and begins again is not lost.

    Args:
        labels: [k, j, i] label map with axial slices along k.
        reference: [k, j, i] label map on the same grid.

    Returns:
        Indices k, ascending, of each label that lacks any.

    Raises:
        MuscleSegError: The two are not on the same grid.
    """
    require_same_grid(labels, reference)
    by_label = {}
    for value in np.unique(reference.array[reference.array > 0]).tolist():
        has_muscle, wanted = (_slices_with(volume, value) for volume in (labels, reference))
        slices = np.flatnonzero(has_muscle)
        if len(slices):
            between = np.arange(slices[0], slices[-1] + 1)
            lost = between[~has_muscle[between] & wanted[between]]
            if len(lost):
                by_label[value] = tuple(lost.tolist())
    return by_label


def _slices_with(volume: Volume, value: int) -> NDArray[np.bool_]:
    """Return the slices that hold a label, [k]."""
    mask: NDArray[np.bool_] = (volume.array == value).any(axis=(1, 2))
    return mask
