"""Deformation of a leg: rotation, scaling, shear, shift and bending, smoothly along the limb."""

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from MuscleSegLib.training.legs.leg_tissues import CANVAS
from MuscleSegLib.training.synthesis.fields import along, normal, smooth, uniform

SMALL = 0.15  # share of the legs that are small, as children's are
SMALLEST = 0.8  # logarithm of the factor by which those are smaller at most
SHAKEN = 0.5  # share of the volumes whose slices are shifted singly, as of a leg that moved between them


def draw_grid(slices: int, size: int, rng: np.random.Generator) -> Tensor:
    """Draw a random deformation.

    Args:
        slices: Number of slices.
        size: Rows and columns of the deformed leg.
        rng: Source of randomness.

    Returns:
        Sampling grid, [slice, size, size, 2]: (column, row) on the canvas, for ``functional.grid_sample``.
    """
    place = along(slices)[:, 0, 0]
    angle = rng.uniform(-0.45, 0.45) + rng.uniform(-0.1, 0.1) * place
    size_change = rng.uniform(0.2, SMALLEST) if rng.random() < SMALL else rng.uniform(-0.2, 0.2)
    stretch = torch.exp(size_change + uniform(rng, -0.08, 0.08, 2)) * size / CANVAS
    shear = rng.uniform(-0.12, 0.12)
    theta = torch.zeros(slices, 2, 3)
    theta[:, 0, 0] = torch.cos(angle) * stretch[0]
    theta[:, 0, 1] = (shear - torch.sin(angle)) * stretch[1]
    theta[:, 1, 0] = torch.sin(angle) * stretch[0]
    theta[:, 1, 1] = torch.cos(angle) * stretch[1]
    theta[:, :, 2] = uniform(rng, -0.12, 0.12, 2) + uniform(rng, -0.05, 0.05, 2) * place[:, None]
    if rng.random() < SHAKEN:
        theta[:, :, 2] += normal(rng, slices, 2) * rng.uniform(0, 0.02)
    grid = functional.affine_grid(theta, [slices, 1, size, size], align_corners=False)
    bend = smooth(rng, 2, 5, size) * 0.022 + smooth(rng, 2, 10, size) * 0.009
    bends = bend + place.reshape(-1, 1, 1, 1) * smooth(rng, 2, 5, size) * 0.012
    return grid + bends.permute(0, 2, 3, 1)


def finer(grid: Tensor) -> Tensor:
    """Return a sampling grid, [slice, row, column, 2], of twice the resolution, with positions halfway between.

    Pixel ``FINE * n`` of the finer grid is pixel ``n`` of the given grid.
    """
    for axis in (1, 2):
        last = grid.narrow(axis, grid.shape[axis] - 1, 1)
        following = torch.cat([grid.narrow(axis, 1, grid.shape[axis] - 1), last], dim=axis)
        grid = torch.stack([grid, (grid + following) / 2], dim=axis + 1).flatten(axis, axis + 1)
    return grid


def move_codes(codes: Tensor, grid: Tensor) -> Tensor:
    """Deform codes, [slice, row, column], by the nearest neighbor, with 0 from outside the canvas; returns int64."""
    moved = functional.grid_sample(codes[:, None].float(), grid, mode="nearest", align_corners=False)
    return moved[:, 0].round().long()


def move_images(images: Tensor, grid: Tensor) -> Tensor:
    """Deform images, [image, slice, row, column], float32, with linear interpolation."""
    return functional.grid_sample(images.transpose(0, 1), grid, align_corners=False).transpose(0, 1)
