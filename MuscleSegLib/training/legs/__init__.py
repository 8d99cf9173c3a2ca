"""Legs to learn from: cut out of label maps and scans, or drawn by the phantom, and completed with invented tissues."""

from MuscleSegLib.training.legs.leg_volume import LegVolume as LegVolume
from MuscleSegLib.training.legs.preparation import DIGITAL_SOURCES as DIGITAL_SOURCES
from MuscleSegLib.training.legs.preparation import FIRST_SIZED as FIRST_SIZED
from MuscleSegLib.training.legs.preparation import LEG_CODE as LEG_CODE
from MuscleSegLib.training.legs.preparation import PHANTOM as PHANTOM
from MuscleSegLib.training.legs.preparation import SCANNED_PHANTOM as SCANNED_PHANTOM
from MuscleSegLib.training.legs.preparation import SIZED_PHANTOM as SIZED_PHANTOM
from MuscleSegLib.training.legs.preparation import make_leg_volumes as make_leg_volumes
