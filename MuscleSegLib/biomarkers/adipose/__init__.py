"""Adipose tissue of the limb: under the skin (SAT), between the muscles (InterMAT) and in them (IntraMAT)."""

from MuscleSegLib.biomarkers.adipose.compartments import compartments_on_grid
from MuscleSegLib.biomarkers.adipose.depots import FF_LIMIT_PERCENT, FatImages
from MuscleSegLib.biomarkers.adipose.rows import AdiposeRow
from MuscleSegLib.biomarkers.adipose.table import AdiposeTable

__all__ = ["FF_LIMIT_PERCENT", "AdiposeRow", "AdiposeTable", "FatImages", "compartments_on_grid"]
