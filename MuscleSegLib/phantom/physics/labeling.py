"""From points of a slice to one label a voxel, so that every muscle keeps its area and its thin parts.

The muscle at a voxel's center is right on average, wherever a muscle is thin, but off by up to a percent of a thin
muscle's area. What fills most of a voxel is steadier, and biased: whatever is thinner than a voxel would vanish. So the
centers decide, and the areas are put right at the borders.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.anatomy import Side, side_value
from MuscleSegLib.phantom.physics.sampling import Plane, averaged
from MuscleSegLib.phantom.tissues import LABELED

Labels = NDArray[np.uint8]


def labels_of(centers: Plane, planes: Sequence[Plane]) -> Labels:
    """Label the voxels of a slice.

    A voxel has the muscle at its center. Where these are more than a muscle fills, those go of which it fills least;
    where they are fewer, those without a label are added of which it fills most.

    Args:
        centers: What is at the voxels' centers, [row, column].
        planes: Through the slice, [row, column] points each, ``POINTS`` by ``POINTS`` a voxel.

    Returns:
        [row, column]: muscle codes, + 100 in the left leg.

    """
    labels = _point_labels(centers)
    points = [_point_labels(plane) for plane in planes]
    for value in np.unique(np.stack(points)):
        if value:
            share = np.mean([averaged((plane == value).astype(np.float32)) for plane in points], axis=0)
            surplus = np.count_nonzero(labels == value) - round(float(share.sum()))
            mine = np.flatnonzero(labels == value if surplus > 0 else (labels == 0) & (share > 0))
            order = np.argsort(share.flat[mine] if surplus > 0 else -share.flat[mine], kind="stable")
            labels.flat[mine[order[: abs(surplus)]]] = 0 if surplus > 0 else value
    return labels


def _point_labels(plane: Plane) -> Labels:
    is_muscle = (plane.tissues >= LABELED[0]) & (plane.tissues <= LABELED[-1])
    values = np.where(plane.is_left, side_value(plane.tissues, Side.LEFT), plane.tissues)
    return np.where(is_muscle, values, 0).astype(np.uint8)
