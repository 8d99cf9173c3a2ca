"""Metrics of two segmentations of one image: overlap, surface distances, and exchanged sides."""

from MuscleSegLib.evaluation.metrics.common_grid import on_common_grid
from MuscleSegLib.evaluation.metrics.distances import Distances, distances
from MuscleSegLib.evaluation.metrics.laterality import Swap, swap_of
from MuscleSegLib.evaluation.metrics.overlap import dice, require_same_grid

__all__ = ["Distances", "Swap", "dice", "distances", "on_common_grid", "require_same_grid", "swap_of"]
