"""The T2 of fat, measured where there is hardly anything else."""

import logging
from functools import partial

import numpy as np

from MuscleSegLib.maps.echo_dictionary import B1, Floats
from MuscleSegLib.physics import echo_train, relaxation

_log = logging.getLogger(__name__)

_FAT_T2_MS = np.geomspace(60, 400, 96)
_SAMPLE = 2048
"""Voxels that are looked at: many more than their noise needs."""

_LEAST_T2_MS, _LEAST_SHARE = 100.0, 0.6
"""What is brightest in the last echo and decays faster, or holds less fat, is no adipose tissue."""


def calibrated_fat_t2_ms(measured: Floats, *, spacing_ms: float, field_strength_t: float) -> float:
    """Return the T2 of fat in what is brightest in the last echo: fat, of which there is some under every skin.

    Adipose tissue holds some water, by which its T2 would seem shorter: water of the usual T2 of muscle is told apart.
    Where there is no adipose tissue, the usual T2 of fat is returned, with a warning.

    Args:
        measured: [echo, voxel].
        spacing_ms: Between echoes, and to the first one.
        field_strength_t: Tesla.

    """
    known = relaxation(field_strength_t)
    bright = _brightest(measured)
    if not bright.shape[1]:
        return known.fat_t2_ms
    trains = partial(echo_train, spacing_ms=spacing_ms, echoes=len(measured), b1=B1)
    water = trains(known.muscle_t1_ms, known.muscle_t2_ms).T.astype(np.float32)
    fats = trains(known.fat_t1_ms, _FAT_T2_MS[:, None]).transpose(1, 2, 0).astype(np.float32)
    explained = [_explained(bright, water, fat)[0] for fat in fats]
    best = int(np.argmax(explained))
    found = float(_FAT_T2_MS[best])
    share = _explained(bright, water, fats[best])[1]
    if found < _LEAST_T2_MS or share < _LEAST_SHARE:
        _log.warning("The T2 images show no fat to calibrate with: its T2 is taken as %g ms.", known.fat_t2_ms)
        return known.fat_t2_ms
    return found


def _brightest(measured: Floats) -> Floats:
    last = measured[-1]
    bright = np.flatnonzero(last > 0.5 * np.percentile(last, 99)) if last.size else np.arange(0)
    return measured[:, bright[:: max(1, len(bright) // _SAMPLE)]]


def _explained(measured: Floats, water: Floats, fat: Floats) -> tuple[float, float]:
    """Return how much of the signals' energy water and fat explain, and how much of the protons are fat's.

    Args:
        measured: [echo, voxel].
        water: [b1, echo]; no voxel holds less than none.
        fat: [b1, echo].

    """
    sizes = [np.linalg.norm(train, axis=1, keepdims=True) for train in (water, fat)]
    along_water, along_fat = water / sizes[0] @ measured, fat / sizes[1] @ measured
    likeness = (water * fat).sum(axis=1, keepdims=True) / sizes[0] / sizes[1]
    of_water = np.maximum((along_water - likeness * along_fat) / (1 - likeness**2), 0)
    of_fat = along_fat - likeness * of_water
    energy = of_water * along_water + of_fat * along_fat
    node = energy.argmax(axis=0)[None]
    best, water_here, fat_here = (
        np.take_along_axis(values, node, axis=0).sum() for values in (energy, of_water / sizes[0], of_fat / sizes[1])
    )
    return float(best), float(fat_here / (water_here + fat_here))
