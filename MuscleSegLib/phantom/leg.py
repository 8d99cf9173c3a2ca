"""One leg in the patient: the table's thigh with a size, a posture, small bends of its own, and fat in its muscles."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.anatomy import Side
from MuscleSegLib.phantom import table
from MuscleSegLib.phantom.fields import HIGHEST, Texture, Waves
from MuscleSegLib.phantom.section import Codes, Floats, section_at
from MuscleSegLib.phantom.tissues import MUSCLES, OTHER_MUSCLES, PROPERTIES, Tissue

LENGTH_MM = table.LEVELS_MM[-1]
MIDDLE_MM = LENGTH_MM / 2
"""The height above the patella that is at z = 0 in the patient."""

LEAN_PERCENT, ILL_PERCENT = 3.0, 35.0


@dataclass(frozen=True)
class Infiltration:
    """Fat in one muscle: its mean fat fraction, and how far streaks deviate from it (one SD, in means)."""

    fat_percent: float
    streaks: float


@dataclass(frozen=True)
class Leg:
    """One leg.

    Attributes:
        side: Which.
        girth: Radius of the fascia, relative to the table's.
        fat: Thickness of the subcutaneous fat, relative to the table's.
        turn: Outward, in radians.
        knee_mm: (x, y) of the fascia's middle at the patella, right and anterior; x as if this were a right leg.
        groin_mm: The same, ``LENGTH_MM`` higher.
        bend_mm: One SD of the bends.
        bends: Two fields, along x and y.
        infiltration: Of each muscle.
        streaks: The field that all muscles' streaks are taken from.

    """

    side: Side
    girth: float
    fat: float
    turn: float
    knee_mm: tuple[float, float]
    groin_mm: tuple[float, float]
    bend_mm: float
    bends: tuple[Waves, Waves]
    infiltration: Mapping[Tissue, Infiltration]
    streaks: Texture

    def near(self, x: Floats, y: Floats, z: float) -> NDArray[np.bool_]:
        """Return which points of a plane may be in the leg; arguments as in ``tissues``."""
        center_x, center_y = self._center(z)
        radius = section_at(z + MIDDLE_MM, self.girth, self.fat).radius_mm + 3 * self.bend_mm
        return np.asarray((x - center_x) ** 2 + (y - center_y) ** 2 < radius**2)

    def tissues(self, x: Floats, y: Floats, z: float) -> Codes:
        """Return the tissue at points of a plane across the leg.

        Args:
            x: To the right in the patient, millimeters.
            y: Anterior, of the same shape.
            z: Superior, of all points.

        Returns:
            ``Tissue`` codes, of the same shape.

        """
        center_x, center_y = self._center(z)
        mirror = 1 if self.side is Side.RIGHT else -1
        lateral, anterior = (x - center_x) * np.float32(mirror), y - np.float32(center_y)
        cosine, sine = np.float32(np.cos(self.turn)), np.float32(np.sin(self.turn))
        lateral, anterior = cosine * lateral - sine * anterior, sine * lateral + cosine * anterior
        shift_x, shift_y = (np.float32(self.bend_mm) * field.at(lateral, anterior, z) for field in self.bends)
        section = section_at(z + MIDDLE_MM, self.girth, self.fat)
        return section.tissues(lateral + shift_x, anterior + shift_y)

    def fat_percent(self, tissues: Codes, x: Floats, y: Floats, z: float) -> Floats:
        """Return the fat fraction at points, in percent; arguments and shapes as in ``tissues``."""
        means, streaks = np.zeros(len(Tissue), np.float32), np.zeros(len(Tissue), np.float32)
        for tissue, properties in PROPERTIES.items():
            means[tissue] = properties.fat_percent
        for tissue, infiltration in self.infiltration.items():
            means[tissue] = infiltration.fat_percent
            streaks[tissue] = infiltration.fat_percent * infiltration.streaks
        percent = means[tissues]
        is_streaky = streaks[tissues] > 0
        percent[is_streaky] += streaks[tissues[is_streaky]] * self.streaks.at(x[is_streaky], y[is_streaky], z)
        return percent

    def _center(self, z: float) -> tuple[np.float32, np.float32]:
        share = (z + MIDDLE_MM) / LENGTH_MM
        x, y = (low + share * (high - low) for low, high in zip(self.knee_mm, self.groin_mm, strict=True))
        return np.float32(x if self.side is Side.RIGHT else -x), np.float32(y)


def draw_legs(rng: np.random.Generator, count: int) -> tuple[Leg, ...]:
    """Draw the right leg of somebody, or the right and the left one, which are much alike."""
    girth, fat, turn = rng.uniform(0.97, 1.03), rng.uniform(0.65, 1.0), rng.uniform(0.02, 0.12)
    person = {tissue: _draw_fat(rng) for tissue in (*MUSCLES, *OTHER_MUSCLES)}
    legs = []
    for side in (Side.RIGHT, Side.LEFT)[:count]:
        own_girth, own_fat = girth * rng.uniform(0.98, 1.02), fat * rng.uniform(0.95, 1.05)
        knee, groin = _layout(own_girth, own_fat, rng) if count == 2 else ((0.0, 0.0), (0.0, 0.0))
        legs.append(
            Leg(
                side=side,
                girth=own_girth,
                fat=own_fat,
                turn=turn + rng.uniform(-0.05, 0.05),
                knee_mm=knee,
                groin_mm=groin,
                bend_mm=rng.uniform(0.8, 1.3),
                bends=(Waves.draw(rng), Waves.draw(rng)),
                infiltration=MappingProxyType({tissue: _vary(percent, rng) for tissue, percent in person.items()}),
                streaks=Texture.draw(rng),
            )
        )
    return tuple(legs)


def _draw_fat(rng: np.random.Generator) -> float:
    """Draw a muscle's fat fraction: most are nearly spared, some are not."""
    return float(LEAN_PERCENT + (ILL_PERCENT - LEAN_PERCENT) * rng.beta(0.9, 1.9))


def _vary(fat_percent: float, rng: np.random.Generator) -> Infiltration:
    own = np.clip(fat_percent * np.exp(rng.normal(0, 0.15)), LEAN_PERCENT, ILL_PERCENT)
    return Infiltration(float(own), float(rng.uniform(0.1, 0.9 / HIGHEST)))  # below 1 / HIGHEST none is negative


def _layout(girth: float, fat: float, rng: np.random.Generator) -> tuple[tuple[float, float], tuple[float, float]]:
    """Lay a leg beside the midline: thighs that nearly touch, knees some centimeters apart."""
    groin = section_at(LENGTH_MM, girth, fat).radius_mm + rng.uniform(-4, -1)
    knee = section_at(0.0, girth, fat).radius_mm + rng.uniform(2, 8)
    return (knee, rng.uniform(-6, 0)), (groin, rng.uniform(4, 10))
