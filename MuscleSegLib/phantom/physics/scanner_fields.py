"""Smooth fields of a scanner: B0, B1 and the sensitivity of the coil."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_ACROSS_MM, _ALONG_MM = 200.0, 150.0
"""Lengths that normalize coordinates: half of a field of view of two thighs."""


@dataclass(frozen=True)
class ScannerFields:
    """The fields of one session.

    Attributes:
        b0_hz: [10] coefficients of 1, x, y, z, x2, y2, z2, xy, xz, yz in Hz, the residual of a shim at 1.5 T.
        b1: [10] coefficients of the same monomials, added to the nominal field of 1.
        coil: Gradient to the right, gradient to the front, and falloff with the square of z.
        phase: Phase of the receiver, in radians.
    """

    b0_hz: Floats
    b1: Floats
    coil: tuple[float, float, float]
    phase: float

    @classmethod
    def draw(cls, rng: np.random.Generator) -> "ScannerFields":
        """Draw random fields: B0 within some 60 Hz, B1 within some 15 percent, and mild shading."""
        b0 = rng.uniform(-1, 1, 10) * np.repeat([10.0, 15.0, 10.0], [1, 3, 6])
        b1 = rng.uniform(-1, 1, 10) * np.repeat([0.03, 0.03, 0.01], [1, 3, 6])
        b1[4:7] -= rng.uniform(0.02, 0.06)  # the transmitter's field falls off away from its middle
        tilts = rng.uniform(-0.1, 0.1, 2)
        return cls(b0, b1, (float(tilts[0]), float(tilts[1]), float(rng.uniform(0.1, 0.25))), float(rng.uniform(-3, 3)))

    def b0_hz_at(self, x_mm: Floats, y_mm: Floats, z_mm: float) -> Floats:
        """Return the field offset in Hz at [...] points of a plane in RAS millimeters, of their shape."""
        return np.asarray(self.b0_hz @ _monomials(x_mm, y_mm, z_mm).reshape(10, -1)).reshape(x_mm.shape)

    def b1_at(self, x_mm: Floats, y_mm: Floats, z_mm: float) -> Floats:
        """Return the transmitted field, 1 where nominal, at [...] points in RAS millimeters, of their shape."""
        return np.asarray(1 + self.b1 @ _monomials(x_mm, y_mm, z_mm).reshape(10, -1)).reshape(x_mm.shape)

    def coil_at(self, x_mm: Floats, y_mm: Floats, z_mm: float) -> Floats:
        """Return the coil's sensitivity, 1 in the middle, at [...] points in RAS millimeters, of their shape."""
        right, front, falloff = self.coil
        along = 1 - falloff * min(abs(z_mm) / _ALONG_MM, 1.2) ** 2
        return np.asarray(along * (1 + right * x_mm / _ACROSS_MM + front * y_mm / _ACROSS_MM))


def _monomials(x_mm: Floats, y_mm: Floats, z_mm: float) -> Floats:
    x, y, z = x_mm / _ACROSS_MM, y_mm / _ACROSS_MM, np.full_like(x_mm, z_mm / _ALONG_MM)
    return np.stack([np.ones_like(x), x, y, z, x * x, y * y, z * z, x * y, x * z, y * z])
