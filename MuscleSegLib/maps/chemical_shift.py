"""Encoding of water and fat by echo times, and the signal energy that a field offset explains.

The signal of a voxel at time t is exp(i phase + 2 pi i offset t) (water exp(-rate t) + fat peaks(t) exp(-rate t)), with
one phase at time zero for water and fat, so that both are real numbers. For a given offset and rate, the best phase,
water and fat have a closed form: M. Bydder et al., Magn Reson Imaging 2011;29:216-221, 10.1016/j.mri.2010.08.011.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.physics import FAT_PEAKS, PROTON_MHZ_PER_T, fat_phasors
from MuscleSegLib.translatable import _

Floats = NDArray[np.float32]
Complex = NDArray[np.complex64]

USUAL_RATE = 33.0
"""1 / T2* in 1/s, of muscle and of fat about the same, where nothing is measured."""

_SPACING_TOLERANCE_MS = 0.05
"""Tolerance of evenly spaced echo times, which are written to a hundredth of a ms."""

_MIN_IN_PHASE_DIFFERENCE = 0.05
"""Least share of the signal of fat that differs from that of any amount of water."""


@dataclass(frozen=True)
class Encoding:
    """The echo times of an acquisition at a field strength.

    Attributes:
        echoes_ms: At least three.
        field_strength_t: Tesla.
    """

    echoes_ms: tuple[float, ...]
    field_strength_t: float

    @cached_property
    def times_s(self) -> Floats:
        """Echo times in seconds, [echo, 1]."""
        return np.array(self.echoes_ms, dtype=np.float32)[:, None] / np.float32(1000)

    @cached_property
    def fat(self) -> Complex:
        """Signal of fat relative to that of water, [echo, 1]."""
        return fat_phasors(self.echoes_ms, field_strength_t=self.field_strength_t)[:, None].astype(np.complex64)

    @property
    def shift_hz(self) -> float:
        """Chemical shift between water and the main peak of fat: offset of the solution with both exchanged."""
        main_ppm = max(FAT_PEAKS, key=lambda peak: peak[1])[0]
        return abs(main_ppm) * PROTON_MHZ_PER_T * self.field_strength_t

    @property
    def span_hz(self) -> float:
        """Range of field offsets that these echo times distinguish."""
        return 1000 * (len(self.echoes_ms) - 1) / (self.echoes_ms[-1] - self.echoes_ms[0])

    @property
    def is_periodic(self) -> bool:
        """Whether offsets repeat after ``span_hz``, as they do with evenly spaced echoes."""
        return bool(np.ptp(np.diff(self.echoes_ms)) <= _SPACING_TOLERANCE_MS)

    def require_separable(self, name: str) -> None:
        """Check that these echo times distinguish water from fat.

        Args:
            name: Name of the first image, for the message.

        Raises:
            MuscleSegError: They do not.
        """
        columns = np.concatenate([np.ones_like(self.fat), self.fat], axis=1).astype(np.complex128)
        # An offset of the field must not make fat look like water either.
        offsets = np.linspace(-0.5, 0.5, 101) * self.span_hz
        turned = np.exp(2j * np.pi * offsets * self.times_s)
        alike = np.abs(turned.T @ columns[:, 1]).max() / np.linalg.norm(columns[:, 1]) / np.sqrt(len(columns))
        in_phase = abs((columns[:, 0].conj() @ columns[:, 1]) / (columns[:, 1].conj() @ columns[:, 1]))
        if len(self.echoes_ms) < 3 or alike > 1 - 1e-4 or in_phase > 1 - _MIN_IN_PHASE_DIFFERENCE:
            message = _(
                "The echo times of {name}, {echoes_ms} ms at {field_strength_t} T, do not tell fat from water: give "
                "all echoes of a Dixon acquisition, three or more, with their phases."
            )
            raise MuscleSegError(
                message,
                name=name,
                echoes_ms=", ".join(f"{time:g}" for time in self.echoes_ms),
                field_strength_t=f"{self.field_strength_t:g}",
            )

    @cached_property
    def _basis(self) -> Complex:
        """Orthonormal basis of water and fat for real coefficients, conjugate, [2, echo]."""
        decay = np.exp(-USUAL_RATE * self.times_s)
        water, fat = decay.astype(np.complex64), decay * self.fat
        water = water / np.linalg.norm(water)
        fat = fat - water * np.vdot(water, fat).real
        return np.concatenate([water, fat / np.linalg.norm(fat)], axis=1).T.conj().astype(np.complex64)

    def explained_energy(self, signals: Complex, offsets_hz: Floats) -> Floats:
        """Return the signal energy that each offset explains with the best phase, water and fat.

        Args:
            signals: [echo, voxel] complex signals.
            offsets_hz: [offset] field offsets in Hz.

        Returns:
            [offset, voxel] energies, in the square of the signals' unit.
        """
        back = np.exp(-2j * np.pi * offsets_hz[:, None] * self.times_s.T).astype(np.complex64)
        water, fat = ((back * column) @ signals for column in self._basis)
        sizes = water.real**2 + water.imag**2 + fat.real**2 + fat.imag**2
        return np.asarray(0.5 * (sizes + np.abs(water * water + fat * fat)), dtype=np.float32)


def energy(signals: Complex) -> Floats:
    """Return the energy of [echo, voxel] signals, summed over echoes, [voxel]."""
    return np.asarray((signals.real**2 + signals.imag**2).sum(axis=0), dtype=np.float32)
