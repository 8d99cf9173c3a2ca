"""Equations of MR signals, shared by the phantom's scans and the reconstruction of maps."""

from MuscleSegLib.physics.epg import echo_train
from MuscleSegLib.physics.exponential import T2_RANGE_MS, monoexponential_t2_ms
from MuscleSegLib.physics.gradient_echo import FAT_PEAKS, PROTON_MHZ_PER_T, fat_phasors, steady_state
from MuscleSegLib.physics.relaxation import Relaxation, relaxation

__all__ = [
    "FAT_PEAKS",
    "PROTON_MHZ_PER_T",
    "T2_RANGE_MS",
    "Relaxation",
    "echo_train",
    "fat_phasors",
    "monoexponential_t2_ms",
    "relaxation",
    "steady_state",
]
