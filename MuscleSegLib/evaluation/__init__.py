"""Evaluation: how a segmentation and its biomarkers agree with a reference."""

from MuscleSegLib.evaluation.agreement import Agreement, agreement
from MuscleSegLib.evaluation.bland_altman import BlandAltman, bland_altman
from MuscleSegLib.evaluation.case import Case, CaseRow, OfCase, compare_case
from MuscleSegLib.evaluation.correction import Change, CorrectedTable, LiveRow, review_first
from MuscleSegLib.evaluation.correlation import Correlation, Intraclass, intraclass, pearson
from MuscleSegLib.evaluation.distances import Distances, distances
from MuscleSegLib.evaluation.groups import (
    MUCH_FAT_PERCENT,
    Comparison,
    compare,
    compare_pairs,
    is_normal,
    split_by_fat,
)
from MuscleSegLib.evaluation.intervals import Estimate
from MuscleSegLib.evaluation.levels import Limb, limb_of, match, shift_mm
from MuscleSegLib.evaluation.overlap import dice
from MuscleSegLib.evaluation.published import HOSTIN2023_TABLE1, HOSTIN2023_TABLE2
from MuscleSegLib.evaluation.reliability import fit_calibration
from MuscleSegLib.evaluation.repeatability import Repeatability, repeatability
from MuscleSegLib.evaluation.spread import Spread
from MuscleSegLib.evaluation.summary import METRICS, Summary, absence_percent, outlier_percent, summary
from MuscleSegLib.evaluation.swaps import Swap, swap_of
from MuscleSegLib.evaluation.visits import ChangeRow, NoiseRow, changes, noise_of_repeats, noise_rows

__all__ = [
    "HOSTIN2023_TABLE1",
    "HOSTIN2023_TABLE2",
    "METRICS",
    "MUCH_FAT_PERCENT",
    "Agreement",
    "BlandAltman",
    "Case",
    "CaseRow",
    "Change",
    "ChangeRow",
    "Comparison",
    "CorrectedTable",
    "Correlation",
    "Distances",
    "Estimate",
    "Intraclass",
    "Limb",
    "LiveRow",
    "NoiseRow",
    "OfCase",
    "Repeatability",
    "Spread",
    "Summary",
    "Swap",
    "absence_percent",
    "agreement",
    "bland_altman",
    "changes",
    "compare",
    "compare_case",
    "compare_pairs",
    "dice",
    "distances",
    "fit_calibration",
    "intraclass",
    "is_normal",
    "limb_of",
    "match",
    "noise_of_repeats",
    "noise_rows",
    "outlier_percent",
    "pearson",
    "repeatability",
    "review_first",
    "shift_mm",
    "split_by_fat",
    "summary",
    "swap_of",
]
