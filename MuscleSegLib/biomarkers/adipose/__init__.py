"""Adipose tissue of the limb: under the skin (SAT), between the muscles (InterMAT) and in them (IntraMAT)."""

from MuscleSegLib.biomarkers.adipose.compartments import compartments_on_grid as compartments_on_grid
from MuscleSegLib.biomarkers.adipose.depots import FF_LIMIT_PERCENT as FF_LIMIT_PERCENT
from MuscleSegLib.biomarkers.adipose.depots import FatImages as FatImages
from MuscleSegLib.biomarkers.adipose.rows import AdiposeRow as AdiposeRow
from MuscleSegLib.biomarkers.adipose.table import AdiposeTable as AdiposeTable
