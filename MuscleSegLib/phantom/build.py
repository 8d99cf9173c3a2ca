"""Build of a leg: scaling of the drawing's measures, and the resulting cross-sections."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.phantom.cross_section import CrossSection, Part
from MuscleSegLib.phantom.drawing import ANGLES, Curves, Drawing, curves

DRAWINGS: Mapping[str, Drawing] = MappingProxyType({region: Drawing.read(region) for region in ("thigh", "calf")})

LEAST_FAT_MM = 1.5
"""Least thickness of the subcutaneous fat."""

SKIN_SMOOTHNESS = 18.0  # degrees: fat fills the grooves between muscles


@cache
def region_curves(region: str) -> Curves:
    """Return a region's drawing as functions of height, cached since their construction is slow."""
    return curves(DRAWINGS[region])


@dataclass(frozen=True)
class Build:
    """Measures of a leg, relative to those of the drawing.

    Attributes:
        girth: Radius of the fascia and of all inside it.
        fat: Thickness of the subcutaneous fat.
        fat_tilt: Relative excess of fat on one side, and its direction in radians from lateral to anterior.
        cortex: Thickness of the bones' cortex.
        shrink_mm: Retraction of each structure's surface by its name; below zero it has grown.
    """

    girth: float
    fat: float
    fat_tilt: tuple[float, float]
    cortex: float
    shrink_mm: Mapping[str, float]

    def section(self, region: str, height_mm: float) -> CrossSection:
        """Return a right leg's cross-section at a height above the lowest level, clamped to the ends."""
        drawing, curve = DRAWINGS[region], region_curves(region)
        parts = (
            Part(
                structure.tissue,
                self.girth * curve.structures[structure.name](height_mm),
                structure.septum_mm,
                self.shrink_mm.get(structure.name, 0.0),
            )
            for structure in drawing.structures
        )
        tubes = (Part(tube.tissue, self.girth * curve.tubes[tube.name](height_mm)) for tube in drawing.tubes)
        amount, direction = self.fat_tilt
        tilt = 1 + amount * np.cos(np.arange(ANGLES) * (2 * np.pi / ANGLES) - direction)
        fascia_mm = self.girth * curve.fascia_mm(height_mm)
        return CrossSection(
            parts=tuple(part for part in parts if part.disks[:, 2].max() > 0),
            tubes=tuple(tube for tube in tubes if tube.disks[:, 2].max() > 0),
            bones=tuple(
                (self.girth * curve.bones[name](height_mm), self.cortex * float(curve.cortex_mm[name](height_mm)))
                for name in (bone.name for bone in drawing.bones)
            ),
            fascia_mm=fascia_mm,
            fat_mm=np.maximum(_smooth(fascia_mm + self.fat * tilt * curve.fat_mm(height_mm)) - fascia_mm, LEAST_FAT_MM),
        )


def _smooth(radius_mm: NDArray[np.float64]) -> NDArray[np.float64]:
    """Smooth a polar outline."""
    frequencies = np.arange(ANGLES // 2 + 1)
    gains = np.exp(-((frequencies * np.deg2rad(SKIN_SMOOTHNESS)) ** 2) / 2)
    return np.fft.irfft(np.fft.rfft(radius_mm) * gains, ANGLES)
