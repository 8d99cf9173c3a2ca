"""Fat fraction from two magnitude images: Dixon's two points."""

import numpy as np

from MuscleSegLib.maps.grids import comparable, require_different
from MuscleSegLib.maps.noise import shows_signal
from MuscleSegLib.maps.plausible import require_opposed
from MuscleSegLib.volume import Volume

_PERCENT = 100.0


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
    fraction, mask = np.full(both.shape, np.nan), shows_signal(both)
    require_opposed(opposed.array[mask].astype(np.float64), both[mask], (opposed.name, in_phase.name))
    np.divide(both - opposed.array, 2 * both, out=fraction, where=mask)
    return Volume(
        (_PERCENT * fraction).astype(np.float32), in_phase.geometry, description="fat fraction (%), below 50", unit="%"
    )
