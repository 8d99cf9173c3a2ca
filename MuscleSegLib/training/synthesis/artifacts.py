"""Acquisition artifacts of a synthesized image: blur, coarse pixels, ringing, ghosts, shading and noise."""

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from MuscleSegLib.training.synthesis.fields import along, normal, smooth

THIN_SLICES_MM = 13.0  # largest spacing at which slices are averaged as if they were thicker


def acquire(image: Tensor, spacing_mm: float, rng: np.random.Generator) -> Tensor:
    """Add random acquisition artifacts to an image.

    Args:
        image: Noise-free image, [slice, row, column].
        spacing_mm: Spacing of the slices.
        rng: Source of randomness.

    Returns:
        Magnitude image, [slice, row, column].
    """
    if spacing_mm <= THIN_SLICES_MM and rng.random() < 0.3:
        image = thicken_slices(image, rng.uniform(0.2, 1.0))
    if rng.random() < 0.5:
        image = torch.lerp(image, functional.avg_pool2d(image[None], 3, 1, 1, count_include_pad=False)[0], rng.random())
    if rng.random() < 0.3:
        image = _coarsen(image, rng.uniform(0.4, 0.85))
    if rng.random() < 0.15:
        image = ring(image, rng.uniform(0.45, 0.8))
    if rng.random() < 0.12:
        image = _ghosts(image, rng)
    image = _shade(image, rng)
    image = image ** rng.uniform(0.8, 1.25)
    return rician(image, rng.uniform(0.0, 0.07), rng)


def thicken_slices(image: Tensor, share: float) -> Tensor:
    """Average each slice, [slice, row, column], with ``share`` of both neighbors; end slices are repeated."""
    below, above = torch.cat([image[:1], image[:-1]]), torch.cat([image[1:], image[-1:]])
    return (image + share * (below + above)) / (1 + 2 * share)


def ring(image: Tensor, share: float) -> Tensor:
    """Keep the lowest ``share`` of an image's spatial frequencies along its last axis: bright borders ring (Gibbs)."""
    size = image.shape[-1]
    spectrum = torch.fft.rfft(image, dim=-1)
    spectrum[..., round(share * size / 2) :] = 0
    ringing: Tensor = torch.fft.irfft(spectrum, size, dim=-1)
    return ringing.clamp(min=0)


def rician(image: Tensor, deviation: float, rng: np.random.Generator) -> Tensor:
    """Add complex noise, of this standard deviation in each part, to an image of any shape, and take the magnitude."""
    real = normal(rng, *image.shape).mul_(deviation)
    # the imaginary part of a pixel is the real part of another: independent, and without drawing again
    imaginary = real.flatten().roll(int(rng.integers(1, real.numel()))).reshape(image.shape)
    return torch.hypot(image + real, imaginary)


def _coarsen(image: Tensor, share: float) -> Tensor:
    size = image.shape[-1]
    small = functional.interpolate(image[None], size=(int(size * share),) * 2, mode="bilinear", antialias=True)
    return functional.interpolate(small, size=(size, size), mode="bilinear")[0]


def _ghosts(image: Tensor, rng: np.random.Generator) -> Tensor:
    """Add faint copies, shifted both ways along the phase-encoding axis, as of pulsing vessels or a moving leg."""
    axis, shift = int(rng.integers(1, 3)), int(rng.integers(8, image.shape[-1] // 2))
    copies = torch.roll(image, shift, dims=axis) + torch.roll(image, -shift, dims=axis)
    return image + rng.uniform(0.02, 0.12) * copies


def _shade(image: Tensor, rng: np.random.Generator) -> Tensor:
    """Multiply by a smooth field, in the plane and along the limb, as of receiver coils."""
    slices, size = image.shape[:2]
    field = smooth(rng, 1, 3, size) + along(slices) * smooth(rng, 1, 4, size)
    return image * torch.exp(field * rng.uniform(0.0, 0.4))
