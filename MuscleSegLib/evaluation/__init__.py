"""Evaluation: how a segmentation and its biomarkers agree with a reference."""

from MuscleSegLib.evaluation.agreement import Agreement, agreement
from MuscleSegLib.evaluation.overlap import dice
from MuscleSegLib.evaluation.reliability import fit_calibration

__all__ = ["Agreement", "agreement", "dice", "fit_calibration"]
