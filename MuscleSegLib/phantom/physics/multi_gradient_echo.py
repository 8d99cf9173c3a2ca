"""Multi-echo gradient echoes for the separation of water and fat by their frequencies (Dixon)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from MuscleSegLib.phantom.tissue_values import FIELD_STRENGTH_T, LARMOR_MHZ, Pool, pool_constants
from MuscleSegLib.physics import FAT_PEAKS, fat_phasors, steady_state


@dataclass(frozen=True)
class Dixon:
    """A spoiled gradient echo with several echo times; three of them are a three-point Dixon.

    Attributes:
        repetition_ms: Repetition time (TR).
        flip_degrees: Flip angle.
        echoes_ms: Echo time (TE) of each echo.
    """

    repetition_ms: float
    flip_degrees: float
    echoes_ms: tuple[float, ...]

    def water_and_fat(
        self, protons: NDArray[np.floating], *, b1: ArrayLike = 1.0
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the magnitudes of the signals of water and of fat at each echo.

        Args:
            protons: [pool, ...] proton densities.
            b1: [...] transmitted field relative to nominal.

        Returns:
            Two [echo, ...] arrays.
        """
        column = (-1,) + (1,) * (protons.ndim - 1)
        flip = self.flip_degrees * np.asarray(b1, dtype=np.float64)
        t1 = pool_constants("t1_ms").reshape(column)
        weighted = protons * steady_state(t1, repetition_ms=self.repetition_ms, flip_degrees=flip)
        decays = np.exp(-np.array(self.echoes_ms)[:, None] / pool_constants("t2_star_ms"))
        fat = decays[:, Pool.FAT].reshape(column) * weighted[Pool.FAT]
        weighted[Pool.FAT] = 0
        return np.tensordot(decays, weighted, axes=1), fat

    def signal(
        self, protons: NDArray[np.floating], *, b0_hz: ArrayLike = 0.0, b1: ArrayLike = 1.0
    ) -> NDArray[np.complex128]:
        """Return the complex signal at each echo, [echo, ...].

        Args:
            protons: [pool, ...] proton densities.
            b0_hz: [...] field offsets.
            b1: [...] transmitted field relative to nominal.
        """
        water, fat = self.water_and_fat(protons, b1=b1)
        phasors = self.fat_phasors().reshape((-1,) + (1,) * (protons.ndim - 1))
        return (water + fat * phasors) * self.precession(np.broadcast_to(b0_hz, protons.shape[1:]))

    def fat_phasors(self) -> NDArray[np.complex128]:
        """Return the signal of fat relative to that of water, [echo]."""
        return fat_phasors(self.echoes_ms, field_strength_t=FIELD_STRENGTH_T)

    def precession(self, b0_hz: ArrayLike) -> NDArray[np.complex128]:
        """Return the phase factor of each echo by field offsets, [echo, ...] for offsets [...]."""
        offset = np.asarray(b0_hz, dtype=np.float64)
        seconds = (np.array(self.echoes_ms) / 1000).reshape((-1,) + (1,) * offset.ndim)
        return np.asarray(np.exp(2j * np.pi * offset * seconds))

    def unmixing(self) -> NDArray[np.float64]:
        """Return the matrix from signals of muscle to proton densities of water and fat, by least squares.

        B0, the initial phase, T1 and T2* are known, so that water and fat are two real numbers.

        Returns:
            [(water, fat), (real parts of all echoes, then imaginary parts)].
        """
        t1, t2_star = pool_constants("t1_ms"), pool_constants("t2_star_ms")
        state = steady_state(t1, repetition_ms=self.repetition_ms, flip_degrees=self.flip_degrees)
        echoes = np.array(self.echoes_ms)
        columns = [state[pool] * np.exp(-echoes / t2_star[pool]) for pool in (Pool.MUSCLE_WATER, Pool.FAT)]
        model = np.stack([columns[0].astype(np.complex128), columns[1] * self.fat_phasors()], axis=1)
        return np.asarray(np.linalg.pinv(np.concatenate([model.real, model.imag])))


def opposed_and_in_phase_ms(count: int) -> tuple[float, ...]:
    """Return the first echo times in ms with the main peak of fat opposed to water, in phase, opposed, ..."""
    main_ppm = max(FAT_PEAKS, key=lambda peak: peak[1])[0]
    half_turn_ms = 1000 / (2 * abs(main_ppm) * LARMOR_MHZ)
    return tuple(round(half_turn_ms * number, 2) for number in range(1, count + 1))
