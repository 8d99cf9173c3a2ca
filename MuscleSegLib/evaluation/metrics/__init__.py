"""Metrics of two segmentations of one image: overlap, surface distances, exchanged sides and gross errors."""

from MuscleSegLib.evaluation.metrics.common_grid import on_common_grid as on_common_grid
from MuscleSegLib.evaluation.metrics.distances import Distances as Distances
from MuscleSegLib.evaluation.metrics.distances import distances as distances
from MuscleSegLib.evaluation.metrics.gross_errors import missing_slices as missing_slices
from MuscleSegLib.evaluation.metrics.gross_errors import swapped_share as swapped_share
from MuscleSegLib.evaluation.metrics.laterality import Swap as Swap
from MuscleSegLib.evaluation.metrics.laterality import swap_of as swap_of
from MuscleSegLib.evaluation.metrics.overlap import dice as dice
from MuscleSegLib.evaluation.metrics.overlap import require_same_grid as require_same_grid
