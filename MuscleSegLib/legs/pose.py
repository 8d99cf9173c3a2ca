"""Direction along which the legs lie side by side in a slice.

Scans are stored along the patient's axes or turned against them, and patients lie turned on the table. The direction
is the long axis of the body's cross-sections: two legs together are twice as wide as they are high.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.legs.morphology import Mask, box_of

ELONGATED = 1.3
"""SD of the body along its long axis over that along its short one: two legs have more than 2, a single leg about 1."""
LARGEST_ANGLE = np.deg2rad(45)


@dataclass(frozen=True)
class Across:
    """Direction from the left leg to the right one, and coordinates along it.

    Attributes:
        angle: Angle of that direction with the columns' axis, positive towards the front, in radians.
        width_mm: Coordinate of each pixel along it, [row, column].
        height_mm: Coordinate of each pixel at right angles to it, [row, column].
        bins: ``width_mm`` in bins of a column's width, from 0 up, [row, column].
    """

    angle: float
    width_mm: NDArray[np.float64]
    height_mm: NDArray[np.float64]
    bins: NDArray[np.int32]

    def profile(self, mask: Mask) -> NDArray[np.intp]:
        """Return the number of pixels of a slice's mask, [row, column], in each bin, [bin]."""
        return np.bincount(self.bins[mask], minlength=int(self.bins.max()) + 1)


def across(body: Mask, spacing_mm: tuple[float, float, float]) -> Across:
    """Return the direction along which the legs lie side by side.

    Args:
        body: Mask of the body, [k, j, i], canonical.
        spacing_mm: Spacing of i, j and k.

    Returns:
        The long axis of the body's cross-sections, or the columns' axis where they are about as wide as high.
    """
    x, y = (np.arange(body.shape[2 - axis]) * float(spacing_mm[axis]) for axis in (0, 1))
    angle = _long_axis(body, x, y)
    width = np.cos(angle) * x[None, :] + np.sin(angle) * y[:, None]
    height = np.cos(angle) * y[:, None] - np.sin(angle) * x[None, :]
    bins = np.rint((width - width.min()) / spacing_mm[0]).astype(np.int32)
    return Across(angle, width, height, bins)


def line_through(k: NDArray[np.number], values: NDArray[np.float64], slices: int) -> NDArray[np.float64]:
    """Return a robust straight line, [slice], through the values of some slices, or the median of fewer than three.

    The line is Theil and Sen's (Sen, J Am Stat Assoc 1968;63:1379-1389): the median of the slopes of all pairs. SciPy
    has it too, in a module that takes as long to import as a leg takes to segment.

    Args:
        k: Indices of the slices with values, [value].
        values: Their values, [value].
        slices: Number of all slices.
    """
    if len(k) < 3:
        return np.full(slices, np.median(values))
    first, second = np.triu_indices(len(k), 1)
    slope = np.median((values[second] - values[first]) / (k[second] - k[first]))
    return np.asarray(np.median(values) + slope * (np.arange(slices) - np.median(k)))


def _long_axis(body: Mask, x: NDArray[np.floating], y: NDArray[np.floating]) -> float:
    """Return the angle of the long axis of a mask, [k, j, i], each slice about its own center."""
    total, moments = 0, np.zeros((2, 2))
    powers = np.stack([np.ones_like(x), x - x.mean(), (x - x.mean()) ** 2], axis=1)
    for mask in body:
        box = box_of(mask)
        if box is None or (pixels := int(np.count_nonzero(mask))) < 2:
            continue
        # row by row: number of pixels, and sums of their places and of the squares of these
        numbers, places, squares = (mask[box].astype(np.float64) @ powers[box[1]]).T
        height = y[box[0]] - y[box[0]] @ numbers / pixels
        across, down = squares.sum() - places.sum() ** 2 / pixels, numbers @ height**2
        moments += np.array([[across, places @ height], [places @ height, down]]) * (pixels / (pixels - 1))
        total += pixels
    variances, directions = np.linalg.eigh(moments / max(total, 1))
    if variances[1] < ELONGATED**2 * variances[0]:
        return 0.0
    right, front = directions[:, 1] * np.sign(directions[0, 1] or 1.0)
    angle = float(np.arctan2(front, right))
    return angle if abs(angle) <= LARGEST_ANGLE else 0.0
