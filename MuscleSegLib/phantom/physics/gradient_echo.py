"""The steady state of a spoiled gradient echo, and the precession of fat: what Dixon and MT scans share."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from MuscleSegLib.phantom.tissue_values import FAT_PEAKS, LARMOR_MHZ


def steady_state(t1_ms: ArrayLike, *, repetition_ms: float, flip_degrees: ArrayLike) -> NDArray[np.float64]:
    """Return sin(a) (1 - E1) / (1 - cos(a) E1) with E1 = exp(-TR / T1), of the arguments' common shape.

    R. R. Ernst and W. A. Anderson, Rev Sci Instrum 1966;37:93-102.
    """
    decay = np.exp(-repetition_ms / np.asarray(t1_ms, dtype=np.float64))
    flip = np.deg2rad(flip_degrees)
    return np.asarray(np.sin(flip) * (1 - decay) / (1 - np.cos(flip) * decay))


def fat_phasors(echoes_ms: ArrayLike) -> NDArray[np.complex128]:
    """Return the signal of fat against that of water at echo times: the sum of its six peaks, of their shape.

    At time zero it is 1: shares that do not quite add up to one are scaled.
    """
    ppm, shares = np.array(FAT_PEAKS).T
    seconds = np.asarray(echoes_ms, dtype=np.float64)[..., None] / 1000
    return np.asarray(np.exp(2j * np.pi * LARMOR_MHZ * ppm * seconds) @ (shares / shares.sum()))
