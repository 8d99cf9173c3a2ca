"""Values of label maps, most of whose voxels are background."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def voxel_counts(labels: NDArray[Any]) -> dict[Any, int]:
    """Return the number of voxels of each value but 0, ascending, of an array of any shape."""
    labeled = labels[labels != 0]
    if labeled.dtype == np.uint8:  # as most label maps have; nothing needs to be sorted
        counts = np.bincount(labeled)
        values = np.flatnonzero(counts)
        return dict(zip(values.tolist(), counts[values].tolist(), strict=True))
    values, counts = np.unique(labeled, return_counts=True)
    return dict(zip(values.tolist(), counts.tolist(), strict=True))
