"""Signals of tissues in random contrasts, as mixtures of water and fat.

The idea is SynthSeg's (Billot et al., Med Image Anal 2023;86:102789): a network trained on every contrast depends on
none. Contrasts are narrower here where the physics is known: a voxel is water and fat, each with its own signal, and a
muscle is a mixture from no fat to nearly all fat, evenly or in streaks and patches.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from MuscleSegLib.training.legs.leg_tissues import AIR, CORTEX, FINE, SKIN, TISSUES, VESSEL
from MuscleSegLib.training.synthesis.fields import NoiseTextures, uniform
from MuscleSegLib.training.synthesis.tissue_fat import ALL_MUSCLES, fat_fractions

ALIKE = 0.15  # smallest difference between the signals of muscle and fat
EDEMA = 0.25  # share of the legs with edema

Range = tuple[float, float]


@dataclass(frozen=True)
class Contrast:
    """Contrast: ranges of the signals of muscle water, fat and fluid.

    Attributes:
        share: Share of the images with this contrast.
        muscle: Range of the signal of muscle water.
        fat: Range of the signal of fat.
        fluid: Range of the signal of fluid in vessels and edema.
        is_opposed: Whether water and fat cancel, so that a pixel of both is dark.
    """

    share: float
    muscle: Range
    fat: Range
    fluid: Range
    is_opposed: bool = False


CONTRASTS = (
    Contrast(0.17, (0.50, 1.00), (0.02, 0.30), (0.0, 1.3)),  # water image, fat-suppressed
    Contrast(0.17, (0.00, 0.20), (0.60, 1.00), (0.0, 0.2)),  # fat image
    Contrast(0.14, (0.20, 0.55), (0.75, 1.00), (0.0, 0.5)),  # T1-weighted
    Contrast(0.08, (0.40, 0.90), (0.50, 1.00), (0.0, 1.3)),  # in-phase
    Contrast(0.08, (0.50, 1.00), (0.40, 1.00), (0.0, 1.3), is_opposed=True),
    Contrast(0.08, (0.60, 1.00), (0.25, 0.75), (0.0, 1.3)),  # gradient echo: muscle bright
    Contrast(0.08, (0.10, 0.40), (0.55, 1.00), (0.7, 1.5)),  # T2-weighted
    Contrast(0.06, (0.25, 0.60), (0.00, 0.10), (0.8, 1.6)),  # STIR: fat nulled
    Contrast(0.14, (0.05, 1.00), (0.05, 1.00), (0.0, 1.3)),  # anything
)


def signal(tissues: Tensor, noise: NoiseTextures, rng: np.random.Generator) -> Tensor:
    """Return a noise-free image of a leg in a random contrast and state of disease.

    Args:
        tissues: Tissue codes, [slice, row, column], int64, ``FINE`` times finer than the image.
        noise: Textures of fat and edema.
        rng: Source of randomness.

    Returns:
        Image, [slice, row, column], about 0 to 1.
    """
    slices, size = tissues.shape[0], tissues.shape[1] // FINE
    contrast = CONTRASTS[rng.choice(len(CONTRASTS), p=[kind.share for kind in CONTRASTS])]
    muscle, fat = _levels(contrast, rng)
    fluid = rng.uniform(*contrast.fluid)
    fatness = torch.logit(fat_fractions(tissues, rng), 1e-3)[tissues]
    # strength of the texture: infiltration is even, or streaky and patchy
    fatness = torch.sigmoid(fatness + rng.uniform(0.0, 2.2) * _on_fine_pixels(noise.infiltration(slices, size, rng)))
    water = _water_signals(muscle, fluid, rng)[tissues]
    if rng.random() < EDEMA:
        water = torch.lerp(water, torch.tensor(fluid), _edema(tissues, noise, rng))
    fat_signal = fat * uniform(rng, 0.85, 1.15, TISSUES)
    fat_signal[[AIR, CORTEX]] *= 0.1
    parts = torch.stack([water * (1 - fatness), fat_signal[tissues] * fatness])
    in_water, in_fat = _averaged(draw_septa(parts, tissues, fat, rng)).unbind()
    if rng.random() < 0.25:  # chemical shift: the fat lies a pixel off
        in_fat = torch.roll(in_fat, int(rng.choice([-1, 1])), dims=2)
    if not contrast.is_opposed:
        return in_water + in_fat
    # border voxels hold both and are dark; the border is wide where voxels are large
    width = rng.uniform(0.0, 1.0)
    in_water, in_fat = (
        torch.lerp(part, functional.avg_pool2d(part[None], 3, 1, 1)[0], width) for part in (in_water, in_fat)
    )
    return (in_water - in_fat).abs()


def _averaged(parts: Tensor) -> Tensor:
    """Average fine pixels, [part, slice, row, column], into pixels of an image, around every ``FINE``-th of them."""
    weights = torch.tensor([0.25, 0.5, 0.25])
    kernel = (weights[:, None] * weights)[None, None]
    averaged: Tensor = functional.conv2d(parts.flatten(0, 1)[:, None], kernel, stride=FINE, padding=1)
    return averaged.reshape(*parts.shape[:2], *averaged.shape[-2:])


def _on_fine_pixels(texture: Tensor) -> Tensor:
    """Repeat each pixel of a texture, [slice, row, column], on the fine grid."""
    return texture.repeat_interleave(FINE, dim=1).repeat_interleave(FINE, dim=2)


def _levels(contrast: Contrast, rng: np.random.Generator) -> tuple[float, float]:
    """Return the signals of muscle water and of fat, different enough to show the muscles."""
    muscle, fat = rng.uniform(*contrast.muscle), rng.uniform(*contrast.fat)
    if abs(muscle - fat) < ALIKE and not contrast.is_opposed:  # opposed-phase images show the muscles by dark rims
        fat = muscle - 0.3 if muscle > 0.5 else muscle + 0.3
    return muscle, fat


def _water_signals(muscle: float, fluid: float, rng: np.random.Generator) -> Tensor:
    signals = muscle * torch.exp(0.12 * torch.from_numpy(rng.standard_normal(TISSUES)).float())
    signals[AIR] = rng.uniform(0, 0.04)
    signals[CORTEX] = rng.uniform(0, 0.15)
    signals[VESSEL] = fluid
    signals[SKIN] = rng.uniform(0, 1.0)
    return signals


def _edema(tissues: Tensor, noise: NoiseTextures, rng: np.random.Generator) -> Tensor:
    """Return the share of fluid in each pixel's water, [slice, row, column], 0 to 1: patches in some muscles."""
    amount = torch.zeros(TISSUES)
    has_edema = rng.random(len(ALL_MUSCLES)) < rng.uniform(0.1, 0.7)
    amount[ALL_MUSCLES] = torch.from_numpy(has_edema * rng.uniform(0.2, 0.8)).float()
    slices, size = tissues.shape[0], tissues.shape[1] // FINE
    patches = torch.sigmoid(3 * (noise.sample(slices, size, rng) - rng.uniform(-1, 1)))
    return amount[tissues] * _on_fine_pixels(patches)


def draw_septa(parts: Tensor, tissues: Tensor, fat: float, rng: np.random.Generator) -> Tensor:
    """Draw septa between touching muscles: fat in some legs, dark fascia in others, invisible in the rest.

    A septum takes the same share of the pixels on both of its sides, so that neither muscle looks larger than it is.

    Args:
        parts: Signals of water and of fat, [2, slice, row, column].
        tissues: Tissue codes, [slice, row, column].
        fat: Signal of pure fat.
        rng: Source of randomness.

    Returns:
        Signals with septa, [2, slice, row, column].
    """
    kind, strength = rng.random(), rng.uniform(0.1, 0.9)
    if kind > 0.75:
        return parts
    muscle = torch.where(_IS_MUSCLE[tissues], tissues, AIR)
    share = torch.zeros(tissues.shape)
    for axis in (-2, -1):
        last = muscle.shape[axis] - 1
        ahead, behind = muscle.narrow(axis, 1, last), muscle.narrow(axis, 0, last)
        touch = (ahead != behind) & (ahead != AIR) & (behind != AIR)
        share.narrow(axis, 0, last)[touch] = strength
        share.narrow(axis, 1, last)[touch] = strength
    plane = torch.tensor([0.0, fat if kind < 0.45 else 0.0]).reshape(2, 1, 1, 1)
    return torch.lerp(parts, plane, share)


_IS_MUSCLE = torch.zeros(TISSUES, dtype=torch.bool)
_IS_MUSCLE[ALL_MUSCLES] = True
