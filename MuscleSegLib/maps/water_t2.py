"""T2 of muscle water, separated from fat and B1.

Marty et al., NMR Biomed 2016;29:431-443, 10.1002/nbm.3459: echoes are a sum of a train of water, whose T2 is fitted,
and a train of fat, whose T2 is calibrated in adipose tissue; both hold the stimulated echoes that B1 causes. Unlike
there, the flip angle is uniform through the slice, and B1 is fitted to a neighborhood, as it is smooth and trades with
fat in a single voxel.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.maps.echo_dictionary import B1, EchoDictionary, Floats
from MuscleSegLib.maps.fat_calibration import calibrated_fat_t2_ms
from MuscleSegLib.maps.filling import filled_map
from MuscleSegLib.maps.grids import comparable
from MuscleSegLib.maps.noise import background_sd, without_floor
from MuscleSegLib.maps.t2 import magnitudes
from MuscleSegLib.translatable import _
from MuscleSegLib.volume import Volume

FEWEST_ECHOES = 6
"""Fewest echoes of a fit of two amounts, a T2 and B1."""

_B1_MM = 10.0
"""Standard deviation of the Gaussian neighborhood of one B1, which varies over tens of centimeters."""

_MIN_WATER_FRACTION = 0.3
"""Least water fraction of a voxel with a T2 of water: below it, the noise of fat would decide."""

_CHUNK = 1 << 14


@dataclass(frozen=True)
class WaterT2:
    """Maps from a train of spin echoes, [k, j, i] float32 with NaN where there is nothing but noise.

    Attributes:
        t2_ms: T2 of water, in ms. NaN also where there is hardly any water.
        b1_percent: Refocusing in percent of nominal; as much above nominal looks like as much below.
        fat_t2_ms: T2 of fat in the fit.
    """

    t2_ms: Volume
    b1_percent: Volume
    fat_t2_ms: float


def water_t2(
    echoes: Sequence[Volume], *, echoes_ms: Sequence[float], field_strength_t: float, fat_t2_ms: float | None = None
) -> WaterT2:
    """Return maps of the T2 of water, separated from fat, and of B1.

    The noise floor of late echoes is estimated in air and removed. That suffices at an SNR of 50 in the first echo; at
    20, T2 of lean muscle is 2 to 3 ms too short.

    Args:
        echoes: [k, j, i] magnitude images of a CPMG train on one grid.
        echoes_ms: Echo times, evenly spaced, the first one spacing after the excitation.
        field_strength_t: Field strength of the scanner, in tesla.
        fat_t2_ms: T2 of fat; None to calibrate it in the brightest voxels of the last echo.

    Raises:
        MuscleSegError: Images lie on different grids, or are no train of six echoes or more.
    """
    echoes = comparable(echoes)
    mask, signals = magnitudes(echoes, echoes_ms, fewest=FEWEST_ECHOES)
    spacing_ms = _spacing_ms(echoes_ms, echoes[0].name)
    noise_sd = background_sd(np.stack([echo.array[~mask] for echo in echoes]))
    measured = without_floor(signals, noise_sd).astype(np.float32)  # weak late echoes would pass for fat
    if fat_t2_ms is None:
        fat_t2_ms = calibrated_fat_t2_ms(measured, spacing_ms=spacing_ms, field_strength_t=field_strength_t)
    trains = EchoDictionary(spacing_ms, len(echoes_ms), field_strength_t, fat_t2_ms)
    node = _b1_nodes(measured, mask, trains, echoes[0].geometry.spacing_mm)
    t2_ms = np.empty(measured.shape[1], np.float32)
    for number in np.unique(node):
        t2_ms[node == number] = _t2_ms(measured[:, node == number], trains, int(number))
    geometry = echoes[0].geometry
    t2_map = filled_map(t2_ms, mask, geometry, description="T2 of water (ms)", unit="ms")
    return WaterT2(t2_map, filled_map(100 * B1[node], mask, geometry, description="B1 (%)", unit="%"), fat_t2_ms)


def _spacing_ms(echoes_ms: Sequence[float], name: str) -> float:
    """Return the echo spacing of a train, checked against all echo times."""
    spacing = echoes_ms[-1] / len(echoes_ms)
    expected = spacing * np.arange(1, len(echoes_ms) + 1)
    if np.abs(np.asarray(echoes_ms) - expected).max() > 0.02 * spacing:
        message = _(
            "The echo times of {name} and the images with it, {echoes_ms} ms, are not those of one train (multiples of "
            "the first): give all its echoes, or fit one exponential."
        )
        raise MuscleSegError(message, name=name, echoes_ms=", ".join(f"{time:g}" for time in echoes_ms))
    return spacing


def _b1_nodes(
    measured: Floats, mask: NDArray[np.bool_], trains: EchoDictionary, spacing_mm: tuple[float, float, float]
) -> NDArray[np.intp]:
    """Return the index of the B1 that explains most energy in the neighborhood of each voxel, [voxel]."""
    from scipy.ndimage import gaussian_filter

    sigmas = [_B1_MM / size for size in reversed(spacing_mm)]
    best = np.full(measured.shape[1], -np.inf, np.float32)
    node = np.zeros(measured.shape[1], np.intp)
    explained = np.zeros(mask.shape, np.float32)
    for number in range(len(B1)):
        explained[mask] = _explained_energy(measured, trains, number)
        near = gaussian_filter(explained, sigmas, mode="nearest")[mask]
        better = near > best
        node[better], best[better] = number, near[better]
    return node


def _explained_energy(measured: Floats, trains: EchoDictionary, node: int) -> Floats:
    """Return the signal energy that water and fat explain with one B1 and the best T2, [voxel]."""
    water_trains = trains.water_direction[node, ::3]
    highest = np.empty(measured.shape[1], np.float32)
    for first in range(0, measured.shape[1], _CHUNK):
        part = slice(first, first + _CHUNK)
        highest[part] = (water_trains @ measured[:, part]).max(axis=0)
    return np.asarray(np.maximum(highest, 0) ** 2 + (trains.fat_direction[node] @ measured) ** 2)


def _t2_ms(measured: Floats, trains: EchoDictionary, node: int) -> NDArray[np.float64]:
    """Return the T2 of water in ms that explains most at one B1, [voxel]; NaN with hardly any water."""
    scores = trains.water_direction[node] @ measured
    at = scores.argmax(axis=0)
    inside = np.clip(at, 1, len(trains.t2_ms) - 2)
    below, middle, above = (np.take_along_axis(scores, (inside + step)[None], axis=0)[0] for step in (-1, 0, 1))
    bend = below - 2 * middle + above
    shift = np.divide(below - above, 2 * bend, out=np.zeros(at.shape), where=bend < 0)
    values = trains.t2_ms[inside] * (trains.t2_ms[1] / trains.t2_ms[0]) ** np.clip(shift, -1, 1)
    water = middle / np.linalg.norm(trains.orthogonal_to_fat[node], axis=-1)[inside]
    along_fat = trains.fat_direction[node] @ measured
    water_along_fat = (trains.water[node] @ trains.fat_direction[node])[inside]
    fat = (along_fat - water * water_along_fat) / np.linalg.norm(trains.fat[node])
    has_water = (at == inside) & (water > 0) & (water > _MIN_WATER_FRACTION * (water + np.maximum(fat, 0)))
    return np.where(has_water, values, np.nan)
