"""T2 of muscle water, with fat and B1 told apart from it.

Marty et al., NMR Biomed 2016;29:431-443, 10.1002/nbm.3459: echoes are a sum of a train of water, whose T2 is searched,
and one of fat, whose T2 is calibrated where there is nothing else; both hold the stimulated echoes that B1 makes.
Unlike there, the flip angle is taken as the same all through the slice, and B1 is searched for a neighborhood at once,
as it is smooth and a voxel alone trades it for fat.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.maps.echo_dictionary import B1, EchoDictionary, Floats
from MuscleSegLib.maps.fat_calibration import calibrated_fat_t2_ms
from MuscleSegLib.maps.grids import comparable
from MuscleSegLib.maps.noise import background_sd, without_floor
from MuscleSegLib.maps.t2 import magnitudes
from MuscleSegLib.volume import Volume

FEWEST_ECHOES = 6
"""Two amounts, a T2 and B1 are searched."""

_B1_MM = 10.0
"""Standard deviation of the neighborhood that is taken to have one B1, which varies over tens of centimeters."""

_LEAST_WATER = 0.3
"""A voxel with a smaller share of water has no T2 of water: the noise of fat would decide it."""

_CHUNK = 1 << 14


@dataclass(frozen=True)
class WaterT2:
    """What a train of spin echoes tells, [k, j, i] float32 maps with NaN where there is nothing but noise.

    Attributes:
        t2_ms: T2 of water. NaN also where there is hardly any water.
        b1_percent: Refocusing, 100 where perfect; as much too strong looks like as much too weak.
        fat_t2_ms: What was taken as the T2 of fat.

    """

    t2_ms: Volume
    b1_percent: Volume
    fat_t2_ms: float


def water_t2(
    echoes: Sequence[Volume],
    *,
    echoes_ms: Sequence[float],
    field_strength_t: float,
    fat_t2_ms: float | None = None,
) -> WaterT2:
    """Return the T2 of water with fat separated.

    Noise that lifts late echoes is taken out as far as the air around shows it. That suffices at an SNR of 50 in the
    first echo; at 20, T2 of lean muscle comes out 2 to 3 ms too short.

    Args:
        echoes: [k, j, i] magnitude images of a CPMG train on one grid.
        echoes_ms: Echo times, evenly spaced, the first one spacing after the excitation.
        field_strength_t: Of the scanner, in tesla.
        fat_t2_ms: T2 of fat; None to take it from the brightest voxels of the last echo.

    Raises:
        MuscleSegError: Images lie on different grids, or are no train of six echoes or more.

    """
    echoes = comparable(echoes)
    where, signals = magnitudes(echoes, echoes_ms, fewest=FEWEST_ECHOES)
    spacing_ms = _spacing_ms(echoes_ms, echoes[0].name)
    noise_sd = background_sd(np.stack([echo.array[~where] for echo in echoes]))
    measured = without_floor(signals, noise_sd).astype(np.float32)  # weak late echoes would pass for fat
    if fat_t2_ms is None:
        fat_t2_ms = calibrated_fat_t2_ms(measured, spacing_ms=spacing_ms, field_strength_t=field_strength_t)
    trains = EchoDictionary(spacing_ms, len(echoes_ms), field_strength_t, fat_t2_ms)
    node = _b1_nodes(measured, where, trains, echoes[0].geometry.spacing_mm)
    found = np.empty(measured.shape[1], np.float32)
    for number in np.unique(node):
        found[node == number] = _t2_ms(measured[:, node == number], trains, int(number))

    def as_map(values: NDArray[np.floating], description: str, unit: str) -> Volume:
        filled = np.full(where.shape, np.nan, np.float32)
        filled[where] = values
        return Volume(filled, echoes[0].geometry, description=description, unit=unit)

    return WaterT2(as_map(found, "T2 of water (ms)", "ms"), as_map(100 * B1[node], "B1 (%)", "%"), fat_t2_ms)


def _spacing_ms(echoes_ms: Sequence[float], name: str) -> float:
    spacing = echoes_ms[-1] / len(echoes_ms)
    expected = spacing * np.arange(1, len(echoes_ms) + 1)
    if np.abs(np.asarray(echoes_ms) - expected).max() > 0.02 * spacing:
        message = (
            f"The echo times of {name} and the images with it, {', '.join(f'{time:g}' for time in echoes_ms)} ms, "
        )
        message += "are not those of one train (multiples of the first): give all its echoes, or fit one exponential."
        raise MuscleSegError(message)
    return spacing


def _b1_nodes(
    measured: Floats, where: NDArray[np.bool_], trains: EchoDictionary, spacing_mm: tuple[float, float, float]
) -> NDArray[np.intp]:
    """Return, [voxel], which B1 leaves least unexplained in the neighborhood."""
    from scipy.ndimage import gaussian_filter

    sigmas = [_B1_MM / size for size in reversed(spacing_mm)]
    best = np.full(measured.shape[1], -np.inf, np.float32)
    node = np.zeros(measured.shape[1], np.intp)
    spread = np.zeros(where.shape, np.float32)
    for number in range(len(B1)):
        spread[where] = _explained(measured, trains, number)
        near = gaussian_filter(spread, sigmas, mode="nearest")[where]
        better = near > best
        node[better], best[better] = number, near[better]
    return node


def _explained(measured: Floats, trains: EchoDictionary, node: int) -> Floats:
    """Return, [voxel], how much of the signals' energy water and fat explain with one B1 and the best T2."""
    of_water = trains.water_direction[node, ::3]
    highest = np.empty(measured.shape[1], np.float32)
    for first in range(0, measured.shape[1], _CHUNK):
        part = slice(first, first + _CHUNK)
        highest[part] = (of_water @ measured[:, part]).max(axis=0)
    return np.asarray(np.maximum(highest, 0) ** 2 + (trains.fat_direction[node] @ measured) ** 2)


def _t2_ms(measured: Floats, trains: EchoDictionary, node: int) -> NDArray[np.float64]:
    """Return, [voxel], the T2 of water that explains most at one B1; NaN where there is hardly water, or none fits."""
    scores = trains.water_direction[node] @ measured
    at = scores.argmax(axis=0)
    inside = np.clip(at, 1, len(trains.t2_ms) - 2)
    below, middle, above = (np.take_along_axis(scores, (inside + step)[None], axis=0)[0] for step in (-1, 0, 1))
    bend = below - 2 * middle + above
    shift = np.divide(below - above, 2 * bend, out=np.zeros(at.shape), where=bend < 0)
    values = trains.t2_ms[inside] * (trains.t2_ms[1] / trains.t2_ms[0]) ** np.clip(shift, -1, 1)
    water = middle / np.linalg.norm(trains.beside_fat[node], axis=-1)[inside]
    along_fat = trains.fat_direction[node] @ measured
    water_along_fat = (trains.water[node] @ trains.fat_direction[node])[inside]
    fat = (along_fat - water * water_along_fat) / np.linalg.norm(trains.fat[node])
    has_water = (at == inside) & (water > 0) & (water > _LEAST_WATER * (water + np.maximum(fat, 0)))
    return np.where(has_water, values, np.nan)
