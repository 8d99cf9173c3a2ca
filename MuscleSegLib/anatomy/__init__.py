"""Anatomy: regions, muscles, sides, label values, colors, coded terms, and the label schemes of other tools."""

from MuscleSegLib.anatomy.evidence import NamedSegment
from MuscleSegLib.anatomy.groups import GROUPS, Group
from MuscleSegLib.anatomy.muscles import Color, Muscle
from MuscleSegLib.anatomy.names import NamedMuscle, muscle_named
from MuscleSegLib.anatomy.recognition import Recognized, likely_values, recognize, region_of_segments
from MuscleSegLib.anatomy.regions import (
    ANATOMICAL_STRUCTURE,
    CALF,
    CALF_OFFSET,
    LOWER_LIMB,
    REGIONS,
    THIGH,
    Label,
    Region,
    labels_of,
    region,
    region_word,
)
from MuscleSegLib.anatomy.schemes import SCHEMES, Scheme, scheme, schemes_that_know
from MuscleSegLib.anatomy.sides import (
    LEFT_OFFSET,
    SIDE_COLORS,
    Side,
    is_left,
    side_name,
    side_value,
    value_without_side,
)

__all__ = [
    "region_word",
    "ANATOMICAL_STRUCTURE",
    "CALF",
    "CALF_OFFSET",
    "GROUPS",
    "LEFT_OFFSET",
    "LOWER_LIMB",
    "REGIONS",
    "SCHEMES",
    "SIDE_COLORS",
    "THIGH",
    "Color",
    "Group",
    "Label",
    "Muscle",
    "NamedMuscle",
    "NamedSegment",
    "Recognized",
    "Region",
    "Scheme",
    "Side",
    "is_left",
    "labels_of",
    "likely_values",
    "muscle_named",
    "recognize",
    "region",
    "region_of_segments",
    "scheme",
    "schemes_that_know",
    "side_name",
    "side_value",
    "value_without_side",
]
