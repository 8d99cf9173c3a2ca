"""Fat and water image of the acquisition that a fat fraction was made of."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.biomarkers.coverage import WeightedVoxels, alongside
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _
from MuscleSegLib.volume import Geometry, Volume


@dataclass(frozen=True)
class FatWater:
    """Fat and water image on the grid of the fat fraction, its axes along the labels'.

    Attributes:
        fat: (n,) flat fat image.
        water: (n,) flat water image.
    """

    fat: NDArray[Any]
    water: NDArray[Any]

    def ratio_of_sums_percent(self, voxels: WeightedVoxels) -> float | None:
        """Return summed fat over summed fat and water of a muscle's voxels, (m,); None where both are 0."""
        fat, water = (
            float(image[voxels.index].astype(np.float64) @ voxels.fraction) for image in (self.fat, self.water)
        )
        return 100 * fat / (fat + water) if fat + water > 0 else None


def arranged_fat_water(fat_water: tuple[Volume, Volume] | None, ff: Volume | None, labels: Geometry) -> FatWater | None:
    """Return the fat and the water image with their axes along the labels'; None without them.

    Args:
        fat_water: [k, j, i] the two images.
        ff: The fat fraction that was made of them.
        labels: The labels' grid, slices first.

    Raises:
        MuscleSegError: They do not lie on the fat fraction's grid.
    """
    if fat_water is None:
        return None
    if ff is None or not all(image.geometry.is_close(ff.geometry) for image in fat_water):
        message = _("The fat and the water image do not lie on the fat fraction's grid: give those it was made of.")
        raise MuscleSegError(message)
    return FatWater(*(np.ascontiguousarray(alongside(image, labels).array).reshape(-1) for image in fat_water))
