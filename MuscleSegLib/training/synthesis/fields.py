"""Smooth random fields: textures of tissue, shading of coils, bending of a leg."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from MuscleSegLib.training.legs.leg_tissues import CANVAS
from MuscleSegLib.training.synthesis.patient_textures import sample_texture

OF_PATIENTS = 0.5  # share of the textures of fat in muscles that are a patient's, where there is any


def normal(rng: np.random.Generator, *shape: int) -> Tensor:
    """Return standard normal numbers of a shape, float32."""
    return torch.from_numpy(rng.standard_normal(shape, dtype=np.float32))


def uniform(rng: np.random.Generator, low: float, high: float, *shape: int) -> Tensor:
    """Return uniform numbers from ``low`` to ``high`` of a shape, float32."""
    return torch.from_numpy(rng.random(shape, dtype=np.float32)) * (high - low) + low


def smooth(rng: np.random.Generator, count: int, knots: int, size: int) -> Tensor:
    """Return smooth fields, [count, size, size], through ``knots`` x ``knots`` standard normal numbers."""
    return functional.interpolate(normal(rng, 1, count, knots, knots), size=(size, size), mode="bicubic")[0]


def along(slices: int) -> Tensor:
    """Return the place of each slice along a volume, [slice, 1, 1], from -0.5 to 0.5; 0 for a single slice."""
    return (torch.arange(slices) - (slices - 1) / 2).reshape(-1, 1, 1) / max(slices - 1, 1)


def _standardized(fields: Tensor) -> Tensor:
    return fields / fields.std(dim=(1, 2), keepdim=True)


@dataclass(frozen=True)
class NoiseTextures:
    """Random textures of unit variance, drawn once and sampled often.

    Attributes:
        coarse: Fields with blobs of some 20 mm, [field, CANVAS, CANVAS].
        fine: Fields with blobs of some 5 mm, [field, CANVAS, CANVAS].
        patients: Textures of patients' muscles, [slice, CANVAS, CANVAS] each.
    """

    coarse: Tensor
    fine: Tensor
    patients: tuple[Tensor, ...] = ()

    @classmethod
    def draw(cls, rng: np.random.Generator, count: int = 192, patients: Iterable[Tensor] = ()) -> "NoiseTextures":
        """Draw ``count`` fields of each invented kind."""
        coarse, fine = (smooth(rng, count, knots, CANVAS) for knots in (12, 48))
        return cls(_standardized(coarse), _standardized(fine), tuple(patients))

    def infiltration(self, slices: int, size: int, rng: np.random.Generator) -> Tensor:
        """Return a texture of fat in muscles, [slice, size, size]: a patient's, or an invented one."""
        if self.patients and rng.random() < OF_PATIENTS:
            return sample_texture(self.patients, slices, size, rng)
        return self.sample(slices, size, rng)

    def sample(self, slices: int, size: int, rng: np.random.Generator) -> Tensor:
        """Return a texture, [slice, size, size]: a random mixture of both kinds that changes along the limb."""
        share = rng.random()
        turn = rng.uniform(0.2, 1.6) * torch.arange(slices).reshape(-1, 1, 1)  # radians: neighboring slices are alike
        out = torch.zeros(slices, size, size)
        for weight, bank in ((share, self.coarse), (1 - share, self.fine)):
            first, second = self._pick(bank, size, rng)
            out += weight**0.5 * (torch.cos(turn) * first + torch.sin(turn) * second)
        return out

    @staticmethod
    def _pick(bank: Tensor, size: int, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        row, column = rng.integers(CANVAS - size + 1, size=2)
        chosen = bank[rng.integers(len(bank), size=2), row : row + size, column : column + size]
        flips = [axis for axis in (1, 2) if rng.random() < 0.5]
        return cast(tuple[Tensor, Tensor], tuple(chosen.flip(flips)))
