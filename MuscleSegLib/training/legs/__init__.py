"""Legs to learn from: cut out of label maps and scans, or drawn by the phantom, and completed with invented tissues."""

from MuscleSegLib.training.legs.leg_volume import LegVolume
from MuscleSegLib.training.legs.preparation import LEG_CODE, make_leg_volumes
from MuscleSegLib.training.legs.sources import FIRST_SIZED, PHANTOM, SCANNED_PHANTOM, SIZED_PHANTOM

__all__ = ["FIRST_SIZED", "LEG_CODE", "PHANTOM", "SCANNED_PHANTOM", "SIZED_PHANTOM", "LegVolume", "make_leg_volumes"]
