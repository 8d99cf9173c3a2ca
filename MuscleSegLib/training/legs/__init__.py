"""Legs to learn from: cut out of label maps and scans, or drawn by the phantom, and completed with invented tissues."""

from MuscleSegLib.training.legs.leg_volume import LegVolume
from MuscleSegLib.training.legs.preparation import (
    FIRST_SIZED,
    LEG_CODE,
    PHANTOM,
    SCANNED_PHANTOM,
    SIZED_PHANTOM,
    make_leg_volumes,
)

__all__ = ["FIRST_SIZED", "LEG_CODE", "PHANTOM", "SCANNED_PHANTOM", "SIZED_PHANTOM", "LegVolume", "make_leg_volumes"]
