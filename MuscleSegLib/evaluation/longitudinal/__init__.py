"""Longitudinal comparison: visits of one subject over the same levels of the limb, against measurement error."""

from MuscleSegLib.evaluation.longitudinal.levels import LimbProfiles, limb_profiles, match_levels, shift_mm
from MuscleSegLib.evaluation.longitudinal.measurement_error import (
    MeasurementError,
    MeasurementErrors,
    RepeatabilityRow,
    repeatability_of_visits,
    repeatability_rows,
)
from MuscleSegLib.evaluation.longitudinal.visits import ChangeRow, changes

__all__ = [
    "ChangeRow",
    "LimbProfiles",
    "MeasurementError",
    "MeasurementErrors",
    "RepeatabilityRow",
    "changes",
    "limb_profiles",
    "match_levels",
    "repeatability_of_visits",
    "repeatability_rows",
    "shift_mm",
]
