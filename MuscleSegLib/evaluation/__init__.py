"""Evaluation: how a segmentation and its biomarkers agree with a reference."""

from MuscleSegLib.evaluation.agreement import Agreement, agreement
from MuscleSegLib.evaluation.overlap import dice

__all__ = ["Agreement", "agreement", "dice"]
