"""Fat fraction from the fat and the water image of a Dixon acquisition."""

import numpy as np

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.maps.grids import comparable, require_different
from MuscleSegLib.translatable import _
from MuscleSegLib.volume import Volume

_PERCENT = 100.0


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
    fraction = np.full(signal.shape, np.nan)
    np.divide(fat_signal, signal, out=fraction, where=signal > 0)
    return Volume((_PERCENT * fraction).astype(np.float32), fat.geometry, description="fat fraction (%)", unit="%")
