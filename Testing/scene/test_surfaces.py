import numpy as np
import pytest

from MuscleSegLib.inference import segments_of
from MuscleSegLib.volume import Volume


@pytest.fixture
def drawn(scene, labels):
    from MuscleSegLib.scene.segmentations import show_labels
    from MuscleSegLib.scene.volumes import add_volume

    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode")
    image = add_volume(Volume(np.ones(labels.geometry.shape, np.float32), labels.geometry), "scan")
    show_labels(node, labels, segments_of("thigh", two_legs=True), reference=image)
    return node


def test_surfaces_are_made_and_shown_and_taken_away(drawn):
    from MuscleSegLib.scene.surfaces import are_surfaces_shown, show_surfaces

    assert not are_surfaces_shown(drawn)
    show_surfaces(drawn, is_on=True)
    assert are_surfaces_shown(drawn)
    assert drawn.GetDisplayNode().GetVisibility3D()
    show_surfaces(drawn, is_on=False)
    assert not are_surfaces_shown(drawn)
    assert not drawn.GetSegmentation().ContainsRepresentation("Closed surface")


def test_surfaces_are_shown_of_a_segmentation_that_was_hidden(drawn):
    from MuscleSegLib.scene.surfaces import are_surfaces_shown, show_surfaces

    drawn.GetDisplayNode().SetVisibility(False)
    show_surfaces(drawn, is_on=True)
    assert are_surfaces_shown(drawn)


def test_surfaces_that_are_the_segmentation_itself_stay(drawn):
    from MuscleSegLib.scene.surfaces import are_surfaces_shown, show_surfaces

    drawn.CreateClosedSurfaceRepresentation()
    drawn.GetSegmentation().SetSourceRepresentationName("Closed surface")
    show_surfaces(drawn, is_on=False)
    assert not are_surfaces_shown(drawn)
    assert drawn.GetSegmentation().ContainsRepresentation("Closed surface")
