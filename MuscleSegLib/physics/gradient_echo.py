"""Steady state of a spoiled gradient echo, and precession of fat."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

PROTON_MHZ_PER_T = 42.577
"""Gyromagnetic ratio of the proton over 2 pi."""

FAT_PEAKS = (
    (-3.80, 0.087),
    (-3.40, 0.693),
    (-2.60, 0.128),
    (-1.94, 0.004),
    (-0.39, 0.039),
    (0.60, 0.048),
)
"""(ppm from water, share of the signal) of the six peaks of fat: those of the ISMRM fat-water toolbox (Hu et al., Magn
Reson Med 2012;68:378-388), after Yu et al., Magn Reson Med 2008;60:1122-1134. The shares add up to 0.999."""


def steady_state(t1_ms: ArrayLike, *, repetition_ms: float, flip_degrees: ArrayLike) -> NDArray[np.float64]:
    """Return the signal sin(a) (1 - E1) / (1 - cos(a) E1) with E1 = exp(-TR / T1), of the arguments' common shape.

    R. R. Ernst and W. A. Anderson, Rev Sci Instrum 1966;37:93-102.

    Args:
        t1_ms: [...] T1 times.
        repetition_ms: Repetition time (TR).
        flip_degrees: [...] flip angles.
    """
    decay = np.exp(-repetition_ms / np.asarray(t1_ms, dtype=np.float64))
    flip = np.deg2rad(flip_degrees)
    return np.asarray(np.sin(flip) * (1 - decay) / (1 - np.cos(flip) * decay))


def fat_phasors(echoes_ms: ArrayLike, *, field_strength_t: float) -> NDArray[np.complex128]:
    """Return the signal of fat relative to that of water at [...] echo times, of their shape.

    It is the sum of six peaks, scaled to 1 at time zero.
    """
    ppm, shares = np.array(FAT_PEAKS).T
    seconds = np.asarray(echoes_ms, dtype=np.float64)[..., None] / 1000
    return np.asarray(
        np.exp(2j * np.pi * PROTON_MHZ_PER_T * field_strength_t * ppm * seconds) @ (shares / shares.sum())
    )
