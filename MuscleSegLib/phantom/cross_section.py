"""Cross-section of a leg: the tissue at each point."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.phantom.drawing import ANGLES
from MuscleSegLib.phantom.textures import Floats
from MuscleSegLib.phantom.tissues import Tissue

Codes = NDArray[np.uint8]
Disks = NDArray[np.float64]
"""[disk, (x, y, radius)]."""

REACH_MM = 8.0
"""Extension of a muscle into free space; the rest is fat."""

THIN_MM = 7.0
"""Thickness below which a muscle extends less, so that it ends in a point and not in a stump."""

SKIN_MM = 1.6
FASCIA_MM = 0.5
PERIOSTEUM_MM = 0.4

NOTCH_MM, NOTCH_DEPTH_MM = 1.8, 2.4
"""Rounding of muscles: widening of the gap between two where they meet a third or the fascia, and the distance over
which it closes."""

_FAR_MM = 1e3

Roughen = Callable[[Floats, Floats], tuple[Floats, Floats, Floats]]
"""Function from points to displaced points, and the relative width of septa there (0 is closed)."""

Points = tuple[NDArray[np.intp], ...]
"""Indices of points along each axis."""


@dataclass(frozen=True)
class Part:
    """Cross-section of a structure.

    Attributes:
        tissue: Tissue code.
        disks: [disk, (x, y, radius)] in millimeters.
        septum_mm: Half of the septum between it and its neighbors.
        shrink_mm: Retraction of its surface; below zero it has grown.
    """

    tissue: Tissue
    disks: Disks
    septum_mm: float = 0.0
    shrink_mm: float = 0.0


@dataclass(frozen=True)
class CrossSection:
    """A cross-section of a right leg, in millimeters from the leg's center, x to lateral and y to anterior.

    Attributes:
        parts: Structures that fill the space inside the fascia.
        tubes: Vessels, nerves, tendons and membranes.
        bones: Disks of each bone, and the thickness of its cortex.
        fascia_mm: Radius of the deep fascia at ``ANGLES`` angles, the first lateral, the next toward anterior.
        fat_mm: Thickness of the subcutaneous fat at the same angles.
    """

    parts: tuple[Part, ...]
    tubes: tuple[Part, ...]
    bones: tuple[tuple[Disks, float], ...]
    fascia_mm: NDArray[np.float64]
    fat_mm: NDArray[np.float64]

    @property
    def radius_mm(self) -> float:
        """Radius of a circle around the leg, skin included."""
        return float((self.fascia_mm + self.fat_mm).max()) + 2 * SKIN_MM

    def medial_mm(self, turn: float) -> float:
        """Return the medial extent of the skin in millimeters, of a leg turned outward by radians."""
        angles = np.arange(ANGLES) * (2 * np.pi / ANGLES) - turn
        return float(((self.fascia_mm + self.fat_mm + SKIN_MM) * -np.cos(angles)).max())

    def middle(self, tissue: Tissue) -> tuple[float, float, float]:
        """Return the center (x, y) of a muscle and its half-width, in millimeters."""
        disks = np.concatenate([part.disks for part in self.parts if part.tissue == tissue])
        weights = np.maximum(disks[:, 2], 0.1) ** 2
        center = weights @ disks[:, :2] / weights.sum()
        spread = np.sqrt(weights @ ((disks[:, :2] - center) ** 2).sum(axis=1) / weights.sum())
        return float(center[0]), float(center[1]), float(max(3.0, 0.7 * spread + np.sqrt(weights.mean())))

    def tissues(self, x: Floats, y: Floats, roughen: Roughen) -> tuple[Codes, Floats]:
        """Return the tissue at each point.

        Args:
            x: [...] to lateral, in millimeters.
            y: [...] to anterior, of the same shape.
            roughen: Displacement of points for muscles, which are less smooth than skin, fascia and bone.

        Returns:
            [...] ``Tissue`` codes, and [...] relative depth in the subcutaneous fat: 0 at the fascia, 1 at the skin.
        """
        outside, fat = self._around(x, y)
        codes = np.full(x.shape, Tissue.FASCIA, dtype=np.uint8)
        codes[outside > 0] = Tissue.SUBCUTANEOUS_FAT
        inside = np.nonzero(outside <= -FASCIA_MM)
        codes[inside] = self._muscles(*roughen(x[inside], y[inside]), -outside[inside])
        for tube in self.tubes:
            where, distance = _near(x, y, tube.disks)
            codes[tuple(index[distance < 0] for index in where)] = tube.tissue
        for disks, cortex_mm in self.bones:
            where, distance = _near(x, y, disks)
            bone_codes = codes[where]
            bone_codes[(distance < PERIOSTEUM_MM) & (outside[where] <= 0)] = Tissue.INTERMUSCULAR_FAT
            bone_codes[distance < 0] = Tissue.CORTEX
            bone_codes[distance < -cortex_mm] = Tissue.MARROW
            codes[where] = bone_codes
        codes[outside > fat] = Tissue.SKIN
        codes[outside > fat + SKIN_MM] = Tissue.AIR
        return codes, outside / fat

    def _muscles(self, x: Floats, y: Floats, widen: Floats, depth: Floats) -> Codes:
        """Return the code of the structure nearest to each point, or of fat in septa between two structures."""
        first, second = np.full_like(x, REACH_MM), np.full_like(x, _FAR_MM)
        third = np.full_like(x, _FAR_MM)
        codes = np.full(x.shape, Tissue.INTERMUSCULAR_FAT, dtype=np.uint8)
        gap = np.zeros_like(x)  # half of the septum of the nearest structure
        for part in self.parts:
            thickness = float(np.clip(part.disks[:, 2].max() / THIN_MM, 0, 1))
            distance = chain_distance(x, y, part.disks) + np.float32(REACH_MM * (1 - thickness) + part.shrink_mm)
            is_nearer = distance < first
            codes[is_nearer] = part.tissue
            gap[is_nearer] = part.septum_mm
            np.minimum(third, np.maximum(second, distance), out=third)
            np.minimum(second, np.maximum(first, distance), out=second)
            np.minimum(first, distance, out=first)
        notch = NOTCH_MM * np.exp(np.minimum(third - first, depth) / -NOTCH_DEPTH_MM) * (gap > 0)
        # Across a border one distance grows as fast as the other falls: their difference is twice the way from it.
        codes[second - first < 2 * widen * (gap + notch)] = Tissue.INTERMUSCULAR_FAT
        return codes

    def _around(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Return the distance to the fascia, positive outside, and the thickness of the fat over it, [...] each."""
        slope = np.gradient(np.concatenate([self.fascia_mm[-1:], self.fascia_mm, self.fascia_mm[:1]]))[1:-1]
        slope *= ANGLES / (2 * np.pi)
        tilt = self.fascia_mm / np.hypot(self.fascia_mm, slope)
        places = (np.arctan2(y, x) % np.float32(2 * np.pi)) * np.float32(ANGLES / (2 * np.pi))
        index = places.astype(np.int32)
        share = places - index
        index %= ANGLES

        def at(values: NDArray[np.float64]) -> Floats:
            low, step = values.astype(np.float32), np.diff(values, append=values[:1]).astype(np.float32)
            return np.asarray(low[index] + share * step[index])

        return (np.hypot(x, y) - at(self.fascia_mm)) * at(tilt), at(self.fat_mm)


def chain_distance(x: Floats, y: Floats, disks: Disks) -> Floats:
    """Return the distance of points to a chain of disks joined by bands, negative inside, of the points' shape.

    The radius is interpolated linearly between two disks, which approximates the distance to their common tangent
    where neighbors differ little.

    Args:
        x: [...] to lateral, in millimeters.
        y: [...] to anterior, of the same shape.
        disks: [disk, (x, y, radius)] in millimeters.
    """
    distance = np.full_like(x, _FAR_MM)
    for start, end in pairwise(disks if len(disks) > 1 else (disks[0], disks[0])):
        step_x, step_y, growth = (float(value) for value in end - start)
        from_x, from_y = x - np.float32(start[0]), y - np.float32(start[1])
        length = max(step_x**2 + step_y**2, 1e-6)
        along = np.clip((from_x * step_x + from_y * step_y) / length, 0, 1)
        from_x -= along * step_x
        from_y -= along * step_y
        np.minimum(distance, np.sqrt(from_x**2 + from_y**2) - along * growth - float(start[2]), out=distance)
    return distance


def _near(x: Floats, y: Floats, disks: Disks) -> tuple[Points, Floats]:
    """Return the indices of points near a chain, and their distances to it."""
    low, high = (disks[:, :2] - disks[:, 2:]).min(axis=0) - 1, (disks[:, :2] + disks[:, 2:]).max(axis=0) + 1
    where = np.nonzero((x > low[0]) & (x < high[0]) & (y > low[1]) & (y < high[1]))
    return where, chain_distance(x[where], y[where], disks)
