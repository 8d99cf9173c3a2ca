"""Segmentations as files, without a trace in the scene."""

from __future__ import annotations

from pathlib import Path

import slicer

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.files import written_whole


def save_segmentation(node: slicer.vtkMRMLSegmentationNode, path: Path) -> None:
    """Write a segmentation as .seg.nrrd, where it lies with the transforms above it.

    Slicer's own writer keeps names, colors, codes and tags. The node in the scene keeps the file that it came from.

    Raises:
        MuscleSegError: The file cannot be written.

    """
    copy = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode", node.GetName())
    storage = copy.CreateDefaultStorageNode()
    storage.UnRegister(None)
    try:
        copy.GetSegmentation().DeepCopy(node.GetSegmentation())
        copy.SetAndObserveTransformNodeID(node.GetTransformNodeID())
        copy.HardenTransform()
        with written_whole(path) as temporary:
            storage.SetFileName(str(temporary))
            if not storage.WriteData(copy):
                message = f"{path} could not be written: choose another folder, or check the free space on the disk."
                raise MuscleSegError(message)
    finally:
        slicer.mrmlScene.RemoveNode(copy)
