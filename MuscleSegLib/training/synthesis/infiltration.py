"""How much fat each tissue of a synthesized leg holds: a healthy leg's, a diseased one's, muscles wholly replaced.

Dystrophies take muscles one by one, and mostly neighbors together: the hamstrings and adductors and not the quadriceps,
or the other way round, with one muscle spared among the lost (Diaz-Manera et al., Acta Myol 2015;34:95-108). Where none
of a compartment is left, a network has to know from the muscles around it what lies there.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from MuscleSegLib.training.legs.tissues import (
    INNER_FAT,
    MARROW,
    MUSCLES,
    OTHER_MUSCLES,
    SUBCUTANEOUS_FAT,
    TISSUES,
    UNNAMED_ADDUCTORS,
)
from MuscleSegLib.training.synthesis.fields import uniform

ALL_MUSCLES = [*MUSCLES, *OTHER_MUSCLES, *UNNAMED_ADDUCTORS]
SPARING = 0.35  # of the legs: some muscles are lost and others spared
ON_ONE_SIDE = 0.6  # of these: the lost ones lie on one side of the leg
EXCEPTIONS = 0.3  # of the muscles, at most, that are spared there or lost elsewhere

Flags = NDArray[np.bool_]


def fat_fractions(tissues: Tensor, rng: np.random.Generator) -> Tensor:
    """Draw each tissue's fat fraction.

    Args:
        tissues: Codes [slice, row, column], int64.
        rng: Decides everything.

    Returns:
        0 to 1 [TISSUES].

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
    """Draw which of ``ALL_MUSCLES`` are lost: those on one side of a straight line through the leg, but for a few."""
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
