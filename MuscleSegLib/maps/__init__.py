"""Quantitative maps (fat fraction, MTR, T2, B0, B1) from raw acquisitions."""

from MuscleSegLib.maps.dixon import WaterAndFat as WaterAndFat
from MuscleSegLib.maps.dixon import water_and_fat as water_and_fat
from MuscleSegLib.maps.few_echoes import few_echo_fat_fraction as few_echo_fat_fraction
from MuscleSegLib.maps.grids import comparable as comparable
from MuscleSegLib.maps.ratios import fat_fraction as fat_fraction
from MuscleSegLib.maps.ratios import magnetization_transfer_ratio as magnetization_transfer_ratio
from MuscleSegLib.maps.ratios import two_point_fat_fraction as two_point_fat_fraction
from MuscleSegLib.maps.t1_weighting import Excitation as Excitation
from MuscleSegLib.maps.t2 import t2 as t2
from MuscleSegLib.maps.water_t2 import WaterT2 as WaterT2
from MuscleSegLib.maps.water_t2 import water_t2 as water_t2
