"""Quantitative maps (fat fraction, MTR, T2, B0, B1) from raw acquisitions."""

from MuscleSegLib.maps.dixon import WaterAndFat, water_and_fat
from MuscleSegLib.maps.few_echoes import few_echo_fat_fraction
from MuscleSegLib.maps.grids import comparable
from MuscleSegLib.maps.ratios import fat_fraction, magnetization_transfer_ratio, two_point_fat_fraction
from MuscleSegLib.maps.t1_weighting import Excitation
from MuscleSegLib.maps.t2 import t2
from MuscleSegLib.maps.water_t2 import WaterT2, water_t2

__all__ = [
    "Excitation",
    "WaterAndFat",
    "WaterT2",
    "comparable",
    "fat_fraction",
    "few_echo_fat_fraction",
    "magnetization_transfer_ratio",
    "t2",
    "two_point_fat_fraction",
    "water_and_fat",
    "water_t2",
]
