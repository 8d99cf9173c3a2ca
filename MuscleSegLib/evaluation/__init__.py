"""Evaluation: how a segmentation and its biomarkers agree with a reference."""

from MuscleSegLib.evaluation.agreement import Agreement, agreement
from MuscleSegLib.evaluation.correction import Change, CorrectedTable, LiveRow, review_first
from MuscleSegLib.evaluation.groups import MUCH_FAT_PERCENT, Comparison, compare, split_by_fat
from MuscleSegLib.evaluation.overlap import dice
from MuscleSegLib.evaluation.published import HOSTIN2023_TABLE1, HOSTIN2023_TABLE2
from MuscleSegLib.evaluation.reliability import fit_calibration
from MuscleSegLib.evaluation.spread import Spread
from MuscleSegLib.evaluation.summary import METRICS, Summary, absence_percent, outlier_percent, summary

__all__ = [
    "HOSTIN2023_TABLE1",
    "HOSTIN2023_TABLE2",
    "METRICS",
    "MUCH_FAT_PERCENT",
    "Agreement",
    "Change",
    "Comparison",
    "CorrectedTable",
    "LiveRow",
    "Spread",
    "Summary",
    "absence_percent",
    "agreement",
    "compare",
    "dice",
    "fit_calibration",
    "outlier_percent",
    "review_first",
    "split_by_fat",
    "summary",
]
