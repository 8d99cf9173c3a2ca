"""Fat and edema inside one leg's muscles: four patterns of infiltration, each with exactly the mean that is asked for.

A muscle's fat is a relief (what its pattern adds here, in logits) above a level that the whole muscle shares. The level
is what makes its mean right. A lean muscle has relief too: strands of fat between its bundles and around its vessels.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from MuscleSegLib.phantom.fields import Floats, Texture

MOST = 0.97
"""Fat fraction of a point of muscle that is nothing but fat."""

GRAIN_LOGITS = 0.4
FEATHERS = 0.4
"""What streaks add to patches and to compact fat, whose edges are feathered, relative to these."""

STRAND_WIDTH = 0.11  # in SD of the texture whose zeros the strands follow
STRAND_LOGITS = 3.0
VESSEL_SD = 2.3
"""Where the grain is as high as this, a small vessel lies in its fat."""

ILL = 0.08
"""Mean fat fraction from which on a muscle shows all of its pattern. A lean one has its strands and not much else."""

WAVE_MM = 4.0
"""SD of how far streaks and strands swerve."""


class Pattern(StrEnum):
    """How fat lies in a muscle."""

    DIFFUSE = "diffuse"
    STREAKY = "streaky"
    PATCHY = "patchy"
    COMPACT = "compact"


CONTRAST = {Pattern.DIFFUSE: 0.35, Pattern.STREAKY: 1.7, Pattern.PATCHY: 1.5, Pattern.COMPACT: 2.4}
"""How much more fat there is one SD (in a compact pattern half a muscle) away from the mean, in logits."""


@dataclass(frozen=True)
class Infiltration:
    """Fat and edema of one muscle.

    Attributes:
        fat_fraction: Mean over the muscle, 0 to 1.
        pattern: How the fat lies.
        angle: Of its streaks and strands, in radians from lateral toward anterior.
        focus: Where compact fat begins, in radians from lateral toward anterior.
        gradient: How much more fat there is at the upper end than at the lower one, in logits.
        edema: Where it is worst, 0 none to 1 severe.
        level: What the whole muscle shares, in logits; ``calibrated`` finds it.

    """

    fat_fraction: float
    pattern: Pattern
    angle: float
    focus: float
    gradient: float
    edema: float
    level: float = 0.0

    def fat(self, relief: Floats) -> Floats:
        """Return the fat fraction, 0 to 1, of points with this relief."""
        return fat_at(relief + np.float32(self.level))


@dataclass(frozen=True)
class Place:
    """Points of one muscle in one plane, in millimeters in a right leg.

    Attributes:
        x: To lateral.
        y: To anterior, of the same shape.
        z: To the head, of all points, 0 in the middle of the region.
        share: How far up the region they are, -0.5 to 0.5.
        middle: The muscle's (x, y) in this plane, and its half-width.

    """

    x: Floats
    y: Floats
    z: float
    share: float
    middle: tuple[float, float, float]


@dataclass(frozen=True)
class Textures:
    """What all muscles of a leg take their fat from, each at an angle of its own."""

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

    def relief(self, infiltration: Infiltration, place: Place) -> Floats:
        """Return what a muscle's pattern adds at points, in logits, of their shape."""
        x, y, z, angle = place.x, place.y, place.z, infiltration.angle
        grain, patches = self.grain.at(x, y, z), self.patches.at(x, y, z, angle=angle)
        # Streaks and strands swerve with the patches, or all of a muscle's would be parallel.
        x, y = x - np.float32(WAVE_MM * np.sin(angle)) * patches, y + np.float32(WAVE_MM * np.cos(angle)) * patches
        streaks, strands = self.streaks.at(x, y, z, angle=angle), self.strands.at(x, y, z, angle=angle)
        # Strands run where their texture is zero, come and go with the patches, and are thin.
        strand = np.exp(-((strands / np.float32(STRAND_WIDTH)) ** 2)) * np.clip(np.float32(0.4) + patches, 0, 1.5)
        vessel = np.clip((grain - np.float32(VESSEL_SD)) * 4, 0, 1)
        relief = np.float32(GRAIN_LOGITS) * grain + np.float32(STRAND_LOGITS) * (strand + vessel)
        relief += np.float32(infiltration.gradient * place.share)
        return np.asarray(relief + _shape(infiltration, place, streaks, patches), dtype=np.float32)

    def edema(self, infiltration: Infiltration, place: Place) -> Floats:
        """Return the edema at points, 0 to 1, of their shape."""
        patches = self.patches.at(place.x, place.y, place.z + 200.0, angle=infiltration.angle)
        return np.asarray(infiltration.edema * np.clip(0.55 + 0.3 * patches, 0, 1), dtype=np.float32)


def fat_at(logits: Floats) -> Floats:
    """Return the fat fraction, 0 to 1, of points of muscle, from relief plus level, of their shape."""
    return np.asarray(MOST / (1 + np.exp(-logits)), dtype=np.float32)


def level_of(fat_fraction: float, relief: Floats) -> float:
    """Return the level, in logits, at which points with this relief have this mean fat fraction."""
    from scipy.optimize import brentq

    def excess(level: float) -> float:
        return float(fat_at(relief + np.float32(level)).mean(dtype=np.float64)) - fat_fraction

    return float(brentq(excess, -20.0, 20.0, xtol=1e-3))


def _shape(infiltration: Infiltration, place: Place, streaks: Floats, patches: Floats) -> Floats:
    """Return what tells one pattern from another, in logits."""
    illness = float(np.clip(infiltration.fat_fraction / ILL, 0.15, 1.0))
    if infiltration.pattern is Pattern.DIFFUSE:
        shape = patches
    elif infiltration.pattern is Pattern.STREAKY:
        shape = streaks
    elif infiltration.pattern is Pattern.PATCHY:
        shape = patches * (1 + np.float32(0.5) * np.abs(patches)) + np.float32(FEATHERS) * streaks
    else:
        x, y, half_width = place.middle
        focus_x, focus_y = (np.float32(turn(infiltration.focus)) for turn in (np.cos, np.sin))
        away = ((place.x - np.float32(x)) * focus_x + (place.y - np.float32(y)) * focus_y) / np.float32(half_width)
        shape = np.clip(away + np.float32(0.35) * patches, -2, 2) + np.float32(FEATHERS) * streaks
    return np.asarray(shape * np.float32(illness * CONTRAST[infiltration.pattern]))
