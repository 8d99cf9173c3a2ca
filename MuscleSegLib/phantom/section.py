"""One cross-section of a thigh: which tissue is where."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from MuscleSegLib.phantom import table
from MuscleSegLib.phantom.tissues import Tissue

Floats = NDArray[np.float32]
Codes = NDArray[np.uint8]

_Curve = Callable[[float], NDArray[np.float64]]
_Curves = tuple[_Curve, _Curve, tuple[tuple[Tissue, _Curve], ...], tuple[tuple[Tissue, _Curve], ...]]

REACH_MM = 6.0
"""How far a muscle spreads into room that nobody else takes; what is left is fat."""

THIN_MM = 7.0
"""A muscle that is nowhere as thick as this spreads less, so that it runs out in a point and not in a stump."""

SKIN_MM = 1.8
SQUARENESS = 2.2  # the exponent of the fascia's outline: 2 is an ellipse
CORNER = 2 ** (0.5 - 1 / SQUARENESS)
"""How far that outline's corners stand out, in its radius."""

ECCENTRICITY = 0.4
"""How much thicker than its mean the fat is where it is thickest, medially and behind, and thinner opposite."""

_FAR_MM = 1e3

SEPTUM_MM = dict.fromkeys(table.STRUCTURES, 0.6) | {
    Tissue.VASTUS_INTERMEDIUS: 0.2,
    Tissue.VASTUS_LATERALIS: 0.5,
    Tissue.VASTUS_MEDIALIS: 0.4,
}
"""Each muscle's share of the fat between it and its neighbor. The vasti are nearly one muscle."""


@dataclass(frozen=True)
class Section:
    """A cross-section of a right leg, in millimeters from the fascia's center, x to lateral and y to anterior.

    Attributes:
        structures: What shares the room, each [disk, (x, y, radius)].
        tubes: What runs through it.
        femur: [disk, (x, y, radius)].
        cortex_mm: Thickness of the femur's cortex.
        fascia_mm: Half the width and half the depth of the fascia lata.
        fat_mm: Mean thickness of the subcutaneous fat, without the skin.

    """

    structures: tuple[tuple[Tissue, NDArray[np.float64]], ...]
    tubes: tuple[tuple[Tissue, NDArray[np.float64]], ...]
    femur: NDArray[np.float64]
    cortex_mm: float
    fascia_mm: tuple[float, float]
    fat_mm: float

    @property
    def radius_mm(self) -> float:
        """Of a circle that holds everything, skin included."""
        return max(self.fascia_mm) * CORNER + (1 + ECCENTRICITY) * self.fat_mm + SKIN_MM

    def tissues(self, x: Floats, y: Floats) -> Codes:
        """Return the tissue at each point.

        Args:
            x: Millimeters to lateral, of any shape.
            y: Millimeters to anterior, of the same shape.

        Returns:
            ``Tissue`` codes, of the same shape.

        """
        codes = self._muscles(x, y)
        self._wrap(codes, x, y)
        for tissue, disks in self.tubes:
            codes[chain_distance(x, y, disks) < 0] = tissue
        bone = chain_distance(x, y, self.femur)
        codes[bone < 0.5] = Tissue.INNER_FAT
        codes[bone < 0] = Tissue.CORTEX
        codes[bone < -self.cortex_mm] = Tissue.MARROW
        return codes

    def _muscles(self, x: Floats, y: Floats) -> Codes:
        """Give each point to the nearest structure, less a septum where the next one is as near."""
        nearest, next_nearest = np.full_like(x, REACH_MM), np.full_like(x, _FAR_MM)
        codes = np.full(x.shape, Tissue.INNER_FAT, dtype=np.uint8)
        gap = np.zeros_like(x)  # the septum's share of whoever is nearest
        for tissue, disks in self.structures:
            thickness = float(np.clip(disks[:, 2].max() / THIN_MM, 0, 1))
            distance = chain_distance(x, y, disks) + REACH_MM * (1 - thickness)
            np.minimum(next_nearest, np.maximum(nearest, distance), out=next_nearest)
            is_nearer = distance < nearest
            codes[is_nearer] = tissue
            gap[is_nearer] = SEPTUM_MM[tissue]
            np.minimum(nearest, distance, out=nearest)
        # Across a border one distance grows as fast as the other falls: their difference is twice the way from it.
        codes[next_nearest - nearest < 2 * gap] = Tissue.INNER_FAT
        return codes

    def _wrap(self, codes: Codes, x: Floats, y: Floats) -> None:
        """Cut everything off at the fascia and lay fat and skin around it."""
        width, depth = self.fascia_mm
        radius = np.hypot(x, y)
        size = ((np.abs(x) / width) ** SQUARENESS + (np.abs(y) / depth) ** SQUARENESS) ** (1 / SQUARENESS)
        outside = radius * (1 - 1 / np.maximum(size, 1e-3))
        towards = (0.8 * x + 0.6 * y) / np.maximum(radius, 1e-3)
        fat = self.fat_mm * (1 - ECCENTRICITY * towards)
        codes[(outside > -0.8) & (outside <= 0)] = Tissue.INNER_FAT
        codes[outside > 0] = Tissue.SUBCUTANEOUS_FAT
        codes[outside > fat] = Tissue.SKIN
        codes[outside > fat + SKIN_MM] = Tissue.AIR


def section_at(height_mm: float, girth: float, fat: float) -> Section:
    """Interpolate the table.

    Args:
        height_mm: Above the patella; beyond the table's ends it is as at the end.
        girth: Of this leg; 1 is the table's.
        fat: Thickness of its subcutaneous fat; 1 is the table's.

    """
    height = float(np.clip(height_mm, table.LEVELS_MM[0], table.LEVELS_MM[-1]))
    outline, femur, structures, tubes = _curves()
    radius, width, cortex_mm, fat_mm = outline(height).tolist()
    radius *= girth
    scaled = [(tissue, radius * curve(height)) for tissue, curve in structures]
    return Section(
        structures=tuple((tissue, disks) for tissue, disks in scaled if disks[:, 2].max() > 0),
        tubes=tuple((tissue, radius * curve(height)) for tissue, curve in tubes),
        femur=radius * femur(height),
        cortex_mm=cortex_mm,
        fascia_mm=(radius * width, radius / width),
        fat_mm=fat * fat_mm,
    )


def chain_distance(x: Floats, y: Floats, disks: NDArray[np.float64]) -> Floats:
    """Return the distance of points to a chain of disks joined by bands, negative inside, of the points' shape.

    Between two disks the radius runs linearly along the line between them, which is not quite the distance to their
    common tangent, but near enough where neighbors differ little.
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


@cache
def _curves() -> _Curves:
    """Return the table as curves along the leg that do not overshoot; made once, since making them is slow."""
    from scipy.interpolate import PchipInterpolator

    def curve(levels: ArrayLike) -> _Curve:
        return cast("_Curve", PchipInterpolator(table.LEVELS_MM, np.asarray(levels, dtype=np.float64)))

    outline = np.transpose([table.FASCIA_RADIUS_MM, table.FASCIA_WIDTH, table.CORTEX_MM, table.FAT_MM])
    structures = tuple((tissue, curve(levels)) for tissue, levels in table.STRUCTURES.items())
    tubes = tuple((tissue, curve(levels)) for tissue, levels in table.TUBES)
    return curve(outline), curve(table.FEMUR), structures, tubes
