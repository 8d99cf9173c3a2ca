"""How a leg lies, and the bends and roughness that make its outlines its own."""

from dataclasses import dataclass

import numpy as np

from MuscleSegLib.phantom.fields import Floats, Texture


@dataclass(frozen=True)
class Posture:
    """How a leg lies.

    Attributes:
        turn: Outward, in radians.
        flatten: How much the table presses it flat from behind, 0 not at all.
        low_mm: (x, y) of the leg's center at the lowest level, right and anterior; x as if this were a right leg.
        high_mm: The same at the highest level.

    """

    turn: float
    flatten: float
    low_mm: tuple[float, float]
    high_mm: tuple[float, float]

    def center_mm(self, share: float) -> tuple[float, float]:
        """Return (x, y) of a right leg's center so far up, 0 to 1."""
        x, y = (low + share * (high - low) for low, high in zip(self.low_mm, self.high_mm, strict=True))
        return x, y

    def local(self, x: Floats, y: Floats, share: float, size_mm: float) -> tuple[Floats, Floats]:
        """Return points of a right leg that lies like this as points of the drawing, both in millimeters.

        Args:
            x: To the right in the patient.
            y: Anterior, of the same shape.
            share: How far up the leg, 0 to 1.
            size_mm: Radius of the leg there.

        """
        center_x, center_y = self.center_mm(share)
        lateral, anterior = x - np.float32(center_x), y - np.float32(center_y)
        behind = np.maximum(-anterior - np.float32(0.3 * size_mm), 0)
        anterior -= np.float32(self.flatten / size_mm) * behind**2
        cosine, sine = np.float32(np.cos(self.turn)), np.float32(np.sin(self.turn))
        return cosine * lateral - sine * anterior, sine * lateral + cosine * anterior


Moves = tuple[float, Texture, Texture]
"""SD in millimeters, and the moves along x and along y."""


@dataclass(frozen=True)
class Outlines:
    """Bends and roughness that make a leg's outlines its own, and where its septa are wide.

    Attributes:
        bends: Along x and along y, centimeters long, with their SD in millimeters.
        roughness: The same, millimeters long.
        septa: Where the fat between muscles is wider than elsewhere.
        width: How wide it is on average, relative to the drawing's.

    """

    bends: Moves
    roughness: Moves
    septa: Texture
    width: float

    @classmethod
    def draw(cls, rng: np.random.Generator, fat_fraction: float) -> "Outlines":
        """Draw a leg's outlines; where muscles are fatty, there is more fat between them, too."""

        def pair(pixel_mm: float, size_mm: float, knot_mm: float) -> tuple[Texture, Texture]:
            sizes = (size_mm, size_mm)
            one, other = (Texture.draw(rng, pixel_mm=pixel_mm, sizes_mm=sizes, knot_mm=knot_mm) for _ in range(2))
            return one, other

        return cls(
            bends=(rng.uniform(1.0, 1.8), *pair(4.0, 16.0, 60.0)),
            roughness=(rng.uniform(0.5, 0.8), *pair(1.8, 4.0, 22.0)),
            septa=Texture.draw(rng, pixel_mm=2.0, sizes_mm=(6.0, 6.0), knot_mm=25.0),
            width=float(rng.uniform(0.5, 0.85)) * (1 + 3 * fat_fraction),
        )

    @property
    def reach_mm(self) -> float:
        """SD of how far an outline is moved."""
        return self.bends[0] + self.roughness[0]

    def bent(self, x: Floats, y: Floats, z: float) -> tuple[Floats, Floats]:
        """Return the points of the drawing that come to lie at these, all in millimeters."""
        return _moved(self.bends, x, y, z)

    def roughened(self, x: Floats, y: Floats, z: float) -> tuple[Floats, Floats, Floats]:
        """Return the same for the outlines of muscles, and how wide the fat between them is, relative to usual."""
        widen = np.maximum(1 + np.float32(0.7) * self.septa.at(x, y, z), 0) * np.float32(self.width)
        return *_moved(self.roughness, x, y, z), widen


def _moved(moves: Moves, x: Floats, y: Floats, z: float) -> tuple[Floats, Floats]:
    size_mm, along_x, along_y = moves
    return x + np.float32(size_mm) * along_x.at(x, y, z), y + np.float32(size_mm) * along_y.at(x, y, z)
