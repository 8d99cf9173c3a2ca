"""Posture of a leg, and random bends and roughness of its outlines."""

from dataclasses import dataclass

import numpy as np

from MuscleSegLib.phantom.textures import Floats, Texture


@dataclass(frozen=True)
class Posture:
    """Position, rotation and flattening of a leg.

    Attributes:
        turn: Outward rotation, in radians.
        flatten: Flattening from behind by the table, 0 for none.
        low_mm: Center (x, y) at the lowest level, right and anterior; x as if this were a right leg.
        high_mm: Center (x, y) at the highest level.
    """

    turn: float
    flatten: float
    low_mm: tuple[float, float]
    high_mm: tuple[float, float]

    def center_mm(self, share: float) -> tuple[float, float]:
        """Return the center (x, y) of a right leg at a relative height, 0 to 1."""
        x, y = (low + share * (high - low) for low, high in zip(self.low_mm, self.high_mm, strict=True))
        return x, y

    def local(self, x: Floats, y: Floats, share: float, size_mm: float) -> tuple[Floats, Floats]:
        """Return the drawing's coordinates (x, y) of points of a right leg in this posture, in millimeters.

        Args:
            x: [...] to the right in the patient, in millimeters.
            y: [...] anterior, of the same shape.
            share: Relative height, 0 to 1.
            size_mm: Radius of the leg at this height.
        """
        center_x, center_y = self.center_mm(share)
        lateral, anterior = x - np.float32(center_x), y - np.float32(center_y)
        behind = np.maximum(-anterior - np.float32(0.3 * size_mm), 0)
        anterior -= np.float32(self.flatten / size_mm) * behind**2
        cosine, sine = np.float32(np.cos(self.turn)), np.float32(np.sin(self.turn))
        return cosine * lateral - sine * anterior, sine * lateral + cosine * anterior


Displacement = tuple[float, Texture, Texture]
"""SD in millimeters, and the normalized displacements along x and along y."""


@dataclass(frozen=True)
class Outlines:
    """Random displacements of a leg's outlines, and the width of its septa.

    Attributes:
        bends: Displacements with features of centimeters.
        roughness: Displacements with features of millimeters.
        septa: Relative variation of the width of the fat between muscles.
        width: Mean width of that fat, relative to the drawing's.
    """

    bends: Displacement
    roughness: Displacement
    septa: Texture
    width: float

    @classmethod
    def draw(cls, rng: np.random.Generator, fat_fraction: float) -> "Outlines":
        """Draw a leg's outlines; a higher mean fat fraction of its muscles, 0 to 1, widens the septa."""

        def pair(pixel_mm: float, size_mm: float, knot_mm: float) -> tuple[Texture, Texture]:
            sizes = (size_mm, size_mm)
            along_x, along_y = (Texture.draw(rng, pixel_mm=pixel_mm, sizes_mm=sizes, knot_mm=knot_mm) for _ in range(2))
            return along_x, along_y

        return cls(
            bends=(rng.uniform(1.0, 1.8), *pair(4.0, 16.0, 60.0)),
            roughness=(rng.uniform(0.5, 0.8), *pair(1.8, 4.0, 22.0)),
            septa=Texture.draw(rng, pixel_mm=2.0, sizes_mm=(6.0, 6.0), knot_mm=25.0),
            width=float(rng.uniform(0.5, 0.85)) * (1 + 3 * fat_fraction),
        )

    @property
    def reach_mm(self) -> float:
        """Sum of the SDs of an outline's displacements."""
        return self.bends[0] + self.roughness[0]

    def bent(self, x: Floats, y: Floats, z: float) -> tuple[Floats, Floats]:
        """Return the drawing's coordinates of points, [...] each in millimeters, with the bends undone."""
        return _displaced(self.bends, x, y, z)

    def roughened(self, x: Floats, y: Floats, z: float) -> tuple[Floats, Floats, Floats]:
        """Return coordinates with the roughness of muscles undone, and the relative width of septa, [...] each."""
        widen = np.maximum(1 + np.float32(0.7) * self.septa.at(x, y, z), 0) * np.float32(self.width)
        return *_displaced(self.roughness, x, y, z), widen


def _displaced(displacement: Displacement, x: Floats, y: Floats, z: float) -> tuple[Floats, Floats]:
    size_mm, along_x, along_y = displacement
    return x + np.float32(size_mm) * along_x.at(x, y, z), y + np.float32(size_mm) * along_y.at(x, y, z)
