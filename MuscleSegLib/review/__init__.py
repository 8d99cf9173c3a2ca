"""Review: the table of a segmentation while a person corrects it, and the order in which to look at its muscles."""

from MuscleSegLib.review.corrected_table import CorrectedTable as CorrectedTable
from MuscleSegLib.review.live_rows import Change as Change
from MuscleSegLib.review.live_rows import LiveRow as LiveRow
from MuscleSegLib.review.live_rows import review_first as review_first
from MuscleSegLib.review.parents import RowGroup as RowGroup
from MuscleSegLib.review.parents import grouped_by_parent as grouped_by_parent
from MuscleSegLib.review.parents import has_parts as has_parts
from MuscleSegLib.review.parents import noted_parents as noted_parents
