"""Water, fat, field and decay of each voxel by least squares, from a field that is known roughly."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.maps.chemical_shift import USUAL_RATE, Complex, Encoding, Floats, energy

_CHUNK = 1 << 15
_ITERATIONS = 5
_SAMPLE = 1 << 12
_LEAST_NOISE = 1e-7
_SEARCHED = 9

_WINDOW = 0.25
"""How far from the rough field a voxel's own may lie, in chemical shifts: not so far that water and fat change
places."""

_RATE_SD, _DIFFERENCE_SD = 30.0, 20.0
"""What is known of 1 / T2* in 1/s without any measurement: that its mean over water and fat is that much about
``USUAL_RATE``, and that theirs differ by about twice that from it. With eight echoes the first hardly counts; the
second keeps the decay of what a voxel hardly holds from being made up."""

_MOST_RATE = 400.0


@dataclass(frozen=True)
class Separated:
    """Voxels, [voxel] each.

    Attributes:
        water: Signal at time zero; noise may make it negative.
        fat: The same.
        b0_hz: Offset of the field.
        rate: 1 / T2* in 1/s, of water and fat together, each counted by its signal.

    """

    water: Floats
    fat: Floats
    b0_hz: Floats
    rate: Floats


def unexplained_variance(signals: Complex, field_hz: Floats, encoding: Encoding) -> float:
    """Return the variance of each channel's noise, from what a fit leaves unexplained in half of some voxels.

    Its decays are free, so that they explain nothing but noise away; those of three echoes are fixed, or nothing was
    left.

    Args:
        signals: [echo, voxel].
        field_hz: [voxel], right to a quarter of the chemical shift.
        encoding: Of the echoes.

    """
    if not signals.shape[1]:
        return 0.0
    some = slice(None, None, -(-signals.shape[1] // _SAMPLE))
    sample, near = signals[:, some], field_hz[some]
    usual = float(np.median(energy(sample))) / len(signals)
    least, free = _LEAST_NOISE * usual, len(signals) > 3
    start = _start(sample, near, encoding)
    parameters = _fitted(sample, start, near, encoding, least if free else usual / _LEAST_NOISE)
    residual, _ = _linearized(sample, parameters, encoding, 1.0)
    return max(float(np.median(energy(residual))) / (2 * len(signals) - (6 if free else 4)), least)


def separated(signals: Complex, field_hz: Floats, encoding: Encoding, *, variance: float) -> Separated:
    """Separate water from fat.

    Water and fat have one phase at time zero, and decays of their own. The decays have priors, whose weight follows
    from the noise: with three echoes they decide, with eight the echoes do.

    Args:
        signals: [echo, voxel].
        field_hz: [voxel], right to a quarter of the chemical shift.
        encoding: Of the echoes.
        variance: Of each channel's noise.

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
    """Return the offset near the rough one that explains most."""
    near = (np.linspace(-1, 1, _SEARCHED) * _WINDOW * encoding.shift_hz).astype(np.float32)
    still = signals * _turn(-field_hz * encoding.times_s)
    return np.asarray(field_hz + near[encoding.explained(still, near).argmax(axis=0)], dtype=np.float32)


def _turn(turns: Floats) -> Complex:
    return np.asarray(np.exp(np.complex64(2j * np.pi) * turns), dtype=np.complex64)


def _fitted(
    signals: Complex, offsets: Floats, field_hz: Floats, encoding: Encoding, variance: float
) -> NDArray[np.float32]:
    """Return [6, voxel]: water, fat, phase, offset, mean rate, half the difference of the rates."""
    middle = float(encoding.times_s.mean())
    scales = np.array([1, 1, 1, 1 / (2 * np.pi * middle), 1 / middle, 1 / middle])[:, None]
    means = np.array([0, 0, 0, 0, USUAL_RATE, 0])[:, None]
    weights = np.array([0, 0, 0, 0, variance / _RATE_SD**2, variance / _DIFFERENCE_SD**2])[:, None] * scales**2
    parameters = np.zeros((6, signals.shape[1]), np.float64)
    parameters[:3] = _linear(signals * _turn(-offsets * encoding.times_s), encoding)
    parameters[3], parameters[4] = offsets, USUAL_RATE
    for _ in range(_ITERATIONS):
        residual, jacobian = _linearized(signals, parameters.astype(np.float32), encoding, middle)
        normal = np.empty((signals.shape[1], 6, 6))
        for row in range(6):
            for column in range(row, 6):
                normal[:, row, column] = normal[:, column, row] = _product(jacobian[row], jacobian[column])
        gradient = (
            np.stack([_product(derivative, residual) for derivative in jacobian])
            - weights * (parameters - means) / scales
        )
        normal[:, range(6), range(6)] = normal[:, range(6), range(6)] * (1 + 1e-6) + weights.T + 1e-6 * variance
        parameters += scales * np.linalg.solve(normal, gradient.T[..., None])[..., 0].T
        window = 1.5 * _WINDOW * encoding.shift_hz
        parameters[3] = np.clip(parameters[3], field_hz - window, field_hz + window)
        parameters[4] = np.clip(parameters[4], 0, _MOST_RATE)
        parameters[5] = np.clip(parameters[5], -parameters[4], parameters[4])
    negative = parameters[0] + parameters[1] < 0  # of a phase and its opposite, which are one solution
    parameters[:2, negative] *= -1
    parameters[2, negative] += np.pi
    return parameters.astype(np.float32)


def _linear(still: Complex, encoding: Encoding) -> NDArray[np.float64]:
    """Return [3, voxel]: water, fat and phase at the usual rate, of signals without an offset."""
    decay = np.exp(-USUAL_RATE * encoding.times_s)
    model = np.concatenate([decay.astype(np.complex64), decay * encoding.fat], axis=1)
    inverse = np.linalg.inv((model.conj().T @ model).real).astype(np.float32)
    seen = model.conj().T @ still
    phase = 0.5 * np.angle((seen * (inverse @ seen)).sum(axis=0))
    return np.concatenate([inverse @ (seen * np.exp(-1j * phase)).real, phase[None]])


def _linearized(
    signals: Complex, parameters: NDArray[np.float32], encoding: Encoding, middle_s: float
) -> tuple[Complex, list[Complex]]:
    """Return the residual, [echo, voxel], and the Jacobian: the model's derivative by each of six parameters."""
    water, fat, phase, offset, rate, difference = parameters
    times = encoding.times_s
    back = np.exp(np.complex64(-1j) * (phase + np.float32(2 * np.pi) * offset * times))
    of_water = np.exp(-(rate + difference) * times).astype(np.complex64)
    of_fat = np.exp(-(rate - difference) * times) * encoding.fat
    water_signal, fat_signal = water * of_water, fat * of_fat
    model, later = water_signal + fat_signal, times / np.float32(middle_s)
    turned = np.complex64(1j) * model
    by_rate_difference = later * (fat_signal - water_signal)
    jacobian = [of_water, of_fat, turned, later * turned, -later * model, by_rate_difference]
    return signals * back - model, jacobian


def _product(first: Complex, second: Complex) -> NDArray[np.float64]:
    return np.asarray((first.real * second.real + first.imag * second.imag).sum(axis=0), dtype=np.float64)
