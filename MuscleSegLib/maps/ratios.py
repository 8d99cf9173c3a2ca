"""Maps in percent that are ratios of two images: fat fraction, and magnetization transfer ratio (MTR)."""

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.maps.grids import comparable, require_different
from MuscleSegLib.maps.noise import shows_signal
from MuscleSegLib.maps.plausible import require_opposed
from MuscleSegLib.translatable import _
from MuscleSegLib.volume import Geometry, Volume

_PERCENT = 100.0

Floats = NDArray[np.float64]


def fat_fraction(fat: Volume, water: Volume) -> Volume:
    """Return the fat fraction of every voxel, 100 * fat / (fat + water).

    Its mean over a muscle is the mean of the voxelwise fractions, as papers of the field report it. Summed fat over
    summed fat and water differs from it by 5 to 6 points in a fatty thigh.

    It is the proton-density fat fraction as far as the two images are free of T1 weighting and T2* decay.

    Args:
        fat: [k, j, i] fat image.
        water: [k, j, i] water image on the same grid and with the same scaling.

    Returns:
        [k, j, i] float32 map in percent on the grid of ``fat``. NaN where there is no signal (fat + water <= 0).

    Raises:
        MuscleSegError: The two images do not lie on the same grid, or are one.
    """
    if not fat.geometry.is_close(water.geometry):
        message = _(
            "The fat image {fat} and the water image {water} do not lie on the same grid: give the two images of one "
            "Dixon acquisition."
        )
        raise MuscleSegError(message, fat=fat.name, water=water.name)
    require_different([fat, water])
    fat, water = comparable([fat, water])
    fat_signal = fat.array.astype(np.float64)  # the sum of two 16-bit integers does not fit in one
    signal = fat_signal + water.array
    return _percent_map(fat_signal, signal, signal > 0, fat.geometry, "fat fraction (%)")


def two_point_fat_fraction(opposed: Volume, in_phase: Volume) -> Volume:
    """Return the fat fraction from an opposed-phase and an in-phase image, 100 * (in - opposed) / (2 * in).

    W. T. Dixon, Radiology 1984;153:189-194, 10.1148/radiology.153.1.6089263. Magnitudes do not say whether water or fat
    is more: **it holds below 50 percent only**, and 70 percent of fat comes out as 30. It models one peak of fat and
    neither T1 nor T2*: three echoes or more with their phases are better.

    Args:
        opposed: [k, j, i] magnitude image with fat opposed to water.
        in_phase: [k, j, i] magnitude image with both in phase, on the same grid and with the same scaling.

    Returns:
        [k, j, i] float32 map in percent. NaN where the in-phase image shows nothing but noise.

    Raises:
        MuscleSegError: The two images do not lie on the same grid, are one, or are exchanged.
    """
    opposed, in_phase = comparable([opposed, in_phase])
    require_different([opposed, in_phase])
    both = in_phase.array.astype(np.float64)
    mask = shows_signal(both)
    require_opposed(opposed.array[mask].astype(np.float64), both[mask], (opposed.name, in_phase.name))
    return _percent_map(both - opposed.array, 2 * both, mask, in_phase.geometry, "fat fraction (%), below 50")


def magnetization_transfer_ratio(off: Volume, on: Volume) -> Volume:
    """Return the MTR of every voxel, 100 * (off - on) / off.

    It is the raw ratio, lowered by fat, which has no magnetization transfer, and by a weak transmitted field.

    Args:
        off: [k, j, i] magnitude image without the MT pulse.
        on: [k, j, i] magnitude image with the MT pulse, on the same grid and with the same scaling.

    Returns:
        [k, j, i] float32 map in percent. NaN where the image without the pulse shows nothing but noise.

    Raises:
        MuscleSegError: The two images do not lie on the same grid, or are one.
    """
    off, on = comparable([off, on])
    require_different([off, on])
    without = off.array.astype(np.float64)
    return _percent_map(without - on.array, without, shows_signal(without), off.geometry, "MTR (%)")


def _percent_map(above: Floats, below: Floats, mask: NDArray[np.bool_], geometry: Geometry, description: str) -> Volume:
    """Return the ratio of two arrays, [k, j, i], in percent, float32; NaN outside a mask, [k, j, i]."""
    ratio = np.full(below.shape, np.nan)
    np.divide(above, below, out=ratio, where=mask)
    return Volume((_PERCENT * ratio).astype(np.float32), geometry, description=description, unit="%")
