"""Studies: many cases compared with references, summed up in the tables of a report."""

from MuscleSegLib.evaluation.study.agreement import Agreement, agreement
from MuscleSegLib.evaluation.study.case import Case, CaseIdentity, CaseRow, compare_case
from MuscleSegLib.evaluation.study.published import HOSTIN2023_TABLE1, HOSTIN2023_TABLE2
from MuscleSegLib.evaluation.study.summary import (
    METRICS,
    MUCH_FAT_PERCENT,
    Summary,
    absence_percent,
    muscles_in_both,
    outlier_percent,
    split_by_fat,
    summary,
)

__all__ = [
    "HOSTIN2023_TABLE1",
    "HOSTIN2023_TABLE2",
    "METRICS",
    "MUCH_FAT_PERCENT",
    "Agreement",
    "Case",
    "CaseIdentity",
    "CaseRow",
    "Summary",
    "absence_percent",
    "agreement",
    "compare_case",
    "muscles_in_both",
    "outlier_percent",
    "split_by_fat",
    "summary",
]
