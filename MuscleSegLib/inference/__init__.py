"""From an image and a bundle to labels. Importing this imports no torch."""

from MuscleSegLib.inference.cost.cost_estimate import Price, price_of
from MuscleSegLib.inference.cost.torch_memory import is_out_of_memory, release_memory
from MuscleSegLib.inference.legs import Leg, Legs, find_legs
from MuscleSegLib.inference.loading import warm_up
from MuscleSegLib.inference.region import FoundRegion, find_region
from MuscleSegLib.inference.segment import Result, segment, segment_limb
from MuscleSegLib.inference.segments import confidence_of, segments_of

__all__ = [
    "FoundRegion",
    "Leg",
    "Legs",
    "Price",
    "Result",
    "confidence_of",
    "find_legs",
    "find_region",
    "is_out_of_memory",
    "price_of",
    "release_memory",
    "segment",
    "segment_limb",
    "segments_of",
    "warm_up",
]
