"""Adipose tissue of the limb: under the skin (SAT), between the muscles (InterMAT) and in them (IntraMAT)."""

from MuscleSegLib.biomarkers.adipose.depots import FF_LIMIT_PERCENT, AdiposeRow, FatImages, on_grid
from MuscleSegLib.biomarkers.adipose.table import AdiposeTable

__all__ = ["FF_LIMIT_PERCENT", "AdiposeRow", "AdiposeTable", "FatImages", "on_grid"]
