"""One leg as the network sees it, and the way back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.bundle import LegInput, window_pixels
from MuscleSegLib.inference.legs import Leg
from MuscleSegLib.volume import Volume

if TYPE_CHECKING:
    from torch import Tensor

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Window:
    """A square around a leg in every slice, resampled; as many slices as the volume.

    Attributes:
        images: [k, row, column], normalized.
        steps: Volume voxels (row, column) for one window pixel down and one across, the columns of a 2x2 matrix.
        origins: Volume (row, column) of the middle of pixel (0, 0) in each slice, [k, 2].

    """

    images: Array
    steps: NDArray[np.float64]
    origins: NDArray[np.float64]


def cut_window(
    image: Volume, leg: Leg, spec: LegInput, *, mirrored: bool, which: Collection[int] | None = None
) -> Window:
    """Cut a leg out of a canonical volume, resample it to the network's pixels and normalize it.

    What lies on the other leg's side is air in the window. Coarser pixels are averages, not samples. Of ``which``
    slices only, where they are given; the others stay 0.
    """
    from scipy import ndimage

    spacing = image.geometry.spacing_mm
    scale = spec.pixel_mm / np.array([spacing[1], spacing[0]])
    blur = 0.4 * np.sqrt(np.maximum(scale**2 - 1, 0))  # makes a voxel's width into a pixel's
    size = _size(leg, spacing, spec.pixel_mm)
    steps = _steps(leg.angle, scale, mirrored=mirrored)
    origins = leg.centers - steps @ np.full(2, (size - 1) / 2)
    images = np.zeros((len(image.array), size, size), np.float32)
    for k, slice_ in enumerate(image.array):
        if which is not None and k not in which:
            continue
        own = ndimage.gaussian_filter(np.where(leg.region[k], slice_, 0).astype(np.float32), blur)
        turn = {"matrix": steps, "offset": origins[k], "output_shape": (size, size), "order": 1}
        cut = ndimage.affine_transform(own, **turn)
        inside = ndimage.affine_transform(leg.mask[k].astype(np.float32), **turn) > 0.5
        bright = np.quantile(cut[inside], spec.bright_quantile) if inside.any() else 0.0
        images[k] = np.clip(cut / bright, 0, 2) if bright > 0 else 0
    return Window(images, steps, origins)


def paste(logits: Tensor, window: Window, index: int, shape: tuple[int, int]) -> tuple[slice, slice, Tensor]:
    """Interpolate one slice's logits back onto the volume's voxels.

    Args:
        logits: [class, row, column] of the window.
        window: Where they lie.
        index: Of the slice.
        shape: (rows, columns) of the volume.

    Returns:
        The rows and columns of the volume that the window covers, and the logits there, [class, row, column].

    """
    import torch
    from torch.nn import functional

    size = logits.shape[-1]
    ends = np.array([[0, 0], [0, size - 1], [size - 1, 0], [size - 1, size - 1]])
    corners = window.origins[index] + ends @ window.steps.T
    first = np.clip(np.floor(corners.min(axis=0)), 0, shape).astype(int)
    last = np.clip(np.ceil(corners.max(axis=0)) + 1, first, shape).astype(int)
    voxels = np.stack(np.meshgrid(*map(np.arange, first, last), indexing="ij"), axis=-1) - window.origins[index]
    pixels = voxels @ np.linalg.inv(window.steps).T
    grid = torch.from_numpy((2 * pixels[..., ::-1] / (size - 1) - 1).astype(np.float32))[None]
    there = functional.grid_sample(logits[None], grid, mode="bilinear", padding_mode="border", align_corners=True)[0]
    outside = ((pixels < 0) | (pixels > size - 1)).any(axis=-1)
    there[1:].masked_fill_(torch.from_numpy(outside), -torch.inf)
    return slice(first[0], last[0]), slice(first[1], last[1]), there


def _steps(angle: float, scale: NDArray[np.float64], *, mirrored: bool) -> NDArray[np.float64]:
    """Return the steps of a window whose columns run along the legs' direction, or against it for a mirrored leg."""
    cosine, sine = np.cos(angle), np.sin(angle)
    turn = np.array([[cosine, sine], [-sine, cosine]])  # (down, across) in millimeters to (row, column) in millimeters
    return np.asarray(scale[:, None] * turn * [1.0, -1.0 if mirrored else 1.0])


def _size(leg: Leg, spacing_mm: tuple[float, float, float], pixel_mm: float) -> int:
    """Return the pixels of a window that holds the leg."""
    reach = []
    for k, mask in enumerate(leg.mask):
        if not mask.any():
            continue
        rows, columns = np.nonzero(mask)
        row, column = leg.centers[k]
        reach.append(
            max(
                max(row - rows.min(), rows.max() - row) * spacing_mm[1],
                max(column - columns.min(), columns.max() - column) * spacing_mm[0],
            )
        )
    return window_pixels(reach, pixel_mm)
