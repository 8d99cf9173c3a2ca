"""Studies: many cases compared with references, summed up in the tables of a report."""

from MuscleSegLib.evaluation.study.agreement import Agreement as Agreement
from MuscleSegLib.evaluation.study.agreement import agreement as agreement
from MuscleSegLib.evaluation.study.case import Case as Case
from MuscleSegLib.evaluation.study.case import CaseIdentity as CaseIdentity
from MuscleSegLib.evaluation.study.case import CaseRow as CaseRow
from MuscleSegLib.evaluation.study.case import compare_case as compare_case
from MuscleSegLib.evaluation.study.published import HOSTIN2023_TABLE1 as HOSTIN2023_TABLE1
from MuscleSegLib.evaluation.study.published import HOSTIN2023_TABLE2 as HOSTIN2023_TABLE2
from MuscleSegLib.evaluation.study.summary import METRICS as METRICS
from MuscleSegLib.evaluation.study.summary import MUCH_FAT_PERCENT as MUCH_FAT_PERCENT
from MuscleSegLib.evaluation.study.summary import Summary as Summary
from MuscleSegLib.evaluation.study.summary import absence_percent as absence_percent
from MuscleSegLib.evaluation.study.summary import muscles_in_both as muscles_in_both
from MuscleSegLib.evaluation.study.summary import outlier_percent as outlier_percent
from MuscleSegLib.evaluation.study.summary import split_by_fat as split_by_fat
from MuscleSegLib.evaluation.study.summary import summary as summary
