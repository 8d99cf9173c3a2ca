"""Shapes of muscles in a deformed leg: wasted, swollen or shortened."""

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from MuscleSegLib.training.legs.leg_tissues import CODES, INNER_FAT, MUSCLES

WASTED = 0.35  # share of the volumes with wasted muscles
MOST_WASTED = 5  # fine pixels
SWOLLEN = 0.3  # share of the volumes with swollen muscles, since spared muscles do the work of lost ones
MOST_SWOLLEN = 6  # fine pixels
SHORTENED = 0.15  # share of the muscles that are shortened at an end
CLOSE_SLICES_MM = 12.0  # largest spacing at which a muscle may end two slices earlier


def reshape_muscles(tissues: Tensor, spacing_mm: float, rng: np.random.Generator) -> Tensor:
    """Waste, swell and shorten random muscles against the fat around them.

    Args:
        tissues: Tissue codes, [slice, row, column], int64, ``FINE`` times finer than an image.
        spacing_mm: Spacing of the slices.
        rng: Source of randomness.

    Returns:
        Tissue codes, [slice, row, column], int64.
    """
    if rng.random() < WASTED:
        tissues = wasted(tissues, _some_muscles(rng), int(rng.integers(1, MOST_WASTED + 1)))
    if rng.random() < SWOLLEN:
        tissues = swollen(tissues, _some_muscles(rng), int(rng.integers(1, MOST_SWOLLEN + 1)))
    return _shortened(tissues, spacing_mm, rng)


def wasted(tissues: Tensor, is_wasted: Tensor, pixels: int) -> Tensor:
    """Replace the outermost ``pixels`` of muscles by fat.

    Args:
        tissues: Tissue codes, [slice, row, column], int64.
        is_wasted: Whether the tissue of a code is wasted, [code].
        pixels: Width of the replaced rim.

    Returns:
        Tissue codes, [slice, row, column], int64.
    """
    for _ in range(pixels):
        edge = torch.zeros_like(tissues, dtype=torch.bool)
        for axis in (-2, -1):
            differs = tissues.diff(dim=axis) != 0
            last = tissues.shape[axis] - 1
            edge.narrow(axis, 0, last).logical_or_(differs)
            edge.narrow(axis, 1, last).logical_or_(differs)
        tissues = torch.where(edge & is_wasted[tissues], INNER_FAT, tissues)
    return tissues


def swollen(tissues: Tensor, is_swollen: Tensor, pixels: int) -> Tensor:
    """Grow muscles by ``pixels`` into the fat between muscles.

    Args:
        tissues: Tissue codes, [slice, row, column], int64.
        is_swollen: Whether the tissue of a code is swollen, [code].
        pixels: Width of the added rim.

    Returns:
        Tissue codes, [slice, row, column], int64.
    """
    for _ in range(pixels):
        muscle = torch.where(is_swollen[tissues], tissues, 0).float()
        grown = functional.max_pool2d(muscle[:, None], 3, 1, 1)[:, 0].long()
        tissues = torch.where((tissues == INNER_FAT) & (grown > 0), grown, tissues)
    return tissues


def _some_muscles(rng: np.random.Generator) -> Tensor:
    """Draw all muscles or some of them, as flags by code, [code]."""
    chosen = torch.zeros(CODES, dtype=torch.bool)
    share = 1.0 if rng.random() < 0.5 else rng.uniform(0.2, 0.8)
    chosen[list(MUSCLES)] = torch.from_numpy(rng.random(len(MUSCLES)) < share)
    return chosen


def _shortened(tissues: Tensor, spacing_mm: float, rng: np.random.Generator) -> Tensor:
    """Shorten some muscles by a slice or two, so that no network memorizes their ends."""
    for code in MUSCLES:
        if rng.random() >= SHORTENED:
            continue
        slices = torch.nonzero((tissues == code).flatten(1).any(dim=1))[:, 0]
        if len(slices) < 4:
            continue
        count = int(rng.integers(1, 3)) if spacing_mm <= CLOSE_SLICES_MM else 1
        ends = slices[:count] if rng.random() < 0.5 else slices[-count:]
        tissues[ends] = torch.where(tissues[ends] == code, INNER_FAT, tissues[ends])
    return tissues
