"""Longitudinal comparison: visits of one subject over the same levels of the limb, against measurement error."""

from MuscleSegLib.evaluation.longitudinal.levels import LimbProfiles as LimbProfiles
from MuscleSegLib.evaluation.longitudinal.levels import limb_profiles as limb_profiles
from MuscleSegLib.evaluation.longitudinal.levels import match_levels as match_levels
from MuscleSegLib.evaluation.longitudinal.levels import shift_mm as shift_mm
from MuscleSegLib.evaluation.longitudinal.measurement_error import MeasurementError as MeasurementError
from MuscleSegLib.evaluation.longitudinal.measurement_error import MeasurementErrors as MeasurementErrors
from MuscleSegLib.evaluation.longitudinal.measurement_error import RepeatabilityRow as RepeatabilityRow
from MuscleSegLib.evaluation.longitudinal.measurement_error import repeatability_of_visits as repeatability_of_visits
from MuscleSegLib.evaluation.longitudinal.measurement_error import repeatability_rows as repeatability_rows
from MuscleSegLib.evaluation.longitudinal.repeatability_file import read_measurement_errors as read_measurement_errors
from MuscleSegLib.evaluation.longitudinal.visits import ChangeRow as ChangeRow
from MuscleSegLib.evaluation.longitudinal.visits import changes as changes
