"""From points of a slice to one label a voxel, so that every muscle keeps its area.

A label at a voxel's center alone is right on average, but off by up to a percent of a thin muscle. The muscle that
fills more than half of a voxel is steadier, and biased: whatever is thinner than a voxel would vanish.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.anatomy import LEFT_OFFSET
from MuscleSegLib.phantom.physics.sampling import POINTS, Plane, averaged
from MuscleSegLib.phantom.tissues import LABELED

Labels = NDArray[np.uint8]


def labels_of(planes: Sequence[Plane]) -> Labels:
    """Label the voxels of a slice.

    A muscle gets as many voxels as it fills, to the nearest whole one: those of which it fills most, among the voxels
    of which no other muscle fills more.

    Args:
        planes: Through the slice, [row, column] points each, ``POINTS`` by ``POINTS`` a voxel.

    Returns:
        [row, column]: muscle codes, + 100 in the left leg.

    """
    points = [_point_labels(plane) for plane in planes]
    rows, columns = (size // POINTS for size in points[0].shape)
    labels, largest = np.zeros((rows, columns), np.uint8), np.zeros((rows, columns), np.float32)
    areas = {}
    for value in np.unique(np.stack(points)):
        if value:
            share = np.mean([averaged((plane == value).astype(np.float32)) for plane in points], axis=0)
            areas[int(value)] = round(float(share.sum()))
            labels[share > largest] = value
            np.maximum(largest, share, out=largest)
    for value, area in areas.items():
        voxels = np.flatnonzero(labels == value)
        fullest_first = voxels[np.argsort(-largest.flat[voxels], kind="stable")]
        labels.flat[fullest_first[area:]] = 0
    return labels


def _point_labels(plane: Plane) -> Labels:
    is_muscle = (plane.tissues >= LABELED[0]) & (plane.tissues <= LABELED[-1])
    return np.where(is_muscle, plane.tissues + np.uint8(LEFT_OFFSET) * plane.is_left, 0).astype(np.uint8)
