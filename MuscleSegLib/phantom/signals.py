"""What is measured at a point, from its tissue and its fat fraction.

Every function takes tissue codes and fat fractions in percent, of one shape, and returns that shape.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from MuscleSegLib.phantom.section import Codes, Floats
from MuscleSegLib.phantom.tissues import MTR_PER_FAT, PROPERTIES, T2_MS_PER_FAT, Properties, Tissue, of_muscle


def _looked_up(value: Callable[[Properties], float]) -> Floats:
    """Return a value for each tissue code; muscles have that of muscle without fat."""
    return np.array([value(PROPERTIES.get(tissue, of_muscle(0.0))) for tissue in Tissue], dtype=np.float32)


_PROTONS = _looked_up(lambda properties: properties.protons)
_WATER_T1_WEIGHTED = _looked_up(lambda properties: properties.t1_weighted)
# what is left of a value when its part that is linear in fat is taken off: so one formula fits muscles and all others
_MTR_WITHOUT_FAT = _looked_up(lambda p: p.mtr_percent - MTR_PER_FAT * p.fat_percent)
_T2_WITHOUT_FAT = _looked_up(lambda p: p.t2_ms - T2_MS_PER_FAT * p.fat_percent)


def protons(tissues: Codes) -> Floats:
    """Return the proton density that an image shows, 1 in muscle."""
    return _PROTONS[tissues]


def fat_percent(tissues: Codes, fat_percent: Floats) -> Floats:
    """Return the fat fraction, as it is."""
    return fat_percent


def fat(tissues: Codes, fat_percent: Floats) -> Floats:
    """Return the signal of fat, 1 where all is fat."""
    return np.asarray(_PROTONS[tissues] * fat_percent / 100)


def water(tissues: Codes, fat_percent: Floats) -> Floats:
    """Return the signal of water, 1 where all is water."""
    return np.asarray(_PROTONS[tissues] * (1 - fat_percent / 100))


def t1_weighted(tissues: Codes, fat_percent: Floats) -> Floats:
    """Return the signal of a T1-weighted spin echo, 1 where all is fat."""
    return fat(tissues, fat_percent) + _WATER_T1_WEIGHTED[tissues] * water(tissues, fat_percent)


def mtr_percent(tissues: Codes, fat_percent: Floats) -> Floats:
    """Return the magnetization transfer ratio in percent."""
    return _MTR_WITHOUT_FAT[tissues] + np.float32(MTR_PER_FAT) * fat_percent


def t2_ms(tissues: Codes, fat_percent: Floats) -> Floats:
    """Return the transverse relaxation time in milliseconds."""
    return _T2_WITHOUT_FAT[tissues] + np.float32(T2_MS_PER_FAT) * fat_percent


@dataclass(frozen=True)
class Shading:
    """The sensitivity of a coil around the legs: a tilt across and some falloff toward the scan's ends."""

    right_per_mm: float
    anterior_per_mm: float
    falloff: float

    @classmethod
    def draw(cls, rng: np.random.Generator) -> "Shading":
        """Draw a mild one: some 10 percent across a leg."""
        tilts = rng.uniform(-5e-4, 5e-4, size=2)
        return cls(float(tilts[0]), float(tilts[1]), float(rng.uniform(0.1, 0.25)))

    def at(self, x: Floats, y: Floats, z: float) -> Floats:
        """Return what the signal at points is multiplied with, of their shape; x, y and z in RAS millimeters."""
        falloff = 1 - self.falloff * min(abs(z) / 150, 1.2) ** 2
        return np.asarray(falloff * (1 + self.right_per_mm * x + self.anterior_per_mm * y), dtype=np.float32)
