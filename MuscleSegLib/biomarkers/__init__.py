"""Biomarkers: volume, fat fraction, MTR and T2 of the muscles of a label map."""

from MuscleSegLib.biomarkers.adipose import FF_LIMIT_PERCENT as FF_LIMIT_PERCENT
from MuscleSegLib.biomarkers.adipose import AdiposeRow as AdiposeRow
from MuscleSegLib.biomarkers.labels import label_values as label_values
from MuscleSegLib.biomarkers.labels import merge_labels as merge_labels
from MuscleSegLib.biomarkers.labels import scheme_of as scheme_of
from MuscleSegLib.biomarkers.measurement import MAP_NAMES as MAP_NAMES
from MuscleSegLib.biomarkers.measurement import Measurement as Measurement
from MuscleSegLib.biomarkers.muscle_groups import GroupRow as GroupRow
from MuscleSegLib.biomarkers.muscle_groups import group_rows as group_rows
from MuscleSegLib.biomarkers.named_labels import NamedLabels as NamedLabels
from MuscleSegLib.biomarkers.named_labels import read_named_labels as read_named_labels
from MuscleSegLib.biomarkers.parents import merged_by_parent as merged_by_parent
from MuscleSegLib.biomarkers.parents import rows_of_both as rows_of_both
from MuscleSegLib.biomarkers.profiles import ProfileRow as ProfileRow
from MuscleSegLib.biomarkers.rows import OTHER_REGION as OTHER_REGION
from MuscleSegLib.biomarkers.rows import Row as Row
from MuscleSegLib.biomarkers.units import MAP_UNITS as MAP_UNITS
from MuscleSegLib.biomarkers.units import MapUnit as MapUnit
from MuscleSegLib.biomarkers.units import resolve_unit as resolve_unit
from MuscleSegLib.biomarkers.warnings import unit_warnings as unit_warnings
from MuscleSegLib.biomarkers.warnings import without_assumed_units as without_assumed_units
