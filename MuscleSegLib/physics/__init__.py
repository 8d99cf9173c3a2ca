"""Equations of MR signals, shared by the phantom's scans and the reconstruction of maps."""

from MuscleSegLib.physics.epg import echo_train as echo_train
from MuscleSegLib.physics.exponential import T2_RANGE_MS as T2_RANGE_MS
from MuscleSegLib.physics.exponential import monoexponential_t2_ms as monoexponential_t2_ms
from MuscleSegLib.physics.gradient_echo import FAT_PEAKS as FAT_PEAKS
from MuscleSegLib.physics.gradient_echo import PROTON_MHZ_PER_T as PROTON_MHZ_PER_T
from MuscleSegLib.physics.gradient_echo import fat_phasors as fat_phasors
from MuscleSegLib.physics.gradient_echo import steady_state as steady_state
from MuscleSegLib.physics.relaxation import Relaxation as Relaxation
from MuscleSegLib.physics.relaxation import relaxation as relaxation
