"""Phantom: a digital thigh, made of nothing but code, whose muscles and whose maps' values are known."""

from MuscleSegLib.phantom.grids import ScanGrids, scan_grids
from MuscleSegLib.phantom.thigh import DigitalThigh, digital_thigh

__all__ = ["DigitalThigh", "ScanGrids", "digital_thigh", "scan_grids"]
