"""Validation of the arguments of a measurement."""

import itertools
from collections.abc import Mapping

import numpy as np

from MuscleSegLib.biomarkers.rows import UNITS
from MuscleSegLib.biomarkers.units import require_unit
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _
from MuscleSegLib.volume import Volume


def require_valid_arguments(
    maps: Mapping[str, Volume], thickness_mm: Mapping[str, float], minimum_share: float, units: Mapping[str, str]
) -> None:
    """Check names of maps, thickness of slices, units, and the minimum share.

    Args:
        maps: Maps, [k, j, i], by name.
        thickness_mm: Thickness of slices by map or "labels".
        minimum_share: A map's voxel counts for a muscle that fills more than this share of it.
        units: Stated units by map.

    Raises:
        MuscleSegError: There is no such map or unit, two maps are copies of one, or a slice cannot be that thick.
        ValueError: ``minimum_share`` is not in [0.5, 1).
    """
    if not 0.5 <= minimum_share < 1.0:
        message = f"minimum_share must be at least 0.5 and below 1, not {minimum_share}"
        raise ValueError(message)
    unknown = sorted({*maps, *thickness_mm} - {*UNITS, *(["labels"] if "labels" in thickness_mm else [])})
    if unknown:
        message = _("There is no map called {unknown}: maps are called {units}.")
        raise MuscleSegError(message, unknown=", ".join(unknown), units=", ".join(UNITS))
    for name, millimeters in thickness_mm.items():
        if not millimeters > 0:
            message = _("A slice of {name} cannot be {millimeters} mm thick: give its thickness in millimeters.")
            raise MuscleSegError(message, name=name, millimeters=millimeters)
    for name, unit in units.items():
        require_unit(name, unit)
    _require_different_maps(maps)


def _require_different_maps(maps: Mapping[str, Volume]) -> None:
    """Check that no two maps hold the same voxels; constant maps may."""
    for (name, volume), (other_name, other) in itertools.combinations(maps.items(), 2):
        values = volume.array[np.isfinite(volume.array)]
        if values.size and np.ptp(values) > 0 and np.array_equal(volume.array, other.array, equal_nan=True):
            message = _(
                "The {map} map {image} and the {other_map} map {other_image} are the same, voxel by voxel: "
                "give each its own."
            )
            raise MuscleSegError(
                message, map=name.upper(), image=volume.name, other_map=other_name.upper(), other_image=other.name
            )
