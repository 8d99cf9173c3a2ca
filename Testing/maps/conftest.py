"""Images of nothing in particular, and signals that are computed here without the library."""

import cmath
import math
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from MuscleSegLib.volume import Geometry, Volume

FAT = {-3.80: 0.087, -3.40: 0.693, -2.60: 0.128, -1.94: 0.004, -0.39: 0.039, 0.60: 0.048}
SPINS = 128

Images = Callable[[NDArray[np.generic]], list[Volume]]


@pytest.fixture
def images() -> Images:
    """A function that makes an image of each [k, j, i] array, of voxels of 1.72 x 1.72 x 5 mm."""

    def make(arrays: NDArray[np.generic]) -> list[Volume]:
        return [Volume(array, Geometry(array.shape, np.diag([1.72, 1.72, 5.0, 1.0]))) for array in arrays]

    return make


@pytest.fixture
def gradient_echoes() -> Callable[..., NDArray[np.complexfloating]]:
    """A function that makes complex gradient echoes, [echo, ...], with T2* of muscle 28 ms and of fat 40 ms."""

    def make(
        fat: NDArray[np.floating],
        b0_hz: NDArray[np.floating],
        echoes_ms: Sequence[float],
        *,
        field_strength_t: float = 1.5,
        excitation: tuple[float, float] | None = None,
    ) -> NDArray[np.complexfloating]:
        weights = [1.0, 1.0]
        if excitation is not None:
            tr, flip = excitation[0], math.radians(excitation[1])
            decays = [math.exp(-tr / t1) for t1 in (1130, 288)]
            weights = [math.sin(flip) * (1 - e1) / (1 - math.cos(flip) * e1) for e1 in decays]
        echoes = []
        for te in echoes_ms:
            turns = {
                ppm: share * cmath.exp(2j * math.pi * 42.577 * field_strength_t * ppm * te / 1000)
                for ppm, share in FAT.items()
            }
            of_fat = weights[1] * math.exp(-te / 40) * sum(turns.values()) / sum(FAT.values())
            of_water = weights[0] * math.exp(-te / 28)
            echoes.append(((1 - fat) * of_water + fat * of_fat) * np.exp(2j * np.pi * b0_hz * te / 1000 + 0.7j))
        return np.stack(echoes) / weights[0]

    return make


@pytest.fixture
def spin_echoes() -> Callable[..., NDArray[np.floating]]:
    """A function that follows spins one by one through a CPMG train and returns its echoes."""

    def make(
        t1_ms: float, t2_ms: float, b1: float, *, spacing_ms: float = 8.7, echoes: int = 16
    ) -> NDArray[np.floating]:
        angles = 2 * np.pi * np.arange(SPINS) / SPINS
        flip = np.pi * b1
        x, y, z = np.full(SPINS, math.sin(flip / 2)), np.zeros(SPINS), np.full(SPINS, math.cos(flip / 2))
        decay, recovery = math.exp(-spacing_ms / 2 / t2_ms), math.exp(-spacing_ms / 2 / t1_ms)
        echo_signals = []
        for _ in range(echoes):
            for half in range(2):
                turned = (x + 1j * y) * np.exp(1j * angles) * decay
                x, y, z = turned.real, turned.imag, z * recovery
                if half == 0:
                    y, z = math.cos(flip) * y - math.sin(flip) * z, math.sin(flip) * y + math.cos(flip) * z
            echo_signals.append(float(x.mean()))
        return np.array(echo_signals)

    return make
