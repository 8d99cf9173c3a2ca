"""T1 weighting of water and fat in a spoiled gradient echo, and its correction."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.physics import relaxation, steady_state

_PERCENT = 100.0

_LOWEST, _HIGHEST = -50.0, 150.0
"""Bounds of a fat fraction in percent: beyond them water and fat cancel, more than by the noise of any usable voxel."""


@dataclass(frozen=True)
class Excitation:
    """Excitation of a spoiled gradient echo, which weights water and fat by their T1.

    Attributes:
        repetition_ms: Repetition time (TR).
        flip_degrees: Flip angle.
    """

    repetition_ms: float
    flip_degrees: float


def fat_percent(
    water: NDArray[np.floating], fat: NDArray[np.floating], *, field_strength_t: float, excitation: Excitation | None
) -> NDArray[np.float32]:
    """Return the fat fraction in percent, of the signals' shape; NaN where no tissue has such signals.

    Args:
        water: [...] signal of water.
        fat: [...] signal of fat, of the same shape and unit.
        field_strength_t: Tesla.
        excitation: To undo T1 weighting, with the T1 of muscle and fat; None to leave it.
    """
    water, fat = water.astype(np.float64), fat.astype(np.float64)
    if excitation is not None:
        tissue = relaxation(field_strength_t)
        water, fat = (
            signal / steady_state(t1_ms, repetition_ms=excitation.repetition_ms, flip_degrees=excitation.flip_degrees)
            for signal, t1_ms in ((water, tissue.muscle_t1_ms), (fat, tissue.fat_t1_ms))
        )
    total = water + fat
    percent = np.full(total.shape, np.nan)
    np.divide(_PERCENT * fat, total, out=percent, where=total > 0)
    percent[(percent < _LOWEST) | (percent > _HIGHEST)] = np.nan
    return percent.astype(np.float32)
