"""Fat and edema inside one leg's muscles: four patterns of infiltration, each with a prescribed mean.

A muscle's fat fraction is a relief (the pattern, in logits) above a level of the whole muscle, which is calibrated to
the mean. A lean muscle has relief too: strands of fat between its bundles and around its vessels.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from MuscleSegLib.phantom.textures import Floats, Texture

MOST = 0.97
"""Largest fat fraction of a point of muscle."""

GRAIN_LOGITS = 0.4
FEATHERS = 0.4
"""Weight of streaks in patches and compact fat, whose edges they feather."""

STRAND_WIDTH = 0.11  # in SD of the texture whose zeros the strands follow
STRAND_LOGITS = 3.0
VESSEL_SD = 2.3
"""Grain, in SD, from which on a point is fat around a small vessel."""

ILL = 0.08
"""Mean fat fraction from which on a muscle shows its full pattern. A lean muscle has little but strands."""

WAVE_MM = 4.0
"""SD of the displacement of streaks and strands."""


class Pattern(StrEnum):
    """Patterns of fat in a muscle."""

    DIFFUSE = "diffuse"
    STREAKY = "streaky"
    PATCHY = "patchy"
    COMPACT = "compact"


CONTRAST = {Pattern.DIFFUSE: 0.35, Pattern.STREAKY: 1.7, Pattern.PATCHY: 1.5, Pattern.COMPACT: 2.4}
"""Excess of fat, in logits, one SD (in a compact pattern half a muscle) from the mean."""


@dataclass(frozen=True)
class Infiltration:
    """Fat and edema of one muscle.

    Attributes:
        fat_fraction: Mean over the muscle, 0 to 1.
        pattern: Pattern of the fat.
        angle: Direction of streaks and strands, in radians from lateral toward anterior.
        focus: Direction of the compact fat, in radians from lateral toward anterior.
        gradient: Excess of fat at the upper end over the lower one, in logits.
        edema: Largest edema, 0 none to 1 severe.
        level: Level of the whole muscle in logits, calibrated by ``DigitalLeg.calibrated``.
    """

    fat_fraction: float
    pattern: Pattern
    angle: float
    focus: float
    gradient: float
    edema: float
    level: float = 0.0

    def fat(self, relief: Floats) -> Floats:
        """Return the fat fraction, 0 to 1, of points with this relief, of its shape."""
        return fat_fraction_at(relief + np.float32(self.level))


@dataclass(frozen=True)
class MusclePoints:
    """Points of one muscle in one plane, in millimeters in a right leg.

    Attributes:
        x: [...] to lateral.
        y: [...] to anterior.
        z: Height of all points, 0 in the middle of the region.
        share: Relative height in the region, -0.5 to 0.5.
        middle: Center (x, y) of the muscle in this plane, and its half-width.
    """

    x: Floats
    y: Floats
    z: float
    share: float
    middle: tuple[float, float, float]


@dataclass(frozen=True)
class Textures:
    """Textures of the fat in all muscles of a leg, sampled at an angle by each."""

    grain: Texture
    streaks: Texture
    strands: Texture
    patches: Texture

    @classmethod
    def draw(cls, rng: np.random.Generator) -> "Textures":
        """Draw a leg's textures."""
        return cls(
            grain=Texture.draw(rng, pixel_mm=0.9, sizes_mm=(0.8, 0.8), knot_mm=9.0),
            streaks=Texture.draw(rng, pixel_mm=0.9, sizes_mm=(0.8, 4.0), knot_mm=16.0),
            strands=Texture.draw(rng, pixel_mm=1.2, sizes_mm=(2.2, 4.5), knot_mm=22.0),
            patches=Texture.draw(rng, pixel_mm=2.0, sizes_mm=(5.5, 5.5), knot_mm=28.0),
        )

    def relief(self, infiltration: Infiltration, points: MusclePoints) -> Floats:
        """Return the relief of a muscle's pattern at points, in logits, of their shape."""
        x, y, z, angle = points.x, points.y, points.z, infiltration.angle
        grain, patches = self.grain.at(x, y, z), self.patches.at(x, y, z, angle=angle)
        # Streaks and strands are displaced with the patches, or all of a muscle's would be parallel.
        x, y = x - np.float32(WAVE_MM * np.sin(angle)) * patches, y + np.float32(WAVE_MM * np.cos(angle)) * patches
        streaks, strands = self.streaks.at(x, y, z, angle=angle), self.strands.at(x, y, z, angle=angle)
        # Strands run where their texture is zero, come and go with the patches, and are thin.
        strand = np.exp(-((strands / np.float32(STRAND_WIDTH)) ** 2)) * np.clip(np.float32(0.4) + patches, 0, 1.5)
        vessel = np.clip((grain - np.float32(VESSEL_SD)) * 4, 0, 1)
        relief = np.float32(GRAIN_LOGITS) * grain + np.float32(STRAND_LOGITS) * (strand + vessel)
        relief += np.float32(infiltration.gradient * points.share)
        return np.asarray(relief + _shape(infiltration, points, streaks, patches), dtype=np.float32)

    def edema(self, infiltration: Infiltration, points: MusclePoints) -> Floats:
        """Return the edema at points, 0 to 1, of their shape."""
        patches = self.patches.at(points.x, points.y, points.z + 200.0, angle=infiltration.angle)
        return np.asarray(infiltration.edema * np.clip(0.55 + 0.3 * patches, 0, 1), dtype=np.float32)


def fat_fraction_at(logits: Floats) -> Floats:
    """Return the fat fraction, 0 to 1, of points of muscle, from relief plus level, of their shape."""
    return np.asarray(MOST / (1 + np.exp(-logits)), dtype=np.float32)


def level_for_mean(fat_fraction: float, relief: Floats) -> float:
    """Return the level, in logits, at which points with a relief, [...], have a mean fat fraction, 0 to 1."""
    from scipy.optimize import brentq

    def excess(level: float) -> float:
        return float(fat_fraction_at(relief + np.float32(level)).mean(dtype=np.float64)) - fat_fraction

    return float(brentq(excess, -20.0, 20.0, xtol=1e-3))


def _shape(infiltration: Infiltration, points: MusclePoints, streaks: Floats, patches: Floats) -> Floats:
    """Return the part of the relief that distinguishes patterns, in logits."""
    illness = float(np.clip(infiltration.fat_fraction / ILL, 0.15, 1.0))
    if infiltration.pattern is Pattern.DIFFUSE:
        shape = patches
    elif infiltration.pattern is Pattern.STREAKY:
        shape = streaks
    elif infiltration.pattern is Pattern.PATCHY:
        shape = patches * (1 + np.float32(0.5) * np.abs(patches)) + np.float32(FEATHERS) * streaks
    else:
        x, y, half_width = points.middle
        focus_x, focus_y = (np.float32(turn(infiltration.focus)) for turn in (np.cos, np.sin))
        away = ((points.x - np.float32(x)) * focus_x + (points.y - np.float32(y)) * focus_y) / np.float32(half_width)
        shape = np.clip(away + np.float32(0.35) * patches, -2, 2) + np.float32(FEATHERS) * streaks
    return np.asarray(shape * np.float32(illness * CONTRAST[infiltration.pattern]))
