"""What a module asks Slicer's application for."""

import numpy as np
import pytest


def test_the_layout_is_that_of_the_layout_node(host):
    import slicer

    manager, layouts = slicer.app.layoutManager(), []
    manager.connect("layoutChanged(int)", layouts.append)

    manager.setLayout(slicer.vtkMRMLLayoutNode.SlicerLayoutFourUpPlotView)

    node = host.scene.GetFirstNodeByClass("vtkMRMLLayoutNode")
    assert node.GetViewArrangement() == manager.layout == slicer.vtkMRMLLayoutNode.SlicerLayoutFourUpPlotView
    assert layouts == [manager.layout]


def test_a_slice_view_goes_where_its_node_is_sent(host):
    import slicer

    volume = slicer.util.addVolumeFromArray(np.zeros((8, 20, 20), np.int16))
    slicer.util.setSliceViewerLayers(background=volume, fit=True)
    red = slicer.app.layoutManager().sliceWidget("Red")

    red.mrmlSliceNode().JumpSliceByCentering(0, 0, 5)

    assert red.mrmlSliceCompositeNode().GetBackgroundVolumeID() == volume.GetID()
    assert red.sliceLogic().GetSliceOffset() == pytest.approx(5)
    assert slicer.app.layoutManager().sliceViewNames() == ("Red", "Yellow", "Green")


def test_slice_views_outlive_a_closed_scene(host):
    import slicer

    host.scene.Clear(0)

    assert slicer.app.layoutManager().sliceWidget("Red").mrmlSliceNode().GetScene() is host.scene


def test_a_volume_is_written_and_read_by_slicer_util(host, tmp_path):
    import slicer

    array = np.arange(24, dtype=np.int16).reshape(2, 3, 4)
    assert slicer.util.saveNode(slicer.util.addVolumeFromArray(array), str(tmp_path / "scan.nrrd"))

    read = slicer.util.loadVolume(str(tmp_path / "scan.nrrd"))

    assert read.GetName() == "scan"
    np.testing.assert_array_equal(slicer.util.arrayFromVolume(read), array)


def test_a_file_that_is_not_there_is_not_loaded(host):
    import slicer

    with pytest.raises(RuntimeError, match="Failed to load node from file"):
        slicer.util.loadVolume("nowhere.nrrd")


def test_a_scene_is_saved_and_loaded(host, tmp_path):
    import slicer

    slicer.util.addVolumeFromArray(np.ones((2, 3, 4), np.int16), name="thigh")
    assert slicer.util.saveScene(str(tmp_path / "scene.mrb"))
    host.scene.Clear(0)

    slicer.app.ioManager().loadScene(str(tmp_path / "scene.mrb"))

    assert slicer.util.arrayFromVolume(slicer.util.getNode("thigh")).sum() == 24


def test_settings_are_those_of_this_session_alone(host, tmp_path):
    import qt
    import slicer

    qt.QSettings().setValue("MuscleSeg/device", "cpu")

    assert slicer.util.settingsValue("MuscleSeg/device", "auto") == "cpu"
    assert slicer.app.temporaryPath in qt.QSettings().fileName()


def test_what_is_to_be_installed_is_only_remembered(host):
    import slicer

    slicer.util.pip_install("monai>=1.5")
    slicer.packaging.pip_ensure(["rich", "openpyxl"])

    assert host.installed == [("monai>=1.5",), ("rich", "openpyxl")]


def test_sample_data_is_registered_with_slicers_keywords(host):
    import SampleData

    with pytest.raises(TypeError, match="thumbnail"):
        SampleData.SampleDataLogic.registerCustomSampleDataSource(category="MuscleSeg", thumbnail="x.png")


def test_a_sample_is_copied_into_the_cache_and_read_from_there(host, tmp_path):
    import SampleData
    import slicer

    path = tmp_path / "scan.nrrd"
    slicer.util.saveNode(slicer.util.addVolumeFromArray(np.ones((2, 3, 4), np.int16)), str(path))
    SampleData.SampleDataLogic.registerCustomSampleDataSource(
        sampleName="There",
        uris=[path.as_uri()],
        fileNames=["There.nrrd"],
        nodeNames=["There"],
        loadFileTypes=["VolumeFile"],
    )

    assert SampleData.downloadSample("There").GetName() == "There"
    path.unlink()
    assert SampleData.downloadSample("There").GetStorageNode() is None
    with pytest.raises(IndexError):  # as in Slicer
        SampleData.downloadSample("Nowhere")


def test_texts_are_given_to_be_translated(host):
    from slicer.i18n import tr as _
    from slicer.i18n import translate

    assert _("Segment") == "Segment"
    translate("MuscleSeg", "Cancel")

    assert host.translated == {"Segment", "Cancel"}
