"""Magnetization transfer ratio (MTR)."""

import numpy as np

from MuscleSegLib.maps.grids import comparable, require_different
from MuscleSegLib.maps.noise import shows_signal
from MuscleSegLib.volume import Volume

_PERCENT = 100.0


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
    ratio = np.full(without.shape, np.nan)
    np.divide(without - on.array, without, out=ratio, where=shows_signal(without))
    return Volume((_PERCENT * ratio).astype(np.float32), off.geometry, description="MTR (%)", unit="%")
