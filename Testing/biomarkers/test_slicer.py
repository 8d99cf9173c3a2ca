"""Volumes beside those of 3D Slicer's own core, in a Python that has ``slicer-core``; skipped where it has not.

Slicer's module *Segment Statistics* is a script of its application and not in that package. What it does for a volume
(its plugin "Labelmap") is done here with the same classes: Slicer reads the file that MuscleSeg wrote as its own
segmentation, gives each segment's voxels, and VTK counts those; a voxel has the volume of its spacing.
"""

import numpy as np
import pytest

from MuscleSegLib.anatomy import scheme
from MuscleSegLib.biomarkers import Measurement
from MuscleSegLib.volume import Geometry, Segment, Volume, write_labels

slicer = pytest.importorskip("slicer", reason="slicer-core is not installed (it comes with the extra 'slicer')")
vtk = pytest.importorskip("vtk")

THIGH = scheme("thigh")


@pytest.fixture
def oblique_labels():
    """Ten muscles of each leg as balls of different sizes on a grid that is turned by 15 degrees."""
    k, j, i = np.indices((24, 60, 160))
    array = np.zeros((24, 60, 160), np.uint8)
    for number, label in enumerate(THIGH.labels):
        center = (12, 15 + 30 * (number % 2), 8 + 8 * (number // 2) * 1.9)
        distance = np.sqrt(((k - center[0]) * 2.0) ** 2 + (j - center[1]) ** 2 + (i - center[2]) ** 2)
        array[distance < 5 + number / 4] = label.value
    cosine, sine = np.cos(np.deg2rad(15)), np.sin(np.deg2rad(15))
    affine = np.eye(4)
    affine[:3, :3] = np.array([[1, 0, 0], [0, cosine, -sine], [0, sine, cosine]]) @ np.diag([-0.68, -0.68, 15.0])
    affine[:3, 3] = (54, 20, -150)
    return Volume(array, Geometry(array.shape, affine))


def volumes_by_slicer(path):
    """The volume in cm3 of each segment of a .seg.nrrd file, by its name."""
    scene = slicer.vtkMRMLScene()
    for kind in (slicer.vtkMRMLSegmentationNode, slicer.vtkMRMLSegmentationStorageNode):
        scene.RegisterNodeClass(kind())
    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode")
    storage = slicer.vtkMRMLSegmentationStorageNode()
    storage.SetFileName(str(path))
    assert storage.ReadData(node)
    volumes = {}
    for number in range(node.GetSegmentation().GetNumberOfSegments()):
        identity = node.GetSegmentation().GetNthSegmentID(number)
        image = slicer.vtkOrientedImageData()
        node.GetBinaryLabelmapRepresentation(identity, image)
        counting = vtk.vtkImageAccumulate()
        counting.SetInputData(image)
        counting.IgnoreZeroOn()
        counting.Update()
        voxels = counting.GetVoxelCount()
        volumes[node.GetSegmentation().GetSegment(identity).GetName()] = voxels * np.prod(image.GetSpacing()) / 1000
    return volumes


def test_volumes_are_those_that_slicer_gives_for_the_same_file(oblique_labels, tmp_path):
    segments = [Segment(label.value, label.name, label.color) for label in THIGH.labels]
    write_labels(oblique_labels, tmp_path / "labels.seg.nrrd", segments=segments)

    slicer_volumes = volumes_by_slicer(tmp_path / "labels.seg.nrrd")

    names = {label.value: label.name for label in THIGH.labels}
    ours = {names[row.label]: row.volume_cm3 for row in Measurement(oblique_labels, THIGH).rows()}
    assert len(ours) == 20
    assert min(ours.values()) > 1
    assert slicer_volumes == pytest.approx(ours, rel=1e-6)
