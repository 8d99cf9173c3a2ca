"""Volumes for training: one leg in one contrast, out of its tissues or out of a real scan of it."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from MuscleSegLib.training.legs.tissues import (
    AIR,
    CODES,
    FINE,
    INNER_FAT,
    MUSCLES,
    OTHER_MUSCLES,
    SUBCUTANEOUS_FAT,
    UNCERTAIN,
    UNLABELED,
    UNNAMED_ADDUCTORS,
    VESSEL,
)
from MuscleSegLib.training.synthesis.acquisition import acquire
from MuscleSegLib.training.synthesis.contrasts import signal
from MuscleSegLib.training.synthesis.deformation import draw_grid, finer, move_codes, move_images
from MuscleSegLib.training.synthesis.fields import Noise
from MuscleSegLib.training.synthesis.mixing import mix
from MuscleSegLib.training.synthesis.shapes import reshape_muscles

BRIGHT_QUANTILE = 0.98
"""Images are divided by this quantile of the leg's pixels, slice by slice; inference does the same."""

IGNORED = 255
"""In targets: nobody knows, so nothing is learned."""

WHOLE_MUSCLE, SUBCUTANEOUS = 1, 2
"""Compartments; 0 is everything else."""

CROPPED = 0.12  # of the volumes see a part of the leg's width


@dataclass(frozen=True)
class Drawn:
    """A volume of one leg.

    Attributes:
        images: [slice, size, size], float32, normalized.
        targets: Muscle codes [slice, size, size], uint8, and ``IGNORED``.
        compartments: The same size: ``WHOLE_MUSCLE`` (everything inside the fascia but bone), ``SUBCUTANEOUS`` fat.

    """

    images: Tensor
    targets: Tensor
    compartments: Tensor


def synthesize(tissues: Tensor, spacing_mm: float, noise: Noise, size: int, rng: np.random.Generator) -> Drawn:
    """Make a volume of a leg whose every tissue is known.

    Args:
        tissues: Codes [slice, row, column], uint8, on canvases ``FINE`` times finer than CANVAS.
        spacing_mm: Between slices.
        noise: The fields to draw textures from.
        size: Rows and columns of what comes out, at most CANVAS.
        rng: Decides everything.

    """
    fine = move_codes(tissues, finer(draw_grid(len(tissues), size, rng)))
    fine = reshape_muscles(fine, spacing_mm, rng)
    image = acquire(signal(fine, noise, rng), spacing_mm, rng)
    return _finish(image, fine[:, ::FINE, ::FINE], rng)


def rescan(
    images: Tensor, tissues: Tensor, spacing_mm: float, noise: Noise, size: int, rng: np.random.Generator
) -> Drawn:
    """Make a volume of a leg that was really scanned: deformed, with more fat at times, in another contrast.

    Args:
        images: [image, slice, CANVAS, CANVAS], float32: fat and water, or one image.
        tissues: Codes [slice, CANVAS, CANVAS], uint8: muscles, ``UNLABELED``, ``UNCERTAIN`` and ``AIR``.
        spacing_mm: Between slices.
        noise: The fields to draw textures from.
        size: Rows and columns of what comes out, at most CANVAS.
        rng: Decides everything.

    """
    grid = draw_grid(len(tissues), size, rng)
    tissues = move_codes(tissues, grid)
    return _finish(acquire(mix(move_images(images, grid), tissues, noise, rng), spacing_mm, rng), tissues, rng)


def as_scanned(images: Tensor, tissues: Tensor, size: int, rng: np.random.Generator) -> Drawn:
    """Take one image of a leg that was scanned as it is, cut to the middle of its canvas.

    Args:
        images: [image, slice, CANVAS, CANVAS], float32.
        tissues: Codes [slice, CANVAS, CANVAS], uint8: muscles, ``UNLABELED``, ``UNCERTAIN`` and ``AIR``.
        size: Rows and columns of what comes out, at most CANVAS.
        rng: Chooses the image.

    """
    spare = (images.shape[-1] - size) // 2
    middle = (..., slice(spare, spare + size), slice(spare, spare + size))
    image, shown = images[int(rng.integers(len(images)))][middle], tissues[middle].long()
    return Drawn(normalize(image, shown != AIR), _TARGETS[shown], _COMPARTMENTS[shown])


def normalize(image: Tensor, leg: Tensor) -> Tensor:
    """Divide each slice, [..., row, column], by the ``BRIGHT_QUANTILE`` of its leg and clip it to 0 to 2."""
    flat = torch.where(leg, image, torch.nan).flatten(-2)[..., ::7]  # enough for a quantile
    scale = torch.nanquantile(flat, BRIGHT_QUANTILE, dim=-1).nan_to_num(1.0).clamp(min=1e-4)
    return (image / scale[..., None, None]).clamp(0, 2)


def _finish(image: Tensor, tissues: Tensor, rng: np.random.Generator) -> Drawn:
    seen = field_of_view(tissues != AIR, rng) if rng.random() < CROPPED else torch.ones(1, dtype=torch.bool)
    tissues = torch.where(seen, tissues, AIR)
    images = normalize(torch.where(seen, image, 0), tissues != AIR)
    return Drawn(images, _TARGETS[tissues], _COMPARTMENTS[tissues])


def field_of_view(leg: Tensor, rng: np.random.Generator) -> Tensor:
    """Draw a straight border that cuts off up to a third of the leg, [slice, row, column], on one side."""
    axis, size = int(rng.integers(2)), leg.shape[-1]
    places = torch.nonzero(leg.any(dim=0).any(dim=1 - axis))[:, 0]
    if len(places) == 0:
        return torch.ones(size, size, dtype=torch.bool)
    first, last = int(places[0]), int(places[-1])
    cut = round(rng.uniform(0.0, 0.33) * (last - first))
    index = torch.arange(size)
    seen = index >= first + cut if rng.random() < 0.5 else index <= last - cut
    return (seen[:, None] if axis == 0 else seen[None, :]).expand(size, size)


def _target_of_code() -> Tensor:
    table = torch.zeros(CODES, dtype=torch.uint8)
    table[list(MUSCLES)] = torch.tensor(list(MUSCLES), dtype=torch.uint8)
    table[[*UNNAMED_ADDUCTORS, UNCERTAIN]] = IGNORED
    return table


def _compartment_of_code() -> Tensor:
    table = torch.zeros(CODES, dtype=torch.uint8)
    table[[*MUSCLES, *OTHER_MUSCLES, *UNNAMED_ADDUCTORS, INNER_FAT, VESSEL]] = WHOLE_MUSCLE
    table[SUBCUTANEOUS_FAT] = SUBCUTANEOUS
    table[[UNLABELED, UNCERTAIN]] = IGNORED
    return table


_TARGETS = _target_of_code()
_COMPARTMENTS = _compartment_of_code()
