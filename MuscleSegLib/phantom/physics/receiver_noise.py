"""Noise of a receiver: equal in both channels, Rician in magnitudes."""

import numpy as np
from numpy.typing import NDArray


def complex_noise(rng: np.random.Generator, shape: tuple[int, ...], sd: float) -> NDArray[np.complex64]:
    """Return complex normal noise of a shape, of standard deviation ``sd`` in each channel."""
    parts = rng.standard_normal((*shape, 2), dtype=np.float32)
    parts *= np.float32(sd)
    return parts.view(np.complex64)[..., 0]


def magnitude(signal: NDArray[np.floating], noise: NDArray[np.complex64]) -> NDArray[np.floating]:
    """Return |signal + noise| of [...] values: Rician magnitudes (Gudbjartsson and Patz, Magn Reson Med 1995)."""
    return np.asarray(np.hypot(signal + noise.real, noise.imag))
