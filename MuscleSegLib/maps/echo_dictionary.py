"""Dictionary of echo trains of water and of fat over B1 and T2, matched to measured trains by matrix products."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.physics import echo_train, relaxation

Floats = NDArray[np.float32]

B1 = np.linspace(0.5, 1.0, 26)
"""B1 relative to nominal, [b1]. Above nominal, echoes equal those of as much below: 110 percent look like 90."""

_SHORTEST_MS, _LONGEST_OF_FAT = 10.0, 0.7
"""Bounds of the T2 of water, the longest as a share of that of fat: nearer to it, water and fat look the same."""

_T2_COUNT = 96
"""Neighbors are 2.6 percent apart, and what lies between is interpolated."""


@dataclass(frozen=True)
class EchoDictionary:
    """Trains of spin echoes, all refocused by pulses of 180 degrees times B1, the same all through a slice.

    Attributes:
        spacing_ms: Between echoes, and to the first one.
        echoes: Number of echoes.
        field_strength_t: Tesla; it decides the T1 of muscle and fat, on which stimulated echoes depend a little.
        fat_t2_ms: T2 of fat.
    """

    spacing_ms: float
    echoes: int
    field_strength_t: float
    fat_t2_ms: float

    @cached_property
    def t2_ms(self) -> NDArray[np.float64]:
        """T2 of water in ms, geometrically spaced, [t2]."""
        return np.geomspace(_SHORTEST_MS, _LONGEST_OF_FAT * self.fat_t2_ms, _T2_COUNT)

    @cached_property
    def water(self) -> Floats:
        """Trains of water, [b1, t2, echo]."""
        t1_ms = relaxation(self.field_strength_t).muscle_t1_ms
        return self._trains(t1_ms, self.t2_ms)

    @cached_property
    def fat(self) -> Floats:
        """Trains of fat, [b1, echo]."""
        return self._trains(relaxation(self.field_strength_t).fat_t1_ms, np.array([self.fat_t2_ms]))[:, 0]

    @cached_property
    def fat_direction(self) -> Floats:
        """Trains of fat, normalized, [b1, echo]."""
        return np.asarray(self.fat / np.linalg.norm(self.fat, axis=-1, keepdims=True))

    @cached_property
    def orthogonal_to_fat(self) -> Floats:
        """Component of water orthogonal to fat, [b1, t2, echo]."""
        along = np.einsum("bte,be->bt", self.water, self.fat_direction)
        return np.asarray(self.water - along[..., None] * self.fat_direction[:, None])

    @cached_property
    def water_direction(self) -> Floats:
        """``orthogonal_to_fat``, normalized, [b1, t2, echo]."""
        return np.asarray(self.orthogonal_to_fat / np.linalg.norm(self.orthogonal_to_fat, axis=-1, keepdims=True))

    def _trains(self, t1_ms: float, t2_ms: NDArray[np.float64]) -> Floats:
        trains = echo_train(t1_ms, t2_ms, spacing_ms=self.spacing_ms, echoes=self.echoes, b1=B1[:, None])
        return np.ascontiguousarray(trains.transpose(1, 2, 0), dtype=np.float32)
