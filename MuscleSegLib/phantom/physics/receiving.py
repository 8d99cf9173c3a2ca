"""Images and map of a slice from the protons in its voxels."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.phantom.physics.mt_gradient_echo import MagnetizationTransfer, mtr_percent
from MuscleSegLib.phantom.physics.multi_gradient_echo import Dixon
from MuscleSegLib.phantom.physics.multi_spin_echo import MultiSpinEcho
from MuscleSegLib.phantom.physics.sampling import points_of
from MuscleSegLib.phantom.physics.scanner_fields import ScannerFields
from MuscleSegLib.phantom.physics.spin_echo import SpinEcho
from MuscleSegLib.phantom.protocols import Protocol, Scan
from MuscleSegLib.phantom.tissue_values import FAT_PROTONS, MUSCLE_PROTONS, Pool, pool_constants
from MuscleSegLib.physics import monoexponential_t2_ms

FULL_SCALE = 1000.0
"""Signal of pure fat in the first image of a scan, in the middle of the coil: images fit 16-bit integers."""

LEAST_PROTONS = 0.2
"""Least proton density, relative to water, of a voxel with a value in a map."""

Floats = NDArray[np.float64]
Images = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Voxels:
    """Voxels of a slice with protons.

    Attributes:
        where: [row, column] mask of these voxels.
        protons: [pool, voxel] proton densities.
        b0_hz: [voxel] field offsets.
        b1: [voxel] transmitted field relative to nominal.
        coil: [voxel] sensitivity of the coil.
    """

    where: NDArray[np.bool_]
    protons: Floats
    b0_hz: Floats
    b1: Floats
    coil: Floats

    def filled(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return a [row, column] float32 map of [voxel] values; NaN where there are too few protons."""
        result = np.full(self.where.shape, np.nan, np.float32)
        result[self.where] = np.where(self.protons.sum(axis=0) < LEAST_PROTONS, np.nan, values)
        return result

    def added(self, noise: NDArray[np.complex64], signal: NDArray[Any]) -> NDArray[np.complex64]:
        """Return [image, row, column] noise with the [image, voxel] signal added to it."""
        total = noise.copy()
        total[:, self.where] += signal.astype(np.complex64)
        return total


@dataclass(frozen=True)
class Receiver:
    """Receiver of the scanner.

    Attributes:
        protocol: Scans of the session.
        fields: B0, B1, coil and phase.
        seed: Seed of the noise, which depends on this, the scan and the slice alone.
    """

    protocol: Protocol
    fields: ScannerFields
    seed: int

    def images(self, name: str, k: int, protons: NDArray[np.float32]) -> Images:
        """Return the images of slice ``k`` of a scan by their names, [row, column] each.

        Args:
            name: Name of a scan of the protocol.
            k: Index of the slice.
            protons: [pool, row, column] proton densities.

        Returns:
            "anatomy" or the map, "ff", "mtr" or "t2", and the raw images, whose names begin with "raw/".
        """
        scan: Scan[Any] = getattr(self.protocol, name)
        makers: dict[str, Callable[[Scan[Any], Voxels, np.random.Generator], Images]] = {
            "anatomy": self._anatomy,
            "ff": self._dixon,
            "mtr": self._mt,
            "t2": self._multi_spin_echo,
        }
        rng = np.random.default_rng([self.seed, list(makers).index(name) + 1, k])
        return makers[name](scan, self._voxels(scan, k, protons), rng)

    def _voxels(self, scan: Scan[Any], k: int, protons: NDArray[np.float32]) -> Voxels:
        where = np.asarray(protons.any(axis=0))
        x, y = (axis.astype(np.float64)[where] for axis in points_of(scan.geometry, points=1))
        place = (x, y, float(scan.geometry.world_from_index((0, 0, k))[2]))
        fields = self.fields
        inside = protons[:, where].astype(np.float64)
        return Voxels(where, inside, fields.b0_hz_at(*place), fields.b1_at(*place), fields.coil_at(*place))

    def _anatomy(self, scan: Scan[SpinEcho], voxels: Voxels, rng: np.random.Generator) -> Images:
        weights = pool_constants("stays") * scan.sequence.signal(pool_constants("t1_ms"), pool_constants("t2_ms"))
        gain, sd = _scales(lambda protons: weights @ protons, scan.snr)
        noise = complex_noise(rng, (1, *voxels.where.shape), sd)
        image = np.abs(voxels.added(noise, gain * voxels.coil * (weights @ voxels.protons)[None]))
        return {"anatomy": _integers(image[0])}

    def _dixon(self, scan: Scan[Dixon], voxels: Voxels, rng: np.random.Generator) -> Images:
        sequence = scan.sequence
        gain, sd = _scales(lambda protons: np.abs(sequence.signal(protons))[0], scan.snr)
        noise = complex_noise(rng, (len(sequence.echoes_ms), *voxels.where.shape), sd)
        sensitivity = gain * voxels.coil * np.exp(1j * self.fields.phase)
        raw = voxels.added(noise, sensitivity * sequence.signal(voxels.protons, b0_hz=voxels.b0_hz, b1=voxels.b1))
        images = {"ff": voxels.filled(_fat_percent(sequence, voxels, noise[:, voxels.where] / sensitivity))}
        for number, echo in enumerate(raw, 1):
            images[f"raw/dixon_echo{number:02d}_real"] = _integers(echo.real)
            images[f"raw/dixon_echo{number:02d}_imaginary"] = _integers(echo.imag)
        return images

    def _mt(self, scan: Scan[MagnetizationTransfer], voxels: Voxels, rng: np.random.Generator) -> Images:
        sequence = scan.sequence
        gain, sd = _scales(lambda protons: sequence.signals(protons)[0], scan.snr)
        noise = complex_noise(rng, (2, *voxels.where.shape), sd)
        sensitivity = gain * voxels.coil
        raw = np.abs(voxels.added(noise, sensitivity * np.stack(sequence.signals(voxels.protons, b1=voxels.b1))))
        even = sensitivity * np.stack(sequence.signals(voxels.protons))
        ratio = mtr_percent(*magnitude(even, noise[:, voxels.where]))
        return {"mtr": voxels.filled(ratio), "raw/mt_off": _integers(raw[0]), "raw/mt_on": _integers(raw[1])}

    def _multi_spin_echo(self, scan: Scan[MultiSpinEcho], voxels: Voxels, rng: np.random.Generator) -> Images:
        sequence = scan.sequence
        gain, sd = _scales(lambda protons: sequence.ideal_signal(protons)[0], scan.snr)
        noise = complex_noise(rng, (sequence.echoes, *voxels.where.shape), sd)
        sensitivity = gain * voxels.coil
        raw = np.abs(voxels.added(noise, sensitivity * sequence.signal(voxels.protons, voxels.b1)))
        even = sensitivity * sequence.ideal_signal(voxels.protons) + noise.real[:, voxels.where]
        images = {"t2": voxels.filled(monoexponential_t2_ms(even, sequence.echoes_ms))}
        return images | {f"raw/t2_echo{number:02d}": _integers(echo) for number, echo in enumerate(raw, 1)}


def _scales(first_image: Callable[[Floats], Any], snr: float) -> tuple[float, float]:
    """Return the gain of the receiver and the SD of its noise, from the first image of a voxel's protons."""
    muscle, fat = np.zeros((len(Pool), 1)), np.zeros((len(Pool), 1))
    muscle[Pool.MUSCLE_WATER], fat[Pool.FAT] = MUSCLE_PROTONS, FAT_PROTONS
    gain = FULL_SCALE / first_image(fat).item()
    return gain, gain * first_image(muscle).item() / snr


def _fat_percent(sequence: Dixon, voxels: Voxels, noise: NDArray[np.complexfloating]) -> Floats:
    """Return the fat fraction in percent, [voxel], estimated with [echo, voxel] noise without coil and phase."""
    still = noise * sequence.precession(voxels.b0_hz).conj()
    water_noise, fat_noise = sequence.unmixing() @ np.concatenate([still.real, still.imag])
    fat = voxels.protons[Pool.FAT] + fat_noise
    with np.errstate(divide="ignore", invalid="ignore"):  # where there is hardly anything; it gets no value
        return np.asarray(100 * fat / (voxels.protons.sum(axis=0) + water_noise + fat_noise))


def _integers(image: NDArray[Any]) -> NDArray[np.int16]:
    return np.asarray(np.rint(image), dtype=np.int16)


def complex_noise(rng: np.random.Generator, shape: tuple[int, ...], sd: float) -> NDArray[np.complex64]:
    """Return complex normal noise of a shape, of standard deviation ``sd`` in each channel."""
    parts = rng.standard_normal((*shape, 2), dtype=np.float32)
    parts *= np.float32(sd)
    return parts.view(np.complex64)[..., 0]


def magnitude(signal: NDArray[np.floating], noise: NDArray[np.complex64]) -> NDArray[np.floating]:
    """Return |signal + noise| of [...] values: Rician magnitudes (Gudbjartsson and Patz, Magn Reson Med 1995)."""
    return np.asarray(np.hypot(signal + noise.real, noise.imag))
