"""Segmentation files, written by Slicer itself."""

from __future__ import annotations

from pathlib import Path

import slicer

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.files import written_whole
from MuscleSegLib.translatable import _


def save_segmentation(node: slicer.vtkMRMLSegmentationNode, path: Path) -> None:
    """Write all segments of a segmentation, the user's too, to a .seg.nrrd file, whole or not at all.

    The node's own storage stays: its scene saves it in the same file as before.

    Raises:
        MuscleSegError: The place cannot be written to.
    """
    storage = slicer.vtkMRMLSegmentationStorageNode()
    with written_whole(path) as temporary:
        storage.SetFileName(str(temporary))
        if not storage.WriteData(node) or not temporary.is_file():
            raise MuscleSegError(_("{path} could not be written: check the free space on the disk."), path=path)
