"""Statistics of agreement: limits of agreement, correlations, tests of two groups, repeatability, and calibration."""

from MuscleSegLib.evaluation.statistics.bland_altman import BlandAltman, bland_altman
from MuscleSegLib.evaluation.statistics.confidence_calibration import fit_calibration
from MuscleSegLib.evaluation.statistics.correlation import Correlation, Intraclass, intraclass, pearson
from MuscleSegLib.evaluation.statistics.estimates import Estimate, Spread
from MuscleSegLib.evaluation.statistics.group_tests import Comparison, compare, compare_pairs, is_normal
from MuscleSegLib.evaluation.statistics.repeatability import DETECTABLE_SEM, Repeatability, repeatability

__all__ = [
    "DETECTABLE_SEM",
    "BlandAltman",
    "Comparison",
    "Correlation",
    "Estimate",
    "Intraclass",
    "Repeatability",
    "Spread",
    "bland_altman",
    "compare",
    "compare_pairs",
    "fit_calibration",
    "intraclass",
    "is_normal",
    "pearson",
    "repeatability",
]
