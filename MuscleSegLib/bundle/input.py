"""What a network wants to see: how a scan becomes its input. Training and inference share it."""

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
    """One leg at a time, seen as a right leg: how MuscleSeg's own networks work.

    A two-dimensional network gets [batch, channel, row, column], a three-dimensional one
    [batch, 1, slice, row, column] with slices from the knee (or the foot) up.

    Attributes:
        pixel_mm: Size of a square pixel.
        bright_quantile: Each slice is divided by this quantile of the leg's pixels.
        context_mm: Where the channels' slices lie along the limb, relative to the slice that is segmented; ascending
            towards the hip, and 0 in the middle. ``(0.0,)`` for a three-dimensional network.
        slice_mm: Distance between the slices that a three-dimensional network sees; None for a two-dimensional one.
        has_place: Whether one more channel says where along the imaged length each slice lies, from 0 (its lowest
            slice) to 1 (its highest one). For two-dimensional networks only.

    """

    pixel_mm: float
    bright_quantile: float
    context_mm: tuple[float, ...] = (0.0,)
    slice_mm: float | None = None
    has_place: bool = False

    @property
    def channels(self) -> int:
        """How many channels the network's input has."""
        return len(self.context_mm) + self.has_place

    def context(self, index: int, slices: int, spacing_mm: float) -> NDArray[np.intp]:
        """Return the slices that are the channels for slice ``index``; beyond its ends a scan repeats its end slice."""
        return context_slices(self.context_mm, index, slices, spacing_mm)


@dataclass(frozen=True)
class VolumeInput:
    """The whole scan, looked at through a sliding window: how networks from elsewhere work.

    Attributes:
        axes: Directions that the network's three spatial axes run to; "RAS" is to the subject's right, front and head.
        spacing_mm: Of the voxels along these axes; None for the scan's own.
        window: Voxels of the window along these axes. A two-dimensional network has 1 along one of them.
        overlap: Share of a window that the next one covers again.
        normalization: Over the whole volume: zero mean and unit SD, the same of the voxels that are not zero, from
            0 to 1 between the extremes, or from 0 to 1 between ``percentiles``, clipped.
        percentiles: Lower and upper one, 0 to 100; used with "percentiles" only.

    """

    axes: str
    spacing_mm: tuple[float, float, float] | None
    window: tuple[int, int, int]
    overlap: float
    normalization: Normalization
    percentiles: tuple[float, float] = (0.0, 100.0)

    @property
    def channels(self) -> int:
        """How many channels the network's input has."""
        return 1


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


def window_pixels(reach_mm: Sequence[float], pixel_mm: float) -> int:
    """Return how many rows and columns the square has that a network is shown of a leg.

    Args:
        reach_mm: How far the leg reaches from the middle of the square, in each slice.
        pixel_mm: Of the network.

    Returns:
        Enough for nearly every slice.

    """
    wanted = min(2 * (float(np.percentile(reach_mm, 90)) + _MARGIN_MM), _LARGEST_MM)
    return math.ceil(wanted / pixel_mm / _STEP) * _STEP


def limb_places(slices: int) -> NDArray[np.float64]:
    """Return where along the imaged length each slice lies, 0 (the lowest) to 1; a single one is in the middle, 0.5."""
    return np.linspace(0.0, 1.0, slices) if slices > 1 else np.full(slices, 0.5)


def interleaved(slices: int, slice_mm: float, spacing_mm: float) -> list[slice]:
    """Return which slices go together into the volumes of a three-dimensional network.

    Where slices are closer than the network knows them, every n-th one makes a volume, so that each slice is segmented
    as it is and not between two others.
    """
    step = min(max(1, round(slice_mm / spacing_mm)), slices)
    return [slice(first, None, step) for first in range(step)]
