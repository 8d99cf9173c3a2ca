"""Echoes of a CPMG train by an extended phase graph (EPG).

J. Hennig, J Magn Reson 1988;78:397-407; M. Weigel, J Magn Reson Imaging 2015;41:266-295.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def echo_train(
    t1_ms: ArrayLike,
    t2_ms: ArrayLike,
    *,
    spacing_ms: float,
    echoes: int,
    b1: ArrayLike = 1.0,
    refocusing_degrees: float = 180.0,
) -> Floats:
    """Return the amplitudes of the echoes after an excitation of 90 degrees times B1.

    The magnetization lies along the axis of the refocusing pulses (Meiboom and Gill), so that all transverse states are
    real and all longitudinal ones imaginary, of which the imaginary part is kept. T1 recovery between the pulses is
    never in phase at an echo, and is left out.

    Args:
        t1_ms: [...] T1 times.
        t2_ms: [...] T2 times.
        spacing_ms: Echo spacing; half of it lies between the excitation and the first refocusing pulse.
        echoes: Number of echoes.
        b1: [...] transmitted field relative to nominal; scales the excitation and the refocusing pulses.
        refocusing_degrees: Nominal flip angle of the refocusing pulses.

    Returns:
        [echo, ...] amplitudes, of the arguments' common shape.
    """
    t1, t2, relative = np.broadcast_arrays(*(np.asarray(value, dtype=np.float64) for value in (t1_ms, t2_ms, b1)))
    decay, decay_along = np.exp(-spacing_ms / 2 / t2), np.exp(-spacing_ms / t1)
    flip = np.deg2rad(refocusing_degrees) * relative
    states = np.zeros((3, 2 * echoes + 2, *t1.shape))  # dephasing, rephasing, longitudinal; by half turns of dephasing
    states[:2, 0] = np.sin(np.pi / 2 * relative)
    amplitudes = np.empty((echoes, *t1.shape))
    for echo in range(echoes):
        _dephase(states, decay)
        _refocus(states, flip)
        _dephase(states, decay)
        states[2] *= decay_along
        amplitudes[echo] = states[0, 0]
    return amplitudes


def _dephase(states: Floats, decay: Floats) -> None:
    """Let half an echo spacing pass for the transverse states."""
    states[0, 1:] = states[0, :-1].copy()
    states[1, :-1] = states[1, 1:].copy()
    states[0, 0] = states[1, 0]  # at order zero, rephasing becomes dephasing
    states[:2] *= decay


def _refocus(states: Floats, flip: Floats) -> None:
    """Rotate about the axis along which the magnetization lies."""
    dephasing, rephasing, along = states.copy()
    crossing, staying = np.sin(flip / 2) ** 2, np.cos(flip / 2) ** 2
    states[0] = staying * dephasing + crossing * rephasing + np.sin(flip) * along
    states[1] = crossing * dephasing + staying * rephasing - np.sin(flip) * along
    states[2] = np.sin(flip) / 2 * (rephasing - dephasing) + np.cos(flip) * along
