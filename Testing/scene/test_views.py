import numpy as np
import pytest


@pytest.fixture
def slices(scene):
    """The nodes of an axial and a sagittal slice view, without their windows."""
    nodes = []
    for name, orientation in (("Red", "Axial"), ("Yellow", "Sagittal")):
        node = scene.AddNewNodeByClass("vtkMRMLSliceNode", name)
        node.SetLayoutName(name)
        assert node.SetOrientation(orientation)
        nodes.append(node)
    return nodes


def test_slice_views_jump_to_a_point(slices):
    from MuscleSegLib.scene.views import jump_to

    jump_to((11.0, -22.0, 33.0))

    for node in slices:
        assert [node.GetSliceToRAS().GetElement(row, 3) for row in range(3)] == pytest.approx([11, -22, 33])


def test_slice_views_turn_to_the_planes_of_an_oblique_volume(slices, volume_node, grid):
    from MuscleSegLib.scene.views import show_in_views

    show_in_views(volume_node)

    normal = [slices[0].GetSliceToRAS().GetElement(row, 2) for row in range(3)]
    along_k = grid.affine[:3, 2] / np.linalg.norm(grid.affine[:3, 2])
    assert abs(np.dot(normal, along_k)) == pytest.approx(1)


def test_the_volume_becomes_the_active_one(slices, volume_node):
    from MuscleSegLib.scene.views import show_in_views
    from Testing.slicer_host.scene_setup import scene_host

    show_in_views(volume_node)

    assert scene_host().application.GetSelectionNode().GetActiveVolumeID() == volume_node.GetID()


@pytest.mark.parametrize("index", [0, 3, 7])
def test_the_slice_in_view_is_that_of_the_view_along_an_oblique_volume_s_slices(slices, volume_node, grid, index):
    from MuscleSegLib.scene.views import jump_to, show_in_views, slice_in_view

    show_in_views(volume_node)
    jump_to(grid.world_from_index((10, 20, index)))
    assert slice_in_view(grid) == index


def test_a_view_beyond_the_volume_or_across_its_slices_shows_none_of_them(slices, volume_node, grid):
    from MuscleSegLib.scene.views import jump_to, show_in_views, slice_in_view

    show_in_views(volume_node)
    jump_to(grid.world_from_index((10, 20, 9)))
    assert slice_in_view(grid) is None
    for node in slices:  # sagittal: normal, across, place
        node.SetSliceToRASByNTP(1, 0, 0, 0, 1, 0, *grid.world_from_index((10, 20, 2)), 0)
    assert slice_in_view(grid) is None
