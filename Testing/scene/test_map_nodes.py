import numpy as np
import pytest

from MuscleSegLib.volume import Volume


@pytest.fixture
def ff_node(scene, grid):
    from MuscleSegLib.scene.volumes import add_volume

    ff = np.linspace(-3, 104, int(np.prod(grid.shape))).reshape(grid.shape)
    return add_volume(Volume(ff, grid), "FF")


@pytest.fixture
def composite(scene):
    """Pixels of a slice view."""
    return scene.AddNewNodeByClass("vtkMRMLSliceCompositeNode")


def test_the_colors_are_those_of_the_report_s_pictures(scene):
    matplotlib = pytest.importorskip("matplotlib")
    from MuscleSegLib.scene.map_nodes import fat_fraction_color_node

    node = fat_fraction_color_node(scene)
    color = [0.0] * 4
    for number in range(0, 256, 5):
        node.GetColor(number, color)
        assert color[:3] == pytest.approx(matplotlib.colormaps["viridis"](number / 255)[:3], abs=0.02)  # of 255: 5


def test_there_is_one_color_table_however_often_it_is_asked_for(scene):
    from MuscleSegLib.scene.map_nodes import fat_fraction_color_node

    assert fat_fraction_color_node(scene) is fat_fraction_color_node(scene)


def test_the_map_lies_over_the_scan_from_0_to_100_percent(scene, volume_node, ff_node, composite):
    from MuscleSegLib.scene.map_nodes import show_overlay

    show_overlay(volume_node, ff_node)

    assert composite.GetBackgroundVolumeID() == volume_node.GetID()
    assert composite.GetForegroundVolumeID() == ff_node.GetID()
    assert 0 < composite.GetForegroundOpacity() < 1
    display = ff_node.GetDisplayNode()
    assert (display.GetWindowLevelMin(), display.GetWindowLevelMax()) == (0, 100)
    assert display.GetColorNode().GetName() == "Fat fraction"


def test_a_map_in_fractions_of_one_has_the_same_colors(scene, volume_node, grid, composite):
    from MuscleSegLib.scene.map_nodes import show_overlay
    from MuscleSegLib.scene.volumes import add_volume

    ff = add_volume(Volume(np.linspace(0, 1, int(np.prod(grid.shape))).reshape(grid.shape), grid), "FF")
    show_overlay(volume_node, ff)

    assert (ff.GetDisplayNode().GetWindowLevelMin(), ff.GetDisplayNode().GetWindowLevelMax()) == (0, 1)


def test_the_overlay_can_be_taken_away(scene, volume_node, ff_node, composite):
    from MuscleSegLib.scene.map_nodes import show_overlay

    show_overlay(volume_node, ff_node)
    show_overlay(volume_node, None)

    assert composite.GetForegroundVolumeID() is None
    assert composite.GetBackgroundVolumeID() == volume_node.GetID()
    legend = scene.GetFirstNodeByClass("vtkMRMLColorLegendDisplayNode")
    assert not legend.GetVisibility()
    show_overlay(volume_node, ff_node)
    assert legend.GetVisibility()


def test_colors_are_there_after_a_reload(scene, volume_node, ff_node, composite, reloaded):
    from MuscleSegLib.scene.map_nodes import fat_fraction_color_node, show_overlay

    show_overlay(volume_node, ff_node)
    reloaded()

    colors = scene.GetFirstNodeByName("FF").GetDisplayNode().GetColorNode()
    assert colors is fat_fraction_color_node(scene)
    assert colors.GetNumberOfColors() == 256


def test_nodes_are_proposed_by_their_names(scene, volume_node, ff_node):
    from MuscleSegLib.scene.map_nodes import proposed_maps

    assert proposed_maps([volume_node, ff_node]) == {"ff": ff_node}


def opacity_of(ff, value):
    """Return how Slicer's own filters draw a value of a map: 0 is not at all."""
    import vtk

    display = ff.GetDisplayNode()
    threshold = vtk.vtkImageThreshold()
    image = vtk.vtkImageData()
    image.SetDimensions(1, 1, 1)
    image.AllocateScalars(vtk.VTK_FLOAT, 1)
    image.SetScalarComponentFromDouble(0, 0, 0, 0, value)
    threshold.SetInputData(image)
    threshold.ThresholdBetween(display.GetLowerThreshold(), display.GetUpperThreshold())
    threshold.SetInValue(255)
    threshold.SetOutValue(0)
    threshold.Update()
    return threshold.GetOutput().GetScalarComponentAsDouble(0, 0, 0, 0)


@pytest.mark.parametrize("air", [np.nan, 0.0], ids=["no value", "zeros of who knows whom"])
@pytest.mark.parametrize("ending", ["nii", "nii.gz", "nrrd"])
def test_air_is_not_painted_whatever_has_become_of_its_missing_values(
    scene, volume_node, composite, tmp_path, air, ending
):
    import slicer

    from MuscleSegLib.scene.map_nodes import show_overlay
    from MuscleSegLib.volume import Geometry, write_volume
    from Testing.slicer_host.setting_up import set_up

    set_up()
    array = np.full((4, 30, 30), air, np.float32)
    array[:, 8:22, 8:22] = np.linspace(-9, 99, 14)  # noise puts lean muscle below 0
    path = tmp_path / f"FF.{ending}"
    write_volume(Volume(array, Geometry(array.shape, np.diag([2.0, 2.0, 6.0, 1.0]))), path)
    ff = slicer.util.loadVolume(str(path))

    show_overlay(volume_node, ff)

    shown = slicer.util.arrayFromVolume(ff)
    assert opacity_of(ff, shown[0, 0, 0]) == 0
    assert opacity_of(ff, shown[0, 15, 12]) == 255
    assert (opacity_of(ff, shown[0, 15, 8]) == 255) == np.isnan(air)  # -9 %, where air can be told from it
