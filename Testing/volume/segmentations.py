"""Segments of a calf, and how a file of them becomes what Slicer or somebody else would have written."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import slicerio

from MuscleSegLib.terminology import Terminology
from MuscleSegLib.volume import Segment

ANATOMY = ("SCT", "123037004", "Anatomical Structure")
SOLEUS = Terminology(ANATOMY, ("SCT", "45464006", "Soleus muscle"), ("SCT", "24028007", "Right"))
SEGMENTS = (
    Segment(4, "gastrocnemius, medial", (10, 200, 255)),
    Segment(6, "soleus", (192, 104, 88), SOLEUS),
    Segment(106, "left soleus", (0, 1, 2), Terminology(ANATOMY, ("SCT", "45464006", "Soleus muscle"))),
)


def rewrite(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Save a segmentation again after ``change`` to what slicerio reads of it."""
    content = slicerio.read_segmentation(str(path))
    change(content)
    slicerio.write_segmentation(str(path), content)
