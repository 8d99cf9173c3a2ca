"""Segmentation: from an image and a bundle to labels. Importing this imports no torch."""

from MuscleSegLib.inference.cost import is_out_of_memory, release_memory
from MuscleSegLib.inference.cost.cost_estimate import CostEstimate, estimate_cost
from MuscleSegLib.inference.loading import Device, warm_up
from MuscleSegLib.inference.muscle_segments import confidence_of, segments_of
from MuscleSegLib.inference.region import RegionEstimate, find_region
from MuscleSegLib.inference.segment import Result, segment, segment_limb
from MuscleSegLib.inference.segment_file import AUTO, segment_file
from MuscleSegLib.legs import Leg, Legs, find_legs

__all__ = [
    "AUTO",
    "CostEstimate",
    "Device",
    "Leg",
    "Legs",
    "RegionEstimate",
    "Result",
    "confidence_of",
    "estimate_cost",
    "find_legs",
    "find_region",
    "is_out_of_memory",
    "release_memory",
    "segment",
    "segment_file",
    "segment_limb",
    "segments_of",
    "warm_up",
]
