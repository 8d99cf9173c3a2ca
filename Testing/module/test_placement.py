"""Where a scan may lie, and what may be there already: one leg, oblique, under a transform, an earlier segmentation."""

import numpy as np
import pytest
import slicer
import vtk

from MuscleSegLib.evaluation.metrics import dice
from MuscleSegLib.volume import Volume

TURN_DEGREES = 20


def turned(center=(0.0, 0.0, 0.0)):
    transform = vtk.vtkTransform()
    transform.Translate(30, -20, 55)
    transform.RotateZ(TURN_DEGREES)
    return transform


def labels_on(work):
    from MuscleSegLib.scene.segmentations import labels_of

    return labels_of(work.parameters.segmentation, work.parameters.scan)


def agreement(work, labels):
    """Return the smallest DSC of a muscle with labels on the same voxels, wherever these lie."""
    drawn = labels_on(work)
    assert drawn.array.max() == 10
    return min(dice(drawn, Volume(labels.array, drawn.geometry)).values())


@pytest.mark.slow
@pytest.mark.long
def test_one_leg_is_segmented_wherever_it_lies_and_whatever_is_there(work):
    plain = work.load("thigh", legs=1)["anatomy"]
    work.choose(plain, "thigh")
    names = work.segment().GetSegmentation()
    assert names.GetSegment(names.GetNthSegmentID(3)).GetName() == "Rectus femoris"  # one leg has no side
    first = labels_on(work)

    oblique = work.load("thigh", legs=1)["anatomy"]
    matrix = vtk.vtkMatrix4x4()
    oblique.GetIJKToRASMatrix(matrix)
    vtk.vtkMatrix4x4.Multiply4x4(turned().GetMatrix(), matrix, matrix)
    oblique.SetIJKToRASMatrix(matrix)
    work.choose(oblique, "thigh")
    assert work.parameters.segmentation is None  # the other scan's muscles are not this one's
    work.segment()
    assert agreement(work, first) > 0.9

    moved = work.load("thigh", legs=1)["anatomy"]
    transform = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
    transform.SetMatrixTransformToParent(turned().GetMatrix())
    moved.SetAndObserveTransformNodeID(transform.GetID())
    work.choose(moved, "thigh")
    in_transform = work.segment()
    assert agreement(work, first) > 0.9
    assert in_transform.GetParentTransformNode() is transform

    work.choose(plain, "thigh")
    assert agreement(work, first) == 1  # its own segmentation has come back


@pytest.mark.slow
@pytest.mark.long
def test_an_earlier_segmentation_is_replaced_unless_somebody_corrected_it(work):
    scan = work.load("thigh", legs=1)["anatomy"]
    work.choose(scan, "thigh")
    earlier = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode", "mine")
    earlier.GetSegmentation().AddEmptySegment("lesion", "Lesion")
    work.ui.segmentationSelector.setCurrentNode(earlier)

    assert work.segment() is earlier
    assert earlier.GetSegmentation().GetNumberOfSegments() == 11
    first = labels_on(work)
    assert work.segment() is earlier
    assert np.array_equal(labels_on(work).array, first.array)

    work.shrink(4)
    work.host.spin(lambda: work.panel.review.is_corrected)
    again = work.segment()
    assert again is not earlier
    work.ui.segmentationSelector.setCurrentNode(earlier)
    work.host.work()
    assert work.panel.review.is_corrected
