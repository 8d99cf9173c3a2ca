"""Legs in an image: body, number, masks, sides and directions, found alike in training and in inference."""

from MuscleSegLib.legs.body import find_body as find_body
from MuscleSegLib.legs.finding import Leg as Leg
from MuscleSegLib.legs.finding import Legs as Legs
from MuscleSegLib.legs.finding import find_legs as find_legs
