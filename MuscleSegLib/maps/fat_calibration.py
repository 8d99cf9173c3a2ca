"""T2 of fat, calibrated in adipose tissue."""

import logging
from functools import partial

import numpy as np

from MuscleSegLib.maps.echo_dictionary import B1, Floats
from MuscleSegLib.physics import echo_train, relaxation

_log = logging.getLogger(__name__)

_FAT_T2_MS = np.geomspace(60, 400, 96)
_SAMPLE = 2048
"""Number of voxels fitted: many more than their noise needs."""

_MIN_T2_MS, _MIN_FAT_FRACTION = 100.0, 0.6
"""Bounds of adipose tissue: bright voxels of the last echo with less are none."""


def calibrated_fat_t2_ms(measured: Floats, *, spacing_ms: float, field_strength_t: float) -> float:
    """Return the T2 of fat in ms, fitted in the brightest voxels of the last echo: subcutaneous fat.

    Adipose tissue holds some water, which would shorten its T2: a train of water with the usual T2 of muscle is fitted
    too. Without adipose tissue, the usual T2 of fat is returned, with a warning.

    Args:
        measured: [echo, voxel] magnitudes.
        spacing_ms: Between echoes, and to the first one.
        field_strength_t: Tesla.
    """
    usual = relaxation(field_strength_t)
    bright = _brightest(measured)
    if not bright.shape[1]:
        return usual.fat_t2_ms
    trains = partial(echo_train, spacing_ms=spacing_ms, echoes=len(measured), b1=B1)
    water = trains(usual.muscle_t1_ms, usual.muscle_t2_ms).T.astype(np.float32)
    fats = trains(usual.fat_t1_ms, _FAT_T2_MS[:, None]).transpose(1, 2, 0).astype(np.float32)
    explained = [_explained(bright, water, fat)[0] for fat in fats]
    best = int(np.argmax(explained))
    fat_t2_ms = float(_FAT_T2_MS[best])
    fat_fraction = _explained(bright, water, fats[best])[1]
    if fat_t2_ms < _MIN_T2_MS or fat_fraction < _MIN_FAT_FRACTION:
        _log.warning("The T2 images show no fat to calibrate with: its T2 is taken as %g ms.", usual.fat_t2_ms)
        return usual.fat_t2_ms
    return fat_t2_ms


def _brightest(measured: Floats) -> Floats:
    last = measured[-1]
    bright = np.flatnonzero(last > 0.5 * np.percentile(last, 99)) if last.size else np.arange(0)
    return measured[:, bright[:: max(1, len(bright) // _SAMPLE)]]


def _explained(measured: Floats, water: Floats, fat: Floats) -> tuple[float, float]:
    """Return the signal energy that water and fat explain, and the fat fraction of the protons, 0 to 1.

    Args:
        measured: [echo, voxel] magnitudes.
        water: [b1, echo] trains; amounts are not negative.
        fat: [b1, echo] trains.
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
