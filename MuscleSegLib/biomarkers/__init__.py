"""Biomarkers: what is measured in a label map."""

from MuscleSegLib.biomarkers.adipose import FF_LIMIT_PERCENT, AdiposeRow
from MuscleSegLib.biomarkers.groups import GroupRow, group_rows
from MuscleSegLib.biomarkers.labels import label_values, merge_labels, scheme_of
from MuscleSegLib.biomarkers.measure import measure
from MuscleSegLib.biomarkers.measurement import MAP_NAMES, Measurement
from MuscleSegLib.biomarkers.named_labels import NamedLabels, read_named_labels
from MuscleSegLib.biomarkers.profiles import ProfileRow
from MuscleSegLib.biomarkers.rows import OTHER_REGION, Row
from MuscleSegLib.biomarkers.sampled_map import FRACTION_RANGE

__all__ = [
    "FF_LIMIT_PERCENT",
    "FRACTION_RANGE",
    "MAP_NAMES",
    "OTHER_REGION",
    "AdiposeRow",
    "GroupRow",
    "Measurement",
    "NamedLabels",
    "ProfileRow",
    "Row",
    "group_rows",
    "label_values",
    "measure",
    "merge_labels",
    "read_named_labels",
    "scheme_of",
]
