"""Evaluation: how a segmentation and its biomarkers agree with a reference."""

from MuscleSegLib.evaluation.agreement import Agreement, agreement
from MuscleSegLib.evaluation.case import Case, CaseRow, OfCase, compare_case
from MuscleSegLib.evaluation.distances import Distances, distances
from MuscleSegLib.evaluation.groups import MUCH_FAT_PERCENT, Comparison, compare, split_by_fat
from MuscleSegLib.evaluation.overlap import dice
from MuscleSegLib.evaluation.published import HOSTIN2023_TABLE1, HOSTIN2023_TABLE2
from MuscleSegLib.evaluation.reliability import fit_calibration
from MuscleSegLib.evaluation.spread import Spread
from MuscleSegLib.evaluation.summary import METRICS, Summary, absence_percent, outlier_percent, summary
from MuscleSegLib.evaluation.swaps import Swap, swap_of

__all__ = [
    "HOSTIN2023_TABLE1",
    "HOSTIN2023_TABLE2",
    "METRICS",
    "MUCH_FAT_PERCENT",
    "Agreement",
    "Case",
    "CaseRow",
    "Comparison",
    "Distances",
    "OfCase",
    "Spread",
    "Summary",
    "Swap",
    "absence_percent",
    "agreement",
    "compare",
    "compare_case",
    "dice",
    "distances",
    "fit_calibration",
    "outlier_percent",
    "split_by_fat",
    "summary",
    "swap_of",
]
