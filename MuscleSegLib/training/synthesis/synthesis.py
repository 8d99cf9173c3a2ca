"""Synthesis of training volumes: a leg in a random contrast, from its tissues or from a real scan."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from MuscleSegLib.training.legs.leg_tissues import (
    AIR,
    CODES,
    FINE,
    INNER_FAT,
    MUSCLES,
    OTHER_MUSCLES,
    SUBCUTANEOUS_FAT,
    UNCERTAIN,
    UNLABELED,
    UNNAMED_MUSCLES,
    VESSEL,
)
from MuscleSegLib.training.synthesis.artifacts import acquire
from MuscleSegLib.training.synthesis.contrasts import signal
from MuscleSegLib.training.synthesis.deformation import draw_grid, finer, move_codes, move_images
from MuscleSegLib.training.synthesis.fields import NoiseTextures
from MuscleSegLib.training.synthesis.mixing import mix
from MuscleSegLib.training.synthesis.shapes import reshape_muscles

BRIGHT_QUANTILE = 0.98
"""Images are divided by this quantile of the leg's pixels, slice by slice; inference does the same."""

IGNORED = 255
"""Target of pixels of unknown label, which no loss counts."""

WHOLE_MUSCLE, SUBCUTANEOUS = 1, 2
"""Codes of compartments; 0 is the background."""

CROPPED = 0.12  # share of the volumes whose field of view cuts the leg


@dataclass(frozen=True)
class SynthesizedVolume:
    """Volume of one leg with its targets.

    Attributes:
        images: Normalized intensities, [slice, size, size], float32.
        targets: Muscle codes or ``IGNORED``, [slice, size, size], uint8.
        compartments: ``WHOLE_MUSCLE`` (inside the fascia without bone), ``SUBCUTANEOUS`` fat, 0 or ``IGNORED``,
            [slice, size, size], uint8.
    """

    images: Tensor
    targets: Tensor
    compartments: Tensor


def synthesize(
    tissues: Tensor, spacing_mm: float, noise: NoiseTextures, size: int, rng: np.random.Generator
) -> SynthesizedVolume:
    """Synthesize a volume of a leg from its tissues.

    Args:
        tissues: Tissue codes, [slice, row, column], uint8, on canvases ``FINE`` times finer than CANVAS.
        spacing_mm: Spacing of the slices.
        noise: Textures of fat and edema.
        size: Rows and columns of the volume, at most CANVAS.
        rng: Source of randomness.
    """
    fine = move_codes(tissues, finer(draw_grid(len(tissues), size, rng)))
    fine = reshape_muscles(fine, spacing_mm, rng)
    image = acquire(signal(fine, noise, rng), spacing_mm, rng)
    return _finish(image, fine[:, ::FINE, ::FINE], rng)


def rescan(
    images: Tensor, tissues: Tensor, spacing_mm: float, noise: NoiseTextures, size: int, rng: np.random.Generator
) -> SynthesizedVolume:
    """Synthesize a volume from a real scan of a leg: deformed, with fat added to some, in a random contrast.

    Args:
        images: Fat and water, or a single image, [image, slice, CANVAS, CANVAS], float32.
        tissues: Codes of muscles, ``UNLABELED``, ``UNCERTAIN`` and ``AIR``, [slice, CANVAS, CANVAS], uint8.
        spacing_mm: Spacing of the slices.
        noise: Textures of added fat.
        size: Rows and columns of the volume, at most CANVAS.
        rng: Source of randomness.
    """
    grid = draw_grid(len(tissues), size, rng)
    tissues = move_codes(tissues, grid)
    return _finish(acquire(mix(move_images(images, grid), tissues, noise, rng), spacing_mm, rng), tissues, rng)


def as_scanned(images: Tensor, tissues: Tensor, size: int, rng: np.random.Generator) -> SynthesizedVolume:
    """Return an image of a real scan of a leg unchanged, cropped to the middle of its canvas.

    Args:
        images: Images of the scan, [image, slice, CANVAS, CANVAS], float32.
        tissues: Codes of muscles, ``UNLABELED``, ``UNCERTAIN`` and ``AIR``, [slice, CANVAS, CANVAS], uint8.
        size: Rows and columns of the volume, at most CANVAS.
        rng: Chooses the image.
    """
    spare = (images.shape[-1] - size) // 2
    middle = (..., slice(spare, spare + size), slice(spare, spare + size))
    image, codes = images[int(rng.integers(len(images)))][middle], tissues[middle].long()
    return SynthesizedVolume(normalize(image, codes != AIR), _TARGETS[codes], _COMPARTMENTS[codes])


def normalize(image: Tensor, leg: Tensor) -> Tensor:
    """Divide each slice, [..., row, column], by the ``BRIGHT_QUANTILE`` of its leg and clip it to 0 to 2.

    Args:
        image: Intensities, [..., row, column].
        leg: Mask of the leg, of the same shape.

    Returns:
        Normalized intensities, of the same shape.
    """
    flat = torch.where(leg, image, torch.nan).flatten(-2)[..., ::7]  # enough for a quantile
    scale = torch.nanquantile(flat, BRIGHT_QUANTILE, dim=-1).nan_to_num(1.0).clamp(min=1e-4)
    return (image / scale[..., None, None]).clamp(0, 2)


def _finish(image: Tensor, tissues: Tensor, rng: np.random.Generator) -> SynthesizedVolume:
    inside = field_of_view(tissues != AIR, rng) if rng.random() < CROPPED else torch.ones(1, dtype=torch.bool)
    tissues = torch.where(inside, tissues, AIR)
    images = normalize(torch.where(inside, image, 0), tissues != AIR)
    return SynthesizedVolume(images, _TARGETS[tissues], _COMPARTMENTS[tissues])


def field_of_view(leg: Tensor, rng: np.random.Generator) -> Tensor:
    """Draw a field of view that cuts off up to a third of the leg on a side.

    Args:
        leg: Mask of the leg, [slice, row, column].
        rng: Source of randomness.

    Returns:
        Mask of the field of view, [row, column].
    """
    axis, size = int(rng.integers(2)), leg.shape[-1]
    places = torch.nonzero(leg.any(dim=0).any(dim=1 - axis))[:, 0]
    if len(places) == 0:
        return torch.ones(size, size, dtype=torch.bool)
    first, last = int(places[0]), int(places[-1])
    cut = round(rng.uniform(0.0, 0.33) * (last - first))
    index = torch.arange(size)
    inside = index >= first + cut if rng.random() < 0.5 else index <= last - cut
    return (inside[:, None] if axis == 0 else inside[None, :]).expand(size, size)


def _target_of_code() -> Tensor:
    table = torch.zeros(CODES, dtype=torch.uint8)
    table[list(MUSCLES)] = torch.tensor(list(MUSCLES), dtype=torch.uint8)
    table[[*UNNAMED_MUSCLES, UNCERTAIN]] = IGNORED
    return table


def _compartment_of_code() -> Tensor:
    table = torch.zeros(CODES, dtype=torch.uint8)
    table[[*MUSCLES, *OTHER_MUSCLES, *UNNAMED_MUSCLES, INNER_FAT, VESSEL]] = WHOLE_MUSCLE
    table[SUBCUTANEOUS_FAT] = SUBCUTANEOUS
    table[[UNLABELED, UNCERTAIN]] = IGNORED
    return table


_TARGETS = _target_of_code()
_COMPARTMENTS = _compartment_of_code()
