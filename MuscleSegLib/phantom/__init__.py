"""Phantom: a digital thigh, made of nothing but code, whose muscles and whose maps' values are known."""

from MuscleSegLib.phantom.grids import ANATOMY_GRID, FF_MTR_GRID, T2_GRID
from MuscleSegLib.phantom.thigh import DigitalThigh, digital_thigh

__all__ = ["ANATOMY_GRID", "FF_MTR_GRID", "T2_GRID", "DigitalThigh", "digital_thigh"]
