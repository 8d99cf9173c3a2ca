"""Fields of a muscle's row: of its label, its extent, a map, and fat."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from MuscleSegLib.anatomy import Label
from MuscleSegLib.biomarkers.extent import Extent, LimbAxis
from MuscleSegLib.biomarkers.rows import OTHER_REGION
from MuscleSegLib.biomarkers.weighted_statistics import Statistics

FATTEST_WITH_WATER = 80.0
"""Percent: above this fat fraction there is too little water for an MTR of it."""


def label_fields(label: Label) -> dict[str, Any]:
    """Return the fields that ``Row`` and ``ProfileRow`` take from a label."""
    return {
        "region": label.region or OTHER_REGION,
        "side": str(label.side) if label.side else None,
        "muscle": label.muscle,
        "abbreviation": label.abbreviation,
        "label": label.value,
    }


def extent_fields(extent: Extent, axis: LimbAxis) -> dict[str, Any]:
    """Return the fields of ``Row`` that follow from a muscle's extent."""
    largest = int(np.argmax(extent.area_cm2))
    position_mm = axis.slice_position_mm(largest)
    return {
        "volume_cm3": extent.volume_cm3,
        "volume_is_partial": extent.is_cut,
        "largest_area_cm2": float(extent.area_cm2[largest]),
        "largest_area_position_mm": position_mm,
        "largest_area_position_percent": axis.percent(position_mm),
    }


def map_fields(name: str, unit: str, statistics: Statistics) -> dict[str, Any]:
    """Return a map's fields of ``Row``: "ff" in "percent", say."""
    return {
        f"{name}_mean_{unit}": statistics.mean,
        f"{name}_sd_{unit}": statistics.sd,
        f"{name}_median_{unit}": statistics.median,
        f"{name}_p05_{unit}": statistics.p05,
        f"{name}_p95_{unit}": statistics.p95,
        f"{name}_voxels": statistics.voxels,
        f"{name}_excluded_voxels": statistics.excluded,
        f"{name}_coverage_percent": statistics.coverage_percent,
        f"{name}_corrected_{unit}": statistics.corrected,
    }


def fat_fields(fields: Mapping[str, Any], *, eroded: float | None, dilated: float | None) -> dict[str, Any]:
    """Return the fields that follow from the fat fraction.

    Args:
        fields: Volume and maps of the row.
        eroded: Fat fraction in percent with the outline one voxel farther in.
        dilated: The same, farther out.
    """
    fat, mtr = fields["ff_mean_percent"], fields["mtr_mean_percent"]
    lean = None if fat is None else 1 - fat / 100
    has_water = fat is not None and fat < FATTEST_WITH_WATER
    return {
        "contractile_cm3": None if lean is None else fields["volume_cm3"] * lean,
        "ff_eroded_percent": eroded,
        "ff_dilated_percent": dilated,
        "mtr_fat_corrected_percent": mtr / lean if has_water and mtr is not None else None,
    }
