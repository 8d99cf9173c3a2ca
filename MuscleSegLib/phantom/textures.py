"""Smooth random textures: bends of outlines, and grain, streaks, strands and patches of fat in a muscle."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

TILE = 128
"""Period of a texture in plane, in pixels."""

KNOTS = 16
"""Period of a texture along the limb, in tiles."""

HIGHEST = 3.0
"""Largest deviation from the mean, in SD."""


@dataclass(frozen=True)
class Texture:
    """Random field of zero mean and unit variance.

    Attributes:
        tiles: [knot, row, column] values.
        pixel_mm: Pixel size of a tile.
        knot_mm: Distance of tiles along the limb; between them, values fade from tile to tile.
    """

    tiles: Floats
    pixel_mm: float
    knot_mm: float

    @classmethod
    def draw(
        cls, rng: np.random.Generator, *, pixel_mm: float, sizes_mm: tuple[float, float], knot_mm: float
    ) -> "Texture":
        """Draw a texture smoothed by a Gaussian of these SDs along y and along x."""
        from scipy.ndimage import gaussian_filter

        sigmas = (0.0, sizes_mm[0] / pixel_mm, sizes_mm[1] / pixel_mm)
        noise = rng.standard_normal((KNOTS, TILE, TILE), dtype=np.float32)
        tiles = gaussian_filter(noise, sigmas, mode="wrap", truncate=3.0)
        tiles -= tiles.mean(axis=(1, 2), keepdims=True)
        tiles /= tiles.std(axis=(1, 2), keepdims=True)
        return cls(np.clip(tiles, -HIGHEST, HIGHEST), pixel_mm, knot_mm)

    def at(self, x: Floats, y: Floats, z: float, *, angle: float = 0.0) -> Floats:
        """Return the texture at points of a plane, of their shape.

        Args:
            x: [...] in millimeters.
            y: [...] in millimeters, of the same shape.
            z: Height of all points in millimeters.
            angle: Counterclockwise rotation of the texture, in radians.
        """
        from scipy.ndimage import map_coordinates

        cosine, sine = np.float32(np.cos(angle) / self.pixel_mm), np.float32(np.sin(angle) / self.pixel_mm)
        places = np.stack([cosine * y - sine * x, cosine * x + sine * y])
        return np.asarray(map_coordinates(self._tile(z), places, order=1, mode="grid-wrap"))

    def _tile(self, z: float) -> Floats:
        knot, share = divmod(z / self.knot_mm, 1.0)
        low, high = self.tiles[int(knot) % KNOTS], self.tiles[(int(knot) + 1) % KNOTS]
        # A quarter turn keeps the variance; its share is eased so that nothing changes suddenly at a knot.
        turn = np.pi / 2 * share**2 * (3 - 2 * share)
        return np.asarray(np.float32(np.cos(turn)) * low + np.float32(np.sin(turn)) * high)
