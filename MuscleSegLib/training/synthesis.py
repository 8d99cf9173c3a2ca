"""Images out of tissue maps, in batches, with a contrast that is new each time.

The idea is SynthSeg's (Billot et al., Med Image Anal 2023;86:102789): a network that has seen every contrast depends on
none. Ours is narrower where the physics is known: a voxel is water and fat, each with its own signal, and a muscle is a
mixture that runs from none to nearly all fat, evenly or in streaks and patches.
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from MuscleSegLib.training.tissues import (
    AIR,
    CANVAS,
    CORTEX,
    INNER_FAT,
    MARROW,
    MUSCLES,
    OTHER_MUSCLES,
    SKIN,
    SUBCUTANEOUS_FAT,
    TISSUES,
    VESSEL,
)

BRIGHT_QUANTILE = 0.98
"""Images are divided by this quantile of the leg's pixels, slice by slice; inference does the same."""

CONTRASTS = (
    # share, signal of muscle water, signal of fat
    (0.22, (0.50, 1.00), (0.02, 0.30)),  # water image, fat-suppressed
    (0.22, (0.00, 0.20), (0.60, 1.00)),  # fat image
    (0.20, (0.20, 0.55), (0.75, 1.00)),  # T1-weighted, in-phase
    (0.12, (0.60, 1.00), (0.25, 0.75)),  # gradient echo, opposed-phase: muscle bright
    (0.24, (0.05, 1.00), (0.05, 1.00)),  # anything
)


@dataclass(frozen=True)
class Noise:
    """Smooth random fields, made once: ``coarse`` and ``fine`` [field, CANVAS, CANVAS], zero mean, unit variance."""

    coarse: Tensor
    fine: Tensor

    @classmethod
    def draw(cls, generator: torch.Generator, count: int = 192) -> "Noise":
        """Make fields whose blobs are some 20 mm (coarse) and 5 mm (fine) across."""
        return cls(_fields(count, 12, generator), _fields(count, 48, generator))

    def sample(self, shape: tuple[int, ...], size: int, generator: torch.Generator) -> Tensor:
        """Return a field [*shape, size, size] for each place of ``shape``: a random mixture, rolled and flipped."""
        count = int(torch.tensor(shape).prod())
        share = torch.rand(count, 1, 1, generator=generator)
        out = share.sqrt() * self._pick(self.coarse, count, size, generator)
        out += (1 - share).sqrt() * self._pick(self.fine, count, size, generator)
        return out.reshape(*shape, size, size)

    @staticmethod
    def _pick(bank: Tensor, count: int, size: int, generator: torch.Generator) -> Tensor:
        chosen = bank[torch.randint(len(bank), (count,), generator=generator)]
        row, column = torch.randint(CANVAS - size + 1, (2,), generator=generator).tolist()
        chosen = chosen[:, row : row + size, column : column + size]
        flips = [axis for axis in (1, 2) if torch.rand(1, generator=generator) < 0.5]
        return chosen.flip(flips) if flips else chosen


def synthesize(tissues: Tensor, noise: Noise, size: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Make images and targets from tissue maps.

    Args:
        tissues: Codes [batch, context, CANVAS, CANVAS], uint8; the middle of ``context`` is the slice to segment.
        noise: The fields to draw textures from.
        size: Rows and columns of what comes out, at most CANVAS.
        generator: Decides everything.

    Returns:
        Images [batch, context, size, size], float32, normalized; targets [batch, size, size], uint8, muscle codes.

    """
    tissues = _deform(tissues, size, generator)
    middle = tissues[:, tissues.shape[1] // 2]
    target = torch.where(middle <= MUSCLES[-1], middle, 0)
    image = _signal(tissues, noise, generator)
    image = _acquire(image, noise, generator)
    return normalize(image, tissues != AIR), target.to(torch.uint8)


def normalize(image: Tensor, leg: Tensor) -> Tensor:
    """Divide each slice, [..., row, column], by the ``BRIGHT_QUANTILE`` of its leg and clip it to 0 to 2."""
    flat = torch.where(leg, image, torch.nan).flatten(-2)[..., ::7]  # enough for a quantile
    scale = torch.nanquantile(flat, BRIGHT_QUANTILE, dim=-1).nan_to_num(1.0).clamp(min=1e-4)
    return (image / scale[..., None, None]).clamp(0, 2)


def _uniform(shape: tuple[int, ...], low: float, high: float, generator: torch.Generator) -> Tensor:
    return torch.rand(shape, generator=generator) * (high - low) + low


def _fields(count: int, knots: int, generator: torch.Generator) -> Tensor:
    fields = functional.interpolate(
        torch.randn(count, 1, knots, knots, generator=generator), size=(CANVAS, CANVAS), mode="bicubic"
    )
    return (fields / fields.std(dim=(2, 3), keepdim=True))[:, 0]


def _smooth(batch: int, channels: int, knots: int, size: int, generator: torch.Generator) -> Tensor:
    knot_values = torch.randn(batch, channels, knots, knots, generator=generator)
    return functional.interpolate(knot_values, size=(size, size), mode="bicubic", align_corners=False)


def _deform(tissues: Tensor, size: int, generator: torch.Generator) -> Tensor:
    """Turn, stretch, shift and bend each leg; neighbors as their slice, but for a small shift of their own."""
    batch, context = tissues.shape[:2]
    angle = _uniform((batch,), -0.45, 0.45, generator)
    size_and_aspect = _uniform((batch, 1), -0.2, 0.2, generator) + _uniform((batch, 2), -0.08, 0.08, generator)
    stretch = torch.exp(size_and_aspect) * size / CANVAS
    shear = _uniform((batch,), -0.12, 0.12, generator)
    theta = torch.zeros(batch, 2, 3)
    theta[:, 0, 0] = torch.cos(angle) * stretch[:, 0]
    theta[:, 0, 1] = (shear - torch.sin(angle)) * stretch[:, 1]
    theta[:, 1, 0] = torch.sin(angle) * stretch[:, 0]
    theta[:, 1, 1] = torch.cos(angle) * stretch[:, 1]
    theta[:, :, 2] = _uniform((batch, 2), -0.12, 0.12, generator)
    grid = functional.affine_grid(theta, [batch, 1, size, size], align_corners=False)
    bend = _smooth(batch, 2, 5, size, generator) * 0.022 + _smooth(batch, 2, 10, size, generator) * 0.009
    grid = grid + bend.permute(0, 2, 3, 1)
    moved = tissues.float()
    for place in range(context):
        if place != context // 2:
            shift = torch.randint(-4, 5, (2,), generator=generator).tolist()
            moved[:, place] = torch.roll(moved[:, place], shift, dims=(1, 2))
    return functional.grid_sample(moved, grid, mode="nearest", align_corners=False).round().long()


def _signal(tissues: Tensor, noise: Noise, generator: torch.Generator) -> Tensor:
    """Return the noise-free image [batch, context, size, size]: each pixel's water and fat, times their signals."""
    batch, context, size = tissues.shape[:3]
    water, fat = _contrast(batch, generator)
    fraction = _fat_fractions(batch, generator)
    water_signal = _water_signals(batch, water, generator)
    fat_signal = fat * _uniform((batch, TISSUES), 0.85, 1.15, generator)
    fat_signal[:, [AIR, CORTEX]] *= 0.1

    flat = tissues.reshape(batch, -1)
    shape = tissues.shape
    fatness = torch.gather(torch.logit(fraction, 1e-3), 1, flat).reshape(shape)
    # one texture a leg slice; its strength makes infiltration even, or streaky and patchy
    strength = _uniform((batch, 1, 1, 1), 0.0, 2.2, generator)
    fatness = torch.sigmoid(fatness + strength * noise.sample((batch, context), size, generator))
    in_fat = torch.gather(fat_signal, 1, flat).reshape(shape) * fatness
    in_water = torch.gather(water_signal, 1, flat).reshape(shape) * (1 - fatness)
    if torch.rand(1, generator=generator) < 0.25:  # chemical shift: the fat lies a pixel off
        in_fat = torch.roll(in_fat, 1 if torch.rand(1, generator=generator) < 0.5 else -1, dims=3)
    return _septa(in_water + in_fat, tissues, fat, generator)


def _contrast(batch: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Return the signals of muscle water and of fat, [batch, 1] each, never nearly the same."""
    shares = torch.tensor([share for share, _, _ in CONTRASTS])
    kind = torch.multinomial(shares, batch, replacement=True, generator=generator)
    limits = torch.tensor([[*water, *fat] for _, water, fat in CONTRASTS])[kind]
    water = limits[:, :1] + torch.rand(batch, 1, generator=generator) * (limits[:, 1:2] - limits[:, :1])
    fat = limits[:, 2:3] + torch.rand(batch, 1, generator=generator) * (limits[:, 3:] - limits[:, 2:3])
    alike = (water - fat).abs() < 0.15
    return water, torch.where(alike, torch.where(water > 0.5, water - 0.3, water + 0.3), fat)


def _fat_fractions(batch: int, generator: torch.Generator) -> Tensor:
    """Return each tissue's fat fraction [batch, TISSUES]: healthy legs, diseased ones, muscles wholly replaced."""
    muscles = [*MUSCLES, *OTHER_MUSCLES]
    healthy = torch.rand(batch, 1, generator=generator) < 0.4
    worst = torch.where(healthy, _uniform((batch, 1), 0.0, 0.1, generator), _uniform((batch, 1), 0.05, 1.0, generator))
    fraction = (worst * _uniform((batch, len(muscles)), 0.0, 1.6, generator)).clamp(0.005, 0.95)
    replaced = (torch.rand(batch, len(muscles), generator=generator) < 0.15) & (
        torch.rand(batch, 1, generator=generator) < 0.3
    )
    fraction = torch.where(replaced, _uniform(tuple(fraction.shape), 0.8, 0.97, generator), fraction)
    out = torch.full((batch, TISSUES), 0.02)
    out[:, muscles] = fraction
    out[:, [SUBCUTANEOUS_FAT, INNER_FAT, MARROW]] = _uniform((batch, 3), 0.9, 0.995, generator)
    return out


def _water_signals(batch: int, water: Tensor, generator: torch.Generator) -> Tensor:
    signals = water * torch.exp(0.12 * torch.randn(batch, TISSUES, generator=generator))
    signals[:, AIR] = _uniform((batch,), 0, 0.04, generator)
    signals[:, CORTEX] = _uniform((batch,), 0, 0.15, generator)
    signals[:, VESSEL] = _uniform((batch,), 0, 1.3, generator)
    signals[:, SKIN] = _uniform((batch,), 0, 1.0, generator)
    return signals


def _septa(image: Tensor, tissues: Tensor, fat: Tensor, generator: torch.Generator) -> Tensor:
    """Draw the planes between muscles, a pixel wide: fat in some legs, dark fascia in others, unseen in the rest."""
    edge = torch.zeros_like(tissues, dtype=torch.bool)
    edge[..., 1:, :] |= tissues[..., 1:, :] != tissues[..., :-1, :]
    edge[..., :, 1:] |= tissues[..., :, 1:] != tissues[..., :, :-1]
    batch = len(image)
    kind = torch.rand(batch, 1, 1, 1, generator=generator)
    strength = _uniform((batch, 1, 1, 1), 0.2, 1.0, generator)
    target = torch.where(kind < 0.45, fat[:, :, None, None], 0.0)
    return torch.where(edge & (kind < 0.75), image + (target - image) * strength, image)


def _acquire(image: Tensor, noise: Noise, generator: torch.Generator) -> Tensor:
    """Blur, coarsen, shade and add noise, as a scanner does."""
    batch, context, size = image.shape[:3]
    if torch.rand(1, generator=generator) < 0.6:
        padded = functional.pad(image, (1, 1, 1, 1), mode="replicate")
        image = torch.lerp(image, functional.avg_pool2d(padded, 3, 1), float(torch.rand(1, generator=generator)))
    if torch.rand(1, generator=generator) < 0.3:
        coarse = int(size * _uniform((1,), 0.4, 0.85, generator))
        small = functional.interpolate(image, size=(coarse, coarse), mode="bilinear", antialias=True)
        image = functional.interpolate(small, size=(size, size), mode="bilinear")
    shading = _smooth(batch, context, 4, size, generator) * 0.3 + _smooth(batch, 1, 3, size, generator)
    image = image * torch.exp(shading * _uniform((batch, 1, 1, 1), 0.0, 0.4, generator))
    image = image ** _uniform((batch, 1, 1, 1), 0.8, 1.25, generator)
    grain = torch.randn(image.shape, generator=generator) * _uniform((batch, 1, 1, 1), 0.0, 0.07, generator)
    return (image + grain).abs()
