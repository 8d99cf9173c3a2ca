"""Fat fraction from magnitudes of two or three echoes, with fat by turns opposed to and in phase with water.

Two echoes: W. T. Dixon, Radiology 1984;153:189-194. The third measures T2* decay: B. Guiu et al., Radiology
2009;250:95-102 (triple echo). With two, T2* is the usual one. Fat has its six peaks, without which 30 percent come out
as 25 at 1.5 T.

Magnitudes do not say whether water or fat is more: **it holds below 50 percent only**, and 80 come out as some 25.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.maps.chemical_shift import USUAL_RATE, Encoding
from MuscleSegLib.maps.filling import filled_map
from MuscleSegLib.maps.grids import comparable, require_echo_times
from MuscleSegLib.maps.noise import shows_signal
from MuscleSegLib.maps.plausible import require_opposed
from MuscleSegLib.maps.t1_weighting import Excitation, fat_percent
from MuscleSegLib.translatable import _
from MuscleSegLib.volume import Volume

Floats = NDArray[np.float64]

_PHASE_TOLERANCE = 0.15
"""Largest deviation of the main fat peak from opposed or from in phase, in turns."""

_FRACTIONS = np.linspace(-0.3, 0.7, 1001)
"""Fat fractions of the model, from below zero so that noise is not cut off; used up to where the ratio folds."""


def few_echo_fat_fraction(
    echoes: Sequence[Volume],
    *,
    echoes_ms: Sequence[float],
    field_strength_t: float,
    excitation: Excitation | None = None,
) -> Volume:
    """Return the fat fraction from two or three magnitude images, valid below 50 percent.

    Args:
        echoes: [k, j, i] magnitude images on one grid.
        echoes_ms: Echo times, at which fat is opposed to water, in phase, opposed, ... or the other way about.
        field_strength_t: Field strength of the scanner, in tesla.
        excitation: Repetition time and flip angle, to undo T1 weighting.

    Returns:
        [k, j, i] float32 map in percent; NaN where the in-phase image shows nothing but noise.

    Raises:
        MuscleSegError: Images lie on different grids, or their echo times are others.
    """
    echoes = comparable(echoes)
    require_echo_times(echoes, echoes_ms)
    in_phase = _in_phase(echoes_ms, field_strength_t, echoes[0].name)
    images = np.stack([echo.array.astype(np.float64) for echo in echoes])
    mask = shows_signal(images[in_phase.argmax()])
    opposed, both = int(np.argmin(in_phase)), int(np.argmax(in_phase))
    require_opposed(images[opposed][mask], images[both][mask], (echoes[opposed].name, echoes[both].name))
    encoding = Encoding(tuple(echoes_ms), field_strength_t)
    expected = np.exp(-USUAL_RATE * encoding.times_s) * np.abs(1 - _FRACTIONS + _FRACTIONS * encoding.fat)
    model = _opposed_to_in_phase(expected.astype(np.float64), echoes_ms, in_phase)
    unfolded = slice(int(model.argmin()), None, -1)  # ratios that grow
    measured = _opposed_to_in_phase(np.maximum(images[:, mask], 0), echoes_ms, in_phase)
    share = np.interp(measured, model[unfolded], _FRACTIONS[unfolded])
    percent = fat_percent(1 - share, share, field_strength_t=field_strength_t, excitation=excitation)
    return filled_map(percent, mask, echoes[0].geometry, description="fat fraction (%), below 50", unit="%")


def are_opposed_and_in_phase(echoes_ms: Sequence[float], field_strength_t: float) -> bool:
    """Return whether fat is by turns opposed to and in phase with water at two or three echo times."""
    turns = np.asarray(echoes_ms) / 1000 * Encoding(tuple(echoes_ms), field_strength_t).shift_hz
    halves = np.rint(2 * turns)
    is_near = np.abs(turns - halves / 2).max() <= _PHASE_TOLERANCE
    return len(echoes_ms) in (2, 3) and bool(is_near) and bool((np.diff(halves) % 2 == 1).all())


def _in_phase(echoes_ms: Sequence[float], field_strength_t: float, name: str) -> NDArray[np.bool_]:
    """Return the mask of in-phase echoes, [echo]."""
    if not are_opposed_and_in_phase(echoes_ms, field_strength_t):
        message = _(
            "Fat is not by turns opposed to and in phase with water at the echo times of {name}, {echoes_ms} ms at "
            "{field_strength_t} T: give two or three such magnitude images, or all echoes with their phases."
        )
        raise MuscleSegError(
            message,
            name=name,
            echoes_ms=", ".join(f"{time:g}" for time in echoes_ms),
            field_strength_t=f"{field_strength_t:g}",
        )
    turns = np.asarray(echoes_ms) / 1000 * Encoding(tuple(echoes_ms), field_strength_t).shift_hz
    return np.asarray(np.rint(2 * turns) % 2 == 0)


def _opposed_to_in_phase(signals: Floats, echoes_ms: Sequence[float], in_phase: NDArray[np.bool_]) -> Floats:
    """Return the ratio of opposed to in-phase magnitudes, [...], at one echo time, from [echo, ...] magnitudes.

    Of three echoes, the outer two are interpolated to the time of the middle one.
    """
    first, second = signals[0], signals[1]
    if len(signals) == 3:
        share = (echoes_ms[1] - echoes_ms[0]) / (echoes_ms[2] - echoes_ms[0])
        first = first ** (1 - share) * signals[2] ** share
    opposed, both = (second, first) if in_phase[0] else (first, second)
    return np.asarray(np.divide(opposed, both, out=np.ones_like(both), where=both > 0))
