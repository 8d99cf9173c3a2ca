"""Biomarkers: volume, fat fraction, MTR and T2 of the muscles of a label map."""

from MuscleSegLib.biomarkers.adipose import FF_LIMIT_PERCENT, AdiposeRow
from MuscleSegLib.biomarkers.labels import label_values, merge_labels, scheme_of
from MuscleSegLib.biomarkers.measurement import MAP_NAMES, Measurement
from MuscleSegLib.biomarkers.muscle_groups import GroupRow, group_rows
from MuscleSegLib.biomarkers.named_labels import NamedLabels, read_named_labels
from MuscleSegLib.biomarkers.profiles import ProfileRow
from MuscleSegLib.biomarkers.rows import OTHER_REGION, Row
from MuscleSegLib.biomarkers.units import MAP_UNITS, MapUnit, resolve_unit
from MuscleSegLib.biomarkers.warnings import unit_warnings, without_assumed_units

__all__ = [
    "FF_LIMIT_PERCENT",
    "MAP_NAMES",
    "MAP_UNITS",
    "OTHER_REGION",
    "AdiposeRow",
    "GroupRow",
    "MapUnit",
    "Measurement",
    "NamedLabels",
    "ProfileRow",
    "Row",
    "group_rows",
    "label_values",
    "merge_labels",
    "read_named_labels",
    "resolve_unit",
    "scheme_of",
    "unit_warnings",
    "without_assumed_units",
]
