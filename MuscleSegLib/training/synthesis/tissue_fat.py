"""Fat fraction of each tissue of a synthesized leg, from healthy to muscles replaced by fat.

Dystrophies replace muscle after muscle, and mostly neighbors together: the hamstrings and adductors and not the
quadriceps, or the other way round, with single muscles spared (Diaz-Manera et al., Acta Myol 2015;34:95-108). Where a
compartment is wholly replaced, a network has to infer its muscles from those around it.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from MuscleSegLib.training.legs.leg_tissues import (
    INNER_FAT,
    MARROW,
    MUSCLES,
    OTHER_MUSCLES,
    SUBCUTANEOUS_FAT,
    TISSUES,
    UNNAMED_MUSCLES,
)
from MuscleSegLib.training.synthesis.fields import uniform

ALL_MUSCLES = [*MUSCLES, *OTHER_MUSCLES, *UNNAMED_MUSCLES]
SPARING = 0.35  # share of the legs in which some muscles are lost and others spared
ON_ONE_SIDE = 0.6  # share of these whose lost muscles lie on one side of the leg
EXCEPTIONS = 0.3  # largest share of the muscles that are spared there or lost elsewhere

Flags = NDArray[np.bool_]


def fat_fractions(tissues: Tensor, rng: np.random.Generator) -> Tensor:
    """Draw the fat fraction of each tissue.

    Args:
        tissues: Tissue codes, [slice, row, column], int64.
        rng: Source of randomness.

    Returns:
        Fat fractions, [TISSUES], 0 to 1.
    """
    count = len(ALL_MUSCLES)
    worst = rng.uniform(0.0, 0.1) if rng.random() < 0.4 else rng.uniform(0.05, 1.0)
    fraction = np.clip(worst * rng.uniform(0.0, 1.6, count), 0.005, 0.95)
    if rng.random() < SPARING:
        if rng.random() < ON_ONE_SIDE:
            is_lost = on_one_side(tissues, rng)
        else:
            is_lost = rng.random(count) < rng.uniform(0.15, 0.8)
        fraction = np.where(is_lost, rng.uniform(0.6, 0.97, count), rng.uniform(0.0, 0.2, count))
    elif rng.random() < 0.2:
        fraction = np.where(rng.random(count) < 0.15, rng.uniform(0.8, 0.97, count), fraction)
    out = torch.full((TISSUES,), 0.02)
    out[ALL_MUSCLES] = torch.from_numpy(fraction).float()
    out[[SUBCUTANEOUS_FAT, INNER_FAT, MARROW]] = uniform(rng, 0.9, 0.995, 3)
    return out


def on_one_side(tissues: Tensor, rng: np.random.Generator) -> Flags:
    """Draw the lost muscles: those on one side of a straight line through the leg, with a few exceptions.

    Args:
        tissues: Tissue codes, [slice, row, column], int64.
        rng: Source of randomness.

    Returns:
        Flags of the lost muscles, in the order of ``ALL_MUSCLES``, [muscle].
    """
    from scipy.ndimage import center_of_mass

    codes, angle, share = tissues.numpy(), rng.uniform(0, 2 * np.pi), rng.uniform(0.25, 0.75)
    present = np.intersect1d(codes, ALL_MUSCLES)
    is_lost = np.zeros(TISSUES, dtype=bool)
    if present.size:
        centers = np.array(center_of_mass(np.ones_like(codes), codes, present))[:, 1:]
        heights = centers @ np.array([np.sin(angle), np.cos(angle)])
        is_lost[present] = heights > np.quantile(heights, share)
    is_exception = rng.random(len(ALL_MUSCLES)) < rng.uniform(0.0, EXCEPTIONS)
    return np.asarray(is_lost[ALL_MUSCLES] ^ is_exception)
