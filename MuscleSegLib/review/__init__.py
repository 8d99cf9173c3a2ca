"""Review: the table of a segmentation while a person corrects it, and the order in which to look at its muscles."""

from MuscleSegLib.review.corrected_table import CorrectedTable
from MuscleSegLib.review.live_rows import Change, LiveRow, review_first

__all__ = ["Change", "CorrectedTable", "LiveRow", "review_first"]
