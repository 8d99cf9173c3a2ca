"""Whose images were measured: said in exported tables, or left out of them."""

import zipfile

import pytest
import slicer

from MuscleSegLib.scene.dicom_headers import PATIENT_ID


class _Database:
    """Of Slicer's DICOM database, what is asked for."""

    isOpen = True  # noqa: N815 - its name in Slicer

    def instanceValue(self, _uid: str, tag: str) -> str:  # noqa: N802 - its name in Slicer
        return "PAT-007" if tag == PATIENT_ID else ""


@pytest.fixture
def desk(at_desk, monkeypatch, tmp_path):
    """A measured scan from DICOM, whose PatientID stands in names of a node, a file and a folder too."""
    monkeypatch.setattr(slicer, "dicomDatabase", _Database(), raising=False)
    folder = tmp_path / "study of PAT-007"
    folder.mkdir()
    slicer.util.saveNode(at_desk.scans["t2"], str(folder / "pat-007_t2.nrrd"))
    at_desk.scans["anatomy"].SetAttribute("DICOM.instanceUIDs", "1.1 1.2")
    at_desk.scans["anatomy"].SetName("PAT-007 T1")
    at_desk.parameters.segmentation.SetName("PAT-007 T1 muscles")
    at_desk.panel.presenter._measure(at_desk.parameters)
    at_desk.host.work()
    return at_desk


def exported(desk, path):
    """Export the table, and return all text in all files that this wrote."""
    path.parent.mkdir()
    desk.host.dialogs.will_answer(path)
    desk.host.click(desk.ui.exportTableButton)
    desk.host.spin(lambda: "Saved" in desk.ui.resultsMessage.text)
    desk.ui.resultsMessage.text = ""
    text = ""
    for file in path.parent.iterdir():
        if file.suffix == ".xlsx":
            with zipfile.ZipFile(file) as book:
                text += "".join(book.read(name).decode() for name in book.namelist())
        else:
            text += file.read_text(encoding="utf-8-sig")
    return text


@pytest.mark.parametrize("ending", ["csv", "xlsx", "json"])
def test_a_patient_is_named_in_a_table_unless_it_is_left_out(desk, tmp_path, ending):
    assert "PAT-007" in exported(desk, tmp_path / "with" / f"table.{ending}")

    desk.ui.patientCheckBox.checked = True
    text = exported(desk, tmp_path / "without" / f"table.{ending}")

    assert "pat-007" not in text.lower()
    assert "left out" in text
    assert "PatientID_t2.nrrd" in text  # a file can be told by the rest of its name


def test_a_patient_is_left_out_of_the_names_that_are_offered(desk, monkeypatch):
    import qt

    offered = []
    monkeypatch.setattr(qt.QFileDialog, "getSaveFileName", lambda _widget, _title, name, _kinds: offered.append(name))
    for button in (desk.ui.exportTableButton, desk.ui.exportLabelsButton):
        for is_left_out in (False, True):
            desk.ui.patientCheckBox.checked = is_left_out
            desk.host.click(button)
    names = ("PAT-007 T1 muscles", "PatientID T1 muscles")
    assert offered == [f"{name}.{ending}" for ending in ("csv", "seg.nrrd") for name in names]


def test_whether_a_patient_is_left_out_is_saved_with_the_scene(desk, tmp_path):
    desk.ui.patientCheckBox.checked = True
    slicer.util.saveScene(str(tmp_path / "scene.mrb"))
    slicer.mrmlScene.Clear(0)
    desk.host.work()
    assert not desk.ui.patientCheckBox.checked
    slicer.util.loadScene(str(tmp_path / "scene.mrb"))
    desk.host.work()
    assert desk.ui.patientCheckBox.checked
