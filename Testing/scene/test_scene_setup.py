"""The stand-in for Slicer's scene does what the tests of everything else rely on."""


def test_a_scene_survives_a_bundle(scene, tmp_path):
    import slicer

    node = scene.AddNewNodeByClass("vtkMRMLTableNode", "numbers")
    node.AddColumn().SetName("one")
    node.AddEmptyRow()
    node.SetCellText(0, 0, "41")
    path = tmp_path / "scene.mrb"
    assert scene.WriteToMRB(str(path), None)

    scene.Clear(0)
    assert scene.GetFirstNodeByName("numbers") is None
    assert scene.ReadFromMRB(str(path), True)

    assert slicer.util.getFirstNodeByName("numbers").GetCellText(0, 0) == "41"


def test_a_logic_works_on_the_scene(scene):
    import slicer

    assert slicer.modules.segmentations.logic().GetMRMLScene() is scene
    assert slicer.mrmlScene is scene
