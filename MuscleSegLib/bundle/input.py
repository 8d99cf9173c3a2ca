"""What a network wants to see: how a leg is cut into the channels of its input. Training and inference share it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class InputSpec:
    """The input of a two-dimensional network.

    Attributes:
        pixel_mm: Size of a square pixel.
        context_mm: Where the channels' slices lie along the limb, relative to the slice that is segmented; ascending
            towards the hip, and 0 in the middle.
        bright_quantile: Each slice is divided by this quantile of the leg's pixels.

    """

    pixel_mm: float
    context_mm: tuple[float, ...]
    bright_quantile: float

    def context(self, index: int, slices: int, spacing_mm: float) -> NDArray[np.intp]:
        """Return the slices that are the channels for slice ``index``; beyond its ends a scan repeats its end slice."""
        return context_slices(self.context_mm, index, slices, spacing_mm)


def context_slices(
    context_mm: Sequence[float] | NDArray[np.float64], index: int, slices: int, spacing_mm: float
) -> NDArray[np.intp]:
    """Return the slice nearest to each offset of ``context_mm`` from slice ``index``.

    An offset of less than one spacing still reaches the next slice, so that thick slices have neighbors too.
    """
    offsets = np.asarray(context_mm) / spacing_mm
    steps = np.sign(offsets) * np.maximum(np.abs(np.rint(offsets)), offsets != 0)
    nearest: NDArray[np.intp] = np.clip(index + steps.astype(np.intp), 0, slices - 1)
    return nearest
