"""Maps of values that are computed in a mask alone."""

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.volume import Geometry, Volume


def filled_map(
    values: NDArray[np.floating], mask: NDArray[np.bool_], geometry: Geometry, *, description: str, unit: str
) -> Volume:
    """Return a float32 map that holds values in a mask and NaN elsewhere.

    Args:
        values: [voxel] values in the unit of the map, in the order of the mask's voxels.
        mask: [k, j, i] voxels with a value.
        geometry: Grid of the mask.
        description: Quantity and unit, as files keep them.
        unit: Unit of the values, such as "%" or "ms".
    """
    array = np.full(mask.shape, np.nan, np.float32)
    array[mask] = values
    return Volume(array, geometry, description=description, unit=unit)
