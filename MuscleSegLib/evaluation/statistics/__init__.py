"""Statistics of agreement: limits of agreement, correlations, tests of two groups, repeatability, and calibration."""

from MuscleSegLib.evaluation.statistics.bland_altman import BlandAltman as BlandAltman
from MuscleSegLib.evaluation.statistics.bland_altman import bland_altman as bland_altman
from MuscleSegLib.evaluation.statistics.confidence_calibration import fit_calibration as fit_calibration
from MuscleSegLib.evaluation.statistics.correlation import Correlation as Correlation
from MuscleSegLib.evaluation.statistics.correlation import Intraclass as Intraclass
from MuscleSegLib.evaluation.statistics.correlation import intraclass as intraclass
from MuscleSegLib.evaluation.statistics.correlation import pearson as pearson
from MuscleSegLib.evaluation.statistics.estimates import Estimate as Estimate
from MuscleSegLib.evaluation.statistics.estimates import Spread as Spread
from MuscleSegLib.evaluation.statistics.group_tests import Comparison as Comparison
from MuscleSegLib.evaluation.statistics.group_tests import compare as compare
from MuscleSegLib.evaluation.statistics.group_tests import compare_pairs as compare_pairs
from MuscleSegLib.evaluation.statistics.group_tests import is_normal as is_normal
from MuscleSegLib.evaluation.statistics.repeatability import DETECTABLE_SEM as DETECTABLE_SEM
from MuscleSegLib.evaluation.statistics.repeatability import Repeatability as Repeatability
from MuscleSegLib.evaluation.statistics.repeatability import repeatability as repeatability
