"""A scripted module is loaded, used, loaded anew and unloaded."""

import shutil
import sys
from pathlib import Path

import pytest

TOY = Path(__file__).parent / "toy" / "Toy.py"


@pytest.fixture
def toy(host):
    return host.load(TOY)


def test_a_module_is_in_slicer_by_its_name(host, toy):
    import slicer

    assert slicer.modules.toy.title == "A toy"
    assert slicer.modules.ToyWidget is toy
    assert slicer.util.getModuleWidget("Toy") is toy
    assert slicer.util.modulePath("Toy") == str(TOY)
    assert toy.entered == 1
    assert toy.parent.isEntered


def test_the_panel_is_that_of_its_ui_file(host, toy):
    import slicer

    node = host.scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "thigh")
    toy.ui.scan.setCurrentNode(node)

    assert toy.parameters.scan is node
    assert toy.ui.scanSection.text == "Scan"
    assert slicer.util.findChild(toy.parent, "goButton") is toy.ui.goButton


def test_a_button_is_pressed_and_its_words_are_given_to_be_translated(host, toy):
    host.click(toy.ui.goButton)

    assert toy.ui.status.text == "Done"
    assert host.translated >= {"A toy", "Done"}


def test_a_button_that_no_user_could_press_is_not_pressed(host, toy):
    toy.ui.goButton.enabled = False

    with pytest.raises(AssertionError, match="goButton is disabled"):
        host.click(toy.ui.goButton)


def test_the_panel_hears_of_a_closed_scene(host, toy):
    host.scene.Clear(0)

    assert toy.scenes_closed == 1


def test_a_module_is_loaded_anew(host, toy):
    import slicer

    slicer.util.reloadScriptedModule("Toy")
    anew = slicer.util.getModuleWidget("Toy")

    assert anew is not toy
    assert anew.entered == 1
    host.scene.Clear(0)
    assert (toy.scenes_closed, anew.scenes_closed) == (0, 1)


def test_the_self_test_of_a_module_runs(host, toy):
    import slicer

    slicer.selfTests["Toy"]()

    assert host.scene.GetFirstNodeByName("tested") is not None


def test_a_module_that_is_unloaded_leaves_nothing(host, toy):
    import slicer

    host.close()

    assert "Toy" not in sys.modules
    assert not hasattr(slicer.modules, "toy")
    assert str(TOY.parent) not in sys.path
    assert host.errors == []


def test_an_observer_that_stays_is_an_error(host, tmp_path):
    folder = shutil.copytree(TOY.parent, tmp_path / "toy")
    text = (folder / "Toy.py").read_text().replace("        self.removeObservers()\n", "")
    (folder / "Toy.py").write_text(text)
    host.load(folder / "Toy.py")

    host.close()

    assert "observers of the scene stay" in host.errors.pop()


def test_a_panel_that_raises_is_kept_as_an_error(host, tmp_path):
    folder = shutil.copytree(TOY.parent, tmp_path / "toy")
    text = (folder / "Toy.py").read_text().replace("        self.entered += 1", "        raise ValueError('broken')")
    (folder / "Toy.py").write_text(text)

    host.load(folder / "Toy.py")

    assert "ValueError: broken" in host.errors.pop()


def test_a_property_that_a_widget_lacks_is_told(host, tmp_path):
    folder = shutil.copytree(TOY.parent, tmp_path / "toy")
    ui = folder / "Resources" / "UI" / "Toy.ui"
    ui.write_text(ui.read_text().replace('name="noneEnabled"', 'name="noneAllowed"'))

    host.load(folder / "Toy.py")

    assert "qMRMLNodeComboBox has no property noneAllowed" in host.errors.pop()


def test_a_picture_of_the_panel_shows_its_text(host, toy, tmp_path):
    import qt

    host.grab(toy, tmp_path / "panel.png")
    before = qt.QImage(str(tmp_path / "panel.png"))
    toy.ui.status.text = ""
    host.grab(toy, tmp_path / "without.png")

    assert before.width() > 300
    assert before != qt.QImage(str(tmp_path / "without.png"))


def test_a_message_is_asked_only_outside_of_testing_mode(host):
    import qt
    import slicer

    slicer.util.confirmOkCancelDisplay("Install torch?")
    assert host.dialogs.questions == []

    host.is_testing = False
    host.dialogs.will_answer(qt.QMessageBox.Ok, qt.QMessageBox.Cancel)

    assert slicer.util.confirmOkCancelDisplay("Install torch?") is True
    assert slicer.util.confirmOkCancelDisplay("Install MONAI?") is False
    assert host.dialogs.questions == ["Install torch?", "Install MONAI?"]
