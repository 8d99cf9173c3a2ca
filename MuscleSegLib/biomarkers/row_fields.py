"""What stands in a row for a map, and for fat."""

from collections.abc import Mapping
from typing import Any

from MuscleSegLib.biomarkers.weighted_statistics import Statistics

FATTEST_WITH_WATER = 80.0
"""Above this fat fraction there is too little water for an MTR of it."""


def map_cells(name: str, unit: str, found: Statistics) -> dict[str, Any]:
    """Return a map's fields of ``Row``: "ff" in "percent", say."""
    return {
        f"{name}_mean_{unit}": found.mean,
        f"{name}_sd_{unit}": found.sd,
        f"{name}_median_{unit}": found.median,
        f"{name}_p05_{unit}": found.p05,
        f"{name}_p95_{unit}": found.p95,
        f"{name}_voxels": found.voxels,
        f"{name}_excluded_voxels": found.excluded,
        f"{name}_coverage_percent": found.coverage_percent,
        f"{name}_corrected_{unit}": found.corrected,
    }


def fat_cells(cells: Mapping[str, Any], *, eroded: float | None, dilated: float | None) -> dict[str, Any]:
    """Return what follows from the fat fraction.

    Args:
        cells: Volume and maps of the row.
        eroded: Fat fraction in percent with the outline one voxel farther in.
        dilated: The same, farther out.

    """
    fat, mtr = cells["ff_mean_percent"], cells["mtr_mean_percent"]
    lean = None if fat is None else 1 - fat / 100
    has_water = fat is not None and fat < FATTEST_WITH_WATER
    return {
        "contractile_cm3": None if lean is None else cells["volume_cm3"] * lean,
        "ff_eroded_percent": eroded,
        "ff_dilated_percent": dilated,
        "mtr_fat_corrected_percent": mtr / lean if has_water and mtr is not None else None,
    }
