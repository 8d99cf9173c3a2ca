"""Window around one leg: the network's input."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.bundle import LegInput, window_pixels
from MuscleSegLib.legs import Leg
from MuscleSegLib.volume import Volume

Array = NDArray[np.float32]
Mask = NDArray[np.bool_]

SMOOTHED_TO = 4.0
"""Standard deviations at which a Gaussian ends: SciPy's default."""

ROUNDING = 1e-9  # of a mask's interpolation


@dataclass(frozen=True)
class Window:
    """Square around a leg in every slice of a volume, resampled to the network's pixels.

    Attributes:
        images: Normalized intensities, [k, row, column].
        steps: Steps in the volume, (row, column) in voxels, of a window pixel down and a window pixel across: the
            columns of a 2x2 matrix.
        origins: Position in the volume, (row, column) in voxels, of pixel (0, 0) in each slice, [k, 2].
    """

    images: Array
    steps: NDArray[np.float64]
    origins: NDArray[np.float64]


def cut_window(
    image: Volume, leg: Leg, spec: LegInput, *, mirrored: bool, indices: Collection[int] | None = None
) -> Window:
    """Cut a leg out of a canonical volume, resample it to the network's pixels and normalize it.

    Voxels on the other leg's side are 0 in the window. Coarser pixels are averages, not samples.

    Args:
        image: Canonical image, [k, j, i].
        leg: The leg's mask and direction.
        spec: Description of the network's input.
        mirrored: Whether to show a left leg as a right one.
        indices: Indices of the slices to resample, all where None; the others stay 0.
    """
    spacing = image.geometry.spacing_mm
    scale = spec.pixel_mm / np.array([spacing[1], spacing[0]])
    blur = 0.4 * np.sqrt(np.maximum(scale**2 - 1, 0))  # makes a voxel's width into a pixel's
    size = _size(leg, spacing, spec.pixel_mm)
    steps = _steps(leg.angle, scale, mirrored=mirrored)
    origins = leg.centers - steps @ np.full(2, (size - 1) / 2)
    pixels = np.tensordot(steps, np.indices((size, size), np.float64), axes=1)
    images = np.zeros((len(image.array), size, size), np.float32)
    for k, slice_ in enumerate(image.array):
        if indices is not None and k not in indices:
            continue
        cut, inside = _sampled(slice_, leg.region[k], leg.mask[k], pixels + origins[k][:, None, None], blur)
        bright = np.quantile(cut[inside], spec.bright_quantile) if inside.any() else 0.0
        if bright > 0:
            np.clip(cut / bright, 0, 2, out=images[k])
    return Window(images, steps, origins)


def _sampled(
    slice_: NDArray[np.generic], region: Mask, mask: Mask, places: NDArray[np.float64], blur: NDArray[np.float64]
) -> tuple[Array, Mask]:
    """Return a slice, smoothed, and a leg's mask, both [row, column], interpolated linearly at places in voxels.

    Computed in double precision, as SciPy's ``affine_transform`` does, but for image and mask at once; beyond the
    centers of the slice's outermost voxels the image is 0.

    Args:
        slice_: Intensities, [row, column].
        region: Mask of the voxels that are shown, [row, column].
        mask: Mask of the leg, [row, column].
        places: Rows and columns of the window's pixels, [2, row, column], affine in both.
        blur: Standard deviations of the smoothing along rows and columns, in voxels.
    """
    import torch
    from scipy import ndimage
    from torch.nn import functional

    corners, end = places[:, [0, 0, -1, -1], [0, -1, 0, -1]], np.array(slice_.shape) - 1
    reach = np.ceil(SMOOTHED_TO * blur).astype(int) + 2
    first = np.clip(np.floor(corners.min(axis=1)).astype(int) - reach, 0, end)
    last = np.clip(np.ceil(corners.max(axis=1)).astype(int) + reach, first, end)
    box = (slice(first[0], last[0] + 1), slice(first[1], last[1] + 1))
    values = (slice_[box] * region[box]).astype(np.float32)
    layers = np.empty((2, *values.shape))
    layers[0], layers[1] = ndimage.gaussian_filter(values, blur, truncate=SMOOTHED_TO), mask[box]
    ends = np.maximum(last - first, 1)
    grid = np.empty((*places.shape[1:], 2))
    for axis in (0, 1):
        np.subtract(places[axis] * (2 / ends[axis]), 2 * first[axis] / ends[axis] + 1, out=grid[..., 1 - axis])
    sampled = functional.grid_sample(
        torch.from_numpy(layers)[None], torch.from_numpy(grid)[None], "bilinear", "border", align_corners=True
    )[0].numpy()
    if (corners < 0).any() or (corners > end[:, None]).any():
        sampled[:, ((places < 0) | (places > end[:, None, None])).any(axis=0)] = 0
    # halves stay outside, in spite of the coordinates' rounding
    return sampled[0].astype(np.float32), sampled[1] > 0.5 + ROUNDING


def _steps(angle: float, scale: NDArray[np.float64], *, mirrored: bool) -> NDArray[np.float64]:
    """Return the steps of a window whose columns run along the legs' direction, or against it for a mirrored leg."""
    cosine, sine = np.cos(angle), np.sin(angle)
    turn = np.array([[cosine, sine], [-sine, cosine]])  # (down, across) in millimeters to (row, column) in millimeters
    return np.asarray(scale[:, None] * turn * [1.0, -1.0 if mirrored else 1.0])


def _size(leg: Leg, spacing_mm: tuple[float, float, float], pixel_mm: float) -> int:
    """Return the number of rows and columns of a window that holds the leg."""
    reach = []
    for mask, (row, column) in zip(leg.mask, leg.centers, strict=True):
        rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
        if len(rows):
            reach.append(
                max(
                    max(row - rows[0], rows[-1] - row) * spacing_mm[1],
                    max(column - columns[0], columns[-1] - column) * spacing_mm[0],
                )
            )
    return window_pixels(reach, pixel_mm)
