"""Physique of random people (size, proportions, posture, wasting), and the resulting legs."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from MuscleSegLib.anatomy import Side
from MuscleSegLib.phantom.build import DRAWINGS, Build, region_curves
from MuscleSegLib.phantom.disease import draw_infiltration
from MuscleSegLib.phantom.infiltration import Infiltration, Textures
from MuscleSegLib.phantom.leg import DigitalLeg
from MuscleSegLib.phantom.posture import Outlines, Posture
from MuscleSegLib.phantom.tissues import MUSCLES, Tissue

WASTING_MM = 4.0
"""Retraction of a muscle's surface when fat replaces all of it."""

WASTED_SHARE = 0.12
"""Share of muscles that are thin without being fatty."""

CLEARANCE_MM = {"thigh": ((4, 25), (3, 7)), "calf": ((20, 60), (8, 45))}
"""Distance from the midline to the skin at the lowest and at the highest level, least and most of each."""

LEAST_CLEARANCE_MM = 3.0


@dataclass(frozen=True)
class Physique:
    """Measures that both legs of a person share, relative to those of the drawing.

    Attributes:
        girth: Radius of the fascia.
        fat: Thickness of the subcutaneous fat.
        fat_tilt: Relative excess of fat on one side, and its direction in radians from lateral to anterior.
        cortex: Thickness of the bones' cortex.
        shrink_mm: Retraction of each structure's surface by its name.
        turn: Outward rotation, in radians.
        flatten: Flattening from behind by the table, 0 for none.
    """

    girth: float
    fat: float
    fat_tilt: tuple[float, float]
    cortex: float
    shrink_mm: Mapping[str, float]
    turn: float
    flatten: float

    @classmethod
    def draw(cls, rng: np.random.Generator, region: str) -> "Physique":
        """Draw a woman or a man: women have more slender muscles and bones, and more fat under the skin."""
        is_woman = rng.random() < 0.5
        shrink_mm = {}
        for structure in DRAWINGS[region].structures:
            is_wasted = rng.random() < WASTED_SHARE
            shrink = rng.uniform(1.0, 2.5) if is_wasted else np.clip(rng.normal(0, 0.7), -2, 2)
            shrink_mm[structure.name] = float(shrink)
        return cls(
            girth=float(np.clip(rng.normal(0.93 if is_woman else 1.02, 0.035), 0.85, 1.08)),
            fat=float(np.clip(rng.lognormal(np.log(1.1 if is_woman else 0.7), 0.2), 0.45, 1.4)),
            fat_tilt=(float(rng.uniform(0.0, 0.15)), float(rng.uniform(0, 2 * np.pi))),
            cortex=float(np.clip(rng.normal(0.95 if is_woman else 1.02, 0.06), 0.8, 1.15)),
            shrink_mm=MappingProxyType(shrink_mm),
            turn=float(rng.uniform(-0.02, 0.2)),
            flatten=float(rng.uniform(0.0, 0.22)),
        )

    def build(self, rng: np.random.Generator, region: str, infiltration: Mapping[Tissue, Infiltration]) -> Build:
        """Return the build of one leg: the person's with small variations, wasted by infiltration."""
        fat_fractions = {tissue: muscle.fat_fraction for tissue, muscle in infiltration.items()}
        mean = float(np.mean(list(fat_fractions.values())))
        shrink_mm = {
            structure.name: self.shrink_mm[structure.name]
            + float(rng.normal(0, 0.25))
            + WASTING_MM * fat_fractions.get(structure.tissue, 0.0)
            for structure in DRAWINGS[region].structures
        }
        return Build(
            girth=self.girth * float(rng.uniform(0.985, 1.015)) * (1 - 0.1 * mean),
            fat=self.fat * float(rng.uniform(0.95, 1.05)),
            fat_tilt=self.fat_tilt,
            cortex=self.cortex,
            shrink_mm=MappingProxyType(shrink_mm),
        )

    def posture(self, rng: np.random.Generator, region: str, build: Build, legs: int) -> Posture:
        """Return the posture of one leg: beside the midline, or centered where it is the only one."""
        turn = self.turn + float(rng.uniform(-0.06, 0.06))
        if legs == 1:
            return Posture(turn, self.flatten, (0.0, 0.0), (0.0, 0.0))
        length_mm = region_curves(region).length_mm
        shares = np.linspace(0, 1, 7)
        sizes = np.array([build.section(region, share * length_mm).medial_mm(turn) for share in shares])
        low, high = (size + rng.uniform(*span) for size, span in zip(sizes[[0, -1]], CLEARANCE_MM[region], strict=True))
        # A leg is thickest between its ends; it stays on its side there too.
        aside = max(0.0, float((sizes + LEAST_CLEARANCE_MM - (low + shares * (high - low))).max()))
        y_low, y_high = rng.uniform(-8, 0), rng.uniform(0, 8)
        return Posture(turn, self.flatten, (low + aside, y_low), (high + aside, y_high))


def draw_legs(rng: np.random.Generator, region: str, count: int, fat_percent: float | None) -> tuple[DigitalLeg, ...]:
    """Draw the right leg of a random person, or the right and the left one, which are much alike.

    Args:
        rng: Random generator.
        region: "thigh" or "calf".
        count: 1 or 2.
        fat_percent: Mean of the labeled muscles' fat fractions, or None to draw it.
    """
    physique = Physique.draw(rng, region)
    present = {structure.tissue for structure in DRAWINGS[region].structures}
    muscles = [tissue for tissue in MUSCLES if tissue in present]
    legs = []
    infiltrations = draw_infiltration(rng, muscles, count, fat_percent)
    for side, infiltration in zip((Side.RIGHT, Side.LEFT), infiltrations, strict=False):
        build = physique.build(rng, region, infiltration)
        posture = physique.posture(rng, region, build, count)
        outlines = Outlines.draw(rng, float(np.mean([muscle.fat_fraction for muscle in infiltration.values()])))
        legs.append(DigitalLeg(region, side, build, posture, outlines, infiltration, Textures.draw(rng)).calibrated())
    return tuple(legs)
