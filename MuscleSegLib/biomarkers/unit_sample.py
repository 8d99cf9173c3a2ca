"""Sample of a map's values that tell its unit: in muscles, and in the tissue around them, most of which is fat."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.volume import Volume

AROUND_MM = 6.0
"""Reach of the tissue around muscles: fat under the skin, fat between muscles, and marrow, and little air."""

_SLICES = 9
"""Slices of the map, evenly apart, that are sampled for the tissue around muscles."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class UnitSample:
    """Values of a map.

    Attributes:
        muscles: (n,) finite values other than 0 in muscles.
        around: (m,) the same in the tissue around them, as far as the map has values there.
        is_whole: Whether the map is stored as whole numbers without a scale.
    """

    muscles: Floats
    around: Floats
    is_whole: bool = False


def sample_of_volume(volume: Volume) -> UnitSample:
    """Return a sample of a map, [k, j, i], without labels: its values other than 0 stand for both."""
    values = _usable(volume.array[:: max(1, len(volume.array) // _SLICES)])
    return UnitSample(values, values, np.issubdtype(volume.array.dtype, np.integer))


def sample_of_muscles(
    array: NDArray[np.generic],
    spacing_mm: tuple[float, float],
    *,
    counting: NDArray[np.intp],
    touched: NDArray[np.intp],
) -> UnitSample:
    """Return a sample of a map with labels.

    Args:
        array: [k, j, i] the map.
        spacing_mm: Between rows and between columns.
        counting: (n,) flat indices of the voxels that count for muscles.
        touched: (m,) flat indices of all voxels that a muscle fills a part of.
    """
    from scipy import ndimage

    rows, columns = array.shape[1:]
    number, place = np.divmod(touched, rows * columns)
    slices = np.flatnonzero(np.bincount(number))
    reaches = [round(AROUND_MM / size) for size in spacing_mm]
    around = [np.empty(0)]
    for k in slices[:: max(1, len(slices) // _SLICES)]:
        row, column = np.divmod(place[number == k], columns)
        box = tuple(
            slice(max(0, int(side.min()) - reach), int(side.max()) + reach + 1)
            for side, reach in zip((row, column), reaches, strict=True)
        )
        mask = np.zeros(array[k][box].shape, np.uint8)
        mask[row - box[0].start, column - box[1].start] = 1
        wide = mask
        for axis, reach in enumerate(reaches):
            wide = ndimage.maximum_filter1d(wide, 2 * reach + 1, axis=axis)
        around.append(_usable(array[k][box][wide > mask]))
    is_whole = np.issubdtype(array.dtype, np.integer)
    return UnitSample(_usable(array.reshape(-1)[counting]), np.concatenate(around), is_whole)


def _usable(values: NDArray[np.generic]) -> Floats:
    """Return (n,) the values of any array that are finite and not 0, as which masked maps store no value."""
    numbers = values.reshape(-1).astype(np.float64)
    return np.asarray(numbers[np.isfinite(numbers) & (numbers != 0)])
