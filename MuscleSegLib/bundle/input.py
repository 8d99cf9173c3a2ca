"""Input of a network: how a scan becomes it, in training as in inference."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

_STEP = 32  # pixels: what a U-Net of six levels divides by
_MARGIN_MM = 12.0
_LARGEST_MM = 384.0  # half a pelvis fits

Normalization = Literal["zscore", "zscore-nonzero", "minmax", "percentiles"]


@dataclass(frozen=True)
class LegInput:
    """Single legs, shown as right legs: the input of MuscleSeg's networks.

    Inputs of two-dimensional networks are [batch, channel, row, column], of three-dimensional networks
    [batch, 1, slice, row, column], with slices from the knee (or the foot) up.

    Attributes:
        pixel_mm: Size of a square pixel.
        bright_quantile: Quantile of the leg's pixels that each slice is divided by.
        context_mm: Offsets of the channels' slices along the limb from the segmented slice; ascending towards the hip,
            with 0. ``(0.0,)`` for a three-dimensional network.
        slice_mm: Spacing of the slices of a three-dimensional network; None for a two-dimensional network.
        has_place: Whether another channel holds the place of each slice along the imaged length, from 0 (lowest slice)
            to 1 (highest slice). For two-dimensional networks only.
    """

    pixel_mm: float
    bright_quantile: float
    context_mm: tuple[float, ...] = (0.0,)
    slice_mm: float | None = None
    has_place: bool = False

    @property
    def channels(self) -> int:
        """Number of channels of the network's input."""
        return len(self.context_mm) + self.has_place

    def context(self, index: int, slices: int, spacing_mm: float) -> NDArray[np.intp]:
        """Return the indices of the channels' slices for slice ``index``, [channel]; end slices are repeated."""
        return context_slices(self.context_mm, index, slices, spacing_mm)


@dataclass(frozen=True)
class VolumeInput:
    """Whole scan in a sliding window: the input of networks from elsewhere.

    Attributes:
        axes: Directions that the network's three spatial axes run to; "RAS" is to the subject's right, front and head.
        spacing_mm: Spacing of the voxels along these axes; None for that of the scan.
        window: Voxels of the window along these axes, with a 1 among them for a two-dimensional network.
        overlap: Share of a window that the next window covers again.
        normalization: Normalization of the whole volume: to zero mean and unit SD, of all voxels or of those that are
            not zero, or to 0 to 1 between the extremes, or between ``percentiles``, clipped.
        percentiles: Lower and upper percentile, 0 to 100; used with "percentiles" only.
    """

    axes: str
    spacing_mm: tuple[float, float, float] | None
    window: tuple[int, int, int]
    overlap: float
    normalization: Normalization
    percentiles: tuple[float, float] = (0.0, 100.0)

    @property
    def channels(self) -> int:
        """Number of channels of the network's input."""
        return 1


def context_slices(
    context_mm: Sequence[float] | NDArray[np.float64], index: int, slices: int, spacing_mm: float
) -> NDArray[np.intp]:
    """Return the index of the slice nearest to each offset from slice ``index``; end slices are repeated.

    An offset below the spacing still reaches the next slice, so that thick slices have neighbors too.

    Args:
        context_mm: Offsets along the limb, [channel].
        index: Index of the slice.
        slices: Number of slices.
        spacing_mm: Spacing of the slices.

    Returns:
        Indices, [channel].
    """
    offsets = np.asarray(context_mm) / spacing_mm
    steps = np.sign(offsets) * np.maximum(np.abs(np.rint(offsets)), offsets != 0)
    nearest: NDArray[np.intp] = np.clip(index + steps.astype(np.intp), 0, slices - 1)
    return nearest


def window_pixels(reach_mm: Sequence[float], pixel_mm: float) -> int:
    """Return the number of rows and columns of the window around a leg, large enough for nearly every slice.

    Args:
        reach_mm: Distance of the leg's farthest pixel from the middle of the window, for each slice.
        pixel_mm: Size of the network's pixels.
    """
    wanted = min(2 * (float(np.percentile(reach_mm, 90)) + _MARGIN_MM), _LARGEST_MM)
    return math.ceil(wanted / pixel_mm / _STEP) * _STEP


def limb_places(slices: int) -> NDArray[np.float64]:
    """Return the place of each slice along the imaged length, [slice], 0 (lowest) to 1; 0.5 for a single slice."""
    return np.linspace(0.0, 1.0, slices) if slices > 1 else np.full(slices, 0.5)


def interleaved(slices: int, slice_mm: float, spacing_mm: float) -> list[slice]:
    """Return the slices of each input volume of a three-dimensional network.

    Where slices are closer than those of the training, every n-th slice makes a volume, so that each slice is segmented
    without interpolation.
    """
    step = min(max(1, round(slice_mm / spacing_mm)), slices)
    return [slice(first, None, step) for first in range(step)]
