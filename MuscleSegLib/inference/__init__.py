"""From an image and a bundle to labels. Importing this imports no torch."""

from MuscleSegLib.inference.legs import Leg, Legs, find_legs
from MuscleSegLib.inference.price import Price, price_of
from MuscleSegLib.inference.segment import Result, segment
from MuscleSegLib.inference.segments import confidence_of, segments_of

__all__ = ["Leg", "Legs", "Price", "Result", "confidence_of", "find_legs", "price_of", "segment", "segments_of"]
