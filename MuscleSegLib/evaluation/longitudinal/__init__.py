"""Longitudinal comparison: visits of one subject over the same levels of the limb, against measurement error."""

from MuscleSegLib.evaluation.longitudinal.levels import Limb, limb_of, match, shift_mm
from MuscleSegLib.evaluation.longitudinal.visits import ChangeRow, NoiseRow, changes, noise_of_repeats, noise_rows

__all__ = ["ChangeRow", "Limb", "NoiseRow", "changes", "limb_of", "match", "noise_of_repeats", "noise_rows", "shift_mm"]
