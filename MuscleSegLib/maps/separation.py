"""Water, fat, field and decay of each voxel by least squares, started from a rough field."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.maps.chemical_shift import USUAL_RATE, Complex, Encoding, Floats, energy

_CHUNK = 1 << 15
_ITERATIONS = 5
_SAMPLE = 1 << 12
_MIN_VARIANCE = 1e-7
_START_OFFSETS = 9

_WINDOW = 0.25
"""Largest deviation of a voxel from the rough field, in chemical shifts: water and fat do not change places within."""

_RATE_SD, _DIFFERENCE_SD = 30.0, 20.0
"""Priors of 1 / T2* in 1/s: SD of the mean rate of water and fat about ``USUAL_RATE``, and SD of half their difference.
With eight echoes the first hardly counts; the second regularizes the decay of a component that a voxel hardly holds."""

_MAX_RATE = 400.0


@dataclass(frozen=True)
class Separated:
    """Components of voxels, [voxel] each.

    Attributes:
        water: Signal at time zero; noise may make it negative.
        fat: Signal at time zero; noise may make it negative.
        b0_hz: Offset of the field, in Hz.
        rate: 1 / T2* in 1/s, of water and fat together, each counted by its signal.
    """

    water: Floats
    fat: Floats
    b0_hz: Floats
    rate: Floats


def unexplained_variance(signals: Complex, field_hz: Floats, encoding: Encoding) -> float:
    """Return the variance of each channel's noise, from the median residual of a fit to a sample of voxels.

    Decays are free, so that the residual is noise alone; with three echoes they are fixed, or none would remain.

    Args:
        signals: [echo, voxel] complex signals.
        field_hz: [voxel] field offsets, accurate to a quarter of the chemical shift.
        encoding: Echo times and field strength.
    """
    if not signals.shape[1]:
        return 0.0
    every = slice(None, None, -(-signals.shape[1] // _SAMPLE))
    sample, rough_field = signals[:, every], field_hz[every]
    usual = float(np.median(energy(sample))) / len(signals)
    least, decays_are_free = _MIN_VARIANCE * usual, len(signals) > 3
    start = _start(sample, rough_field, encoding)
    prior_variance = least if decays_are_free else usual / _MIN_VARIANCE
    parameters = _fitted(sample, start, rough_field, encoding, prior_variance)
    residual, _ = _linearized(sample, parameters, encoding, 1.0)
    degrees_of_freedom = 2 * len(signals) - (6 if decays_are_free else 4)
    return max(float(np.median(energy(residual))) / degrees_of_freedom, least)


def separated(signals: Complex, field_hz: Floats, encoding: Encoding, *, variance: float) -> Separated:
    """Separate water from fat in each voxel.

    Water and fat have one phase at time zero, and a decay each. The decays have priors, whose weight follows from the
    noise: with three echoes the priors decide, with eight the echoes do.

    Args:
        signals: [echo, voxel] complex signals.
        field_hz: [voxel] field offsets, accurate to a quarter of the chemical shift.
        encoding: Echo times and field strength.
        variance: Variance of each channel's noise.
    """
    result = np.empty((6, signals.shape[1]), np.float32)
    for first in range(0, signals.shape[1], _CHUNK):
        part = slice(first, first + _CHUNK)
        start = _start(signals[:, part], field_hz[part], encoding)
        result[:, part] = _fitted(signals[:, part], start, field_hz[part], encoding, variance)
    water, fat, _, b0_hz, rate, difference = result
    of_water, of_fat = np.maximum(water, 0), np.maximum(fat, 0)
    tilt = np.divide(of_water - of_fat, of_water + of_fat, out=np.zeros_like(rate), where=of_water + of_fat > 0)
    return Separated(water, fat, b0_hz, rate + tilt * difference)


def _start(signals: Complex, field_hz: Floats, encoding: Encoding) -> Floats:
    """Return the offset near the rough field that explains most energy, [voxel] in Hz."""
    steps = (np.linspace(-1, 1, _START_OFFSETS) * _WINDOW * encoding.shift_hz).astype(np.float32)
    demodulated = signals * _phasor(-field_hz * encoding.times_s)
    best = encoding.explained_energy(demodulated, steps).argmax(axis=0)
    return np.asarray(field_hz + steps[best], dtype=np.float32)


def _phasor(turns: Floats) -> Complex:
    return np.asarray(np.exp(np.complex64(2j * np.pi) * turns), dtype=np.complex64)


def _fitted(
    signals: Complex, offsets: Floats, field_hz: Floats, encoding: Encoding, variance: float
) -> NDArray[np.float32]:
    """Return the fitted parameters, [6, voxel]: water, fat, phase, offset, mean rate, half the rates' difference."""
    middle = float(encoding.times_s.mean())
    scales = np.array([1, 1, 1, 1 / (2 * np.pi * middle), 1 / middle, 1 / middle])[:, None]
    means = np.array([0, 0, 0, 0, USUAL_RATE, 0])[:, None]
    weights = np.array([0, 0, 0, 0, variance / _RATE_SD**2, variance / _DIFFERENCE_SD**2])[:, None] * scales**2
    window = 1.5 * _WINDOW * encoding.shift_hz
    parameters = np.zeros((6, signals.shape[1]), np.float64)
    parameters[:3] = _linear(signals * _phasor(-offsets * encoding.times_s), encoding)
    parameters[3], parameters[4] = offsets, USUAL_RATE
    for _ in range(_ITERATIONS):
        residual, jacobian = _linearized(signals, parameters.astype(np.float32), encoding, middle)
        normal = np.empty((signals.shape[1], 6, 6))
        for row in range(6):
            for column in range(row, 6):
                normal[:, row, column] = normal[:, column, row] = _real_product(jacobian[row], jacobian[column])
        gradient = np.stack([_real_product(derivative, residual) for derivative in jacobian])
        gradient -= weights * (parameters - means) / scales
        normal[:, range(6), range(6)] = normal[:, range(6), range(6)] * (1 + 1e-6) + weights.T + 1e-6 * variance
        parameters += scales * np.linalg.solve(normal, gradient.T[..., None])[..., 0].T
        parameters[3] = np.clip(parameters[3], field_hz - window, field_hz + window)
        parameters[4] = np.clip(parameters[4], 0, _MAX_RATE)
        parameters[5] = np.clip(parameters[5], -parameters[4], parameters[4])
    is_negative = parameters[0] + parameters[1] < 0  # a phase and its opposite are one solution
    parameters[:2, is_negative] *= -1
    parameters[2, is_negative] += np.pi
    return parameters.astype(np.float32)


def _linear(demodulated: Complex, encoding: Encoding) -> NDArray[np.float64]:
    """Return water, fat and phase at the usual rate, [3, voxel], of signals without an offset."""
    decay = np.exp(-USUAL_RATE * encoding.times_s)
    model = np.concatenate([decay.astype(np.complex64), decay * encoding.fat], axis=1)
    inverse = np.linalg.inv((model.conj().T @ model).real).astype(np.float32)
    projected = model.conj().T @ demodulated
    phase = 0.5 * np.angle((projected * (inverse @ projected)).sum(axis=0))
    return np.concatenate([inverse @ (projected * np.exp(-1j * phase)).real, phase[None]])


def _linearized(
    signals: Complex, parameters: NDArray[np.float32], encoding: Encoding, middle_s: float
) -> tuple[Complex, list[Complex]]:
    """Return the residual of the signals, and the Jacobian of the model by parameter, [echo, voxel] each."""
    water, fat, phase, offset, rate, difference = parameters
    times = encoding.times_s
    demodulation = np.exp(np.complex64(-1j) * (phase + np.float32(2 * np.pi) * offset * times))
    unit_water = np.exp(-(rate + difference) * times).astype(np.complex64)
    unit_fat = np.exp(-(rate - difference) * times) * encoding.fat
    water_signal, fat_signal = water * unit_water, fat * unit_fat
    model, relative_time = water_signal + fat_signal, times / np.float32(middle_s)
    by_phase = np.complex64(1j) * model
    by_rates = (-relative_time * model, relative_time * (fat_signal - water_signal))
    return signals * demodulation - model, [unit_water, unit_fat, by_phase, relative_time * by_phase, *by_rates]


def _real_product(first: Complex, second: Complex) -> NDArray[np.float64]:
    """Return the real part of the inner product over echoes, [voxel]."""
    return np.asarray((first.real * second.real + first.imag * second.imag).sum(axis=0), dtype=np.float64)
