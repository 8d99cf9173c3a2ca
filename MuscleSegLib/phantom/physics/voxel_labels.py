"""Labels of voxels from points of a slice, with every muscle's area and thin parts kept.

The muscle at a voxel's center is unbiased for thin muscles, but off by up to a percent of a thin muscle's area. The
muscle with the largest share of a voxel has less variance and a bias: parts thinner than a voxel would vanish. So the
centers decide, and areas are corrected at the borders.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.anatomy import Side, side_value
from MuscleSegLib.phantom.physics.sampling import Plane, averaged
from MuscleSegLib.phantom.tissues import LABELED

Labels = NDArray[np.uint8]


def labels_of(centers: Plane, planes: Sequence[Plane]) -> Labels:
    """Return the labels of a slice's voxels.

    A voxel has the muscle at its center. A muscle with too large an area loses the voxels that it fills least; one with
    too small an area gains the unlabeled voxels that it fills most.

    Args:
        centers: [row, column] tissue at the voxels' centers.
        planes: [row, column] points of planes through the slice, ``POINTS`` by ``POINTS`` a voxel.

    Returns:
        [row, column]: muscle codes, + 100 in the left leg.
    """
    labels = _point_labels(centers)
    points = [_point_labels(plane) for plane in planes]
    for value in np.unique(np.stack(points)):
        if value:
            share = np.mean([averaged((plane == value).astype(np.float32)) for plane in points], axis=0)
            surplus = np.count_nonzero(labels == value) - round(float(share.sum()))
            candidates = np.flatnonzero(labels == value if surplus > 0 else (labels == 0) & (share > 0))
            order = np.argsort(share.flat[candidates] if surplus > 0 else -share.flat[candidates], kind="stable")
            labels.flat[candidates[order[: abs(surplus)]]] = 0 if surplus > 0 else value
    return labels


def _point_labels(plane: Plane) -> Labels:
    is_muscle = (plane.tissues >= LABELED[0]) & (plane.tissues <= LABELED[-1])
    values = np.where(plane.is_left, side_value(plane.tissues, Side.LEFT), plane.tissues)
    return np.where(is_muscle, values, 0).astype(np.uint8)
