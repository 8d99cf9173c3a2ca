"""Legs in an image: body, number, masks, sides and directions, found alike in training and in inference."""

from MuscleSegLib.legs.body import find_body
from MuscleSegLib.legs.finding import Leg, Legs, find_legs

__all__ = ["Leg", "Legs", "find_body", "find_legs"]
