"""Biomarkers: what is measured in a label map."""

from MuscleSegLib.biomarkers.labels import label_values, merge_labels
from MuscleSegLib.biomarkers.measure import FRACTION_RANGE, MAP_NAMES, measure
from MuscleSegLib.biomarkers.rows import OTHER_REGION, Row
from MuscleSegLib.biomarkers.sampling import labels_on_grid

__all__ = [
    "FRACTION_RANGE",
    "MAP_NAMES",
    "OTHER_REGION",
    "Row",
    "label_values",
    "labels_on_grid",
    "measure",
    "merge_labels",
]
