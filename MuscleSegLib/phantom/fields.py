"""Smooth random fields: what bends a leg, and the streaks of fat in its muscles."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.phantom.section import Floats

TILE = 128  # pixels
PIXEL_MM = 1.5
HIGHEST = 3.0
"""No place of a texture is farther from the mean, in SD."""


@dataclass(frozen=True)
class Waves:
    """A field of zero mean and unit variance that varies slowly: a sum of sines.

    Attributes:
        directions: [wave, (x, y, z)], radians per millimeter.
        phases: [wave], radians.

    """

    directions: NDArray[np.float64]
    phases: NDArray[np.float64]

    @classmethod
    def draw(cls, rng: np.random.Generator, *, count: int = 5) -> "Waves":
        """Draw waves 7 to 15 cm long across the leg, and longer along it."""
        angles = rng.uniform(0, 2 * np.pi, count)
        steps = 2 * np.pi / rng.uniform(70, 150, count)
        along = 2 * np.pi / 200 * rng.uniform(-1, 1, count)
        directions = np.stack([steps * np.cos(angles), steps * np.sin(angles), along], axis=1)
        return cls(directions, rng.uniform(0, 2 * np.pi, count))

    def at(self, x: Floats, y: Floats, z: float) -> Floats:
        """Return the field at points of a plane, of their shape."""
        field = np.zeros_like(x)
        for (step_x, step_y, step_z), phase in zip(self.directions.tolist(), self.phases.tolist(), strict=True):
            field += np.sin(step_x * x + (step_y * y + np.float32(step_z * z + phase)))
        return field * np.float32(np.sqrt(2 / len(self.phases)))


@dataclass(frozen=True)
class Texture:
    """A field of zero mean and unit variance with streaks and patches of 3 to 15 mm, which repeats every 192 mm.

    Attributes:
        tiles: [2, row, column]; going up the leg, one turns into the other and back.
        wavelength_mm: After which it does.

    """

    tiles: Floats
    wavelength_mm: float

    @classmethod
    def draw(cls, rng: np.random.Generator) -> "Texture":
        """Draw a texture."""
        return cls(np.stack([_tile(rng), _tile(rng)]), float(rng.uniform(120, 200)))

    def at(self, x: Floats, y: Floats, z: float) -> Floats:
        """Return the field at points of a plane, of their shape."""
        from scipy.ndimage import map_coordinates

        turn = 2 * np.pi * z / self.wavelength_mm
        tile = np.float32(np.cos(turn)) * self.tiles[0] + np.float32(np.sin(turn)) * self.tiles[1]
        tile = np.clip(tile, -HIGHEST, HIGHEST)
        return np.asarray(map_coordinates(tile, [y / PIXEL_MM, x / PIXEL_MM], order=1, mode="grid-wrap"))


def _tile(rng: np.random.Generator) -> Floats:
    from scipy.ndimage import gaussian_filter

    fine, coarse = (
        gaussian_filter(rng.normal(size=(TILE, TILE)), sigmas, mode="wrap") for sigmas in ((0.9, 2.0), (4.0, 3.0))
    )
    tile = fine / fine.std() + coarse / coarse.std()
    return np.asarray((tile - tile.mean()) / tile.std(), dtype=np.float32)
