"""*Export DICOM…*: from where the scan comes, and when it is refused."""

import sys

import numpy as np
import pydicom
import pytest
import slicer

from MuscleSegLib.volume import like, read_labels

from .dicom_desk import export


def in_order(places):
    return places[np.lexsort(np.round(places, 3).T)]


def drawn_now(work):
    """The muscles in the scene, on the scan's grid."""
    from MuscleSegLib.scene.segmentations import labels_of

    return labels_of(work.parameters.segmentation, work.parameters.scan)


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda _work: slicer.dicomDatabase.files.popitem(), "1 of the 6 DICOM images of 4: t1_tse_tra are not in"),
        (lambda _work: slicer.dicomDatabase.files.clear(), "6 of the 6 DICOM images of 4: t1_tse_tra are not in"),
        (lambda _work: next(iter(slicer.dicomDatabase.files.values())).unlink(), "1 of the 6 DICOM images"),
        (lambda _work: setattr(slicer, "dicomDatabase", None), "6 of the 6 DICOM images"),
        (lambda work: work.parameters.scan.SetAttribute("DICOM.instanceUIDs", None), "did not come from DICOM"),
        (lambda work: work.parameters.scan.SetAttribute("DICOM.instanceUIDs", ""), "did not come from DICOM"),
    ],
    ids=["one gone", "all gone", "file gone", "no database", "no instances", "empty"],
)
def test_a_scan_without_its_dicom_images_is_refused_in_one_sentence(work, loaded, tmp_path, message, spoil, sentence):
    loaded()
    spoil(work)
    work.host.work()
    (tmp_path / "out").mkdir()
    work.host.dialogs.will_answer(tmp_path / "out")
    work.host.click(work.ui.exportDicomButton)
    work.host.spin(lambda: not work.panel.review.measuring.is_busy, 60)

    assert sentence in message(work.ui.resultsMessage)
    assert message(work.ui.resultsMessage).count(". ") == 0
    assert list((tmp_path / "out").iterdir()) == []


def test_a_scan_of_a_saved_scene_is_exported_as_long_as_the_database_has_its_images(work, loaded, tmp_path, message):
    _folder, labels = loaded()
    database = slicer.dicomDatabase
    slicer.util.saveScene(str(tmp_path / "scene.mrb"))
    slicer.mrmlScene.Clear(0)
    work.host.work()
    slicer.util.loadScene(str(tmp_path / "scene.mrb"))
    work.host.work()
    assert slicer.dicomDatabase is database

    path = export(work, tmp_path / "out", message)["SEG"]

    np.testing.assert_array_equal(like(read_labels(path)[0], labels.geometry).array, labels.array)


def under_a_transform(work, matrix):
    """Put all nodes under a linear transform."""
    import vtk

    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
    vtk_matrix = vtk.vtkMatrix4x4()
    slicer.util.updateVTKMatrixFromArray(vtk_matrix, np.array(matrix, float))
    node.SetMatrixTransformToParent(vtk_matrix)
    for moved in (work.parameters.scan, work.parameters.segmentation, work.parameters.ff):
        moved.SetAndObserveTransformNodeID(node.GetID())
    work.panel.presenter._measure(work.parameters)
    work.host.work()


def test_a_scan_that_was_moved_in_slicer_is_exported_on_its_own_images(work, loaded, tmp_path, message):
    _folder, labels = loaded("oblique")
    turned = [[0, -1, 0, 30], [1, 0, 0, -20], [0, 0, 1, 5], [0, 0, 0, 1]]
    under_a_transform(work, turned)
    work.ui.dicomMapsCheckBox.checked = True

    files = export(work, tmp_path / "out", message)

    np.testing.assert_array_equal(like(read_labels(files["SEG"])[0], labels.geometry).array, labels.array)
    shape = pydicom.dcmread(files["FF"])
    places = [group.PlanePositionSequence[0].ImagePositionPatient for group in shape.PerFrameFunctionalGroupsSequence]
    first = labels.geometry.world_from_index((0, 0, 0)) * (-1, -1, 1)
    assert min(np.linalg.norm(np.array(place, float) - first) for place in places) < 1e-3


def test_a_scan_that_was_enlarged_in_slicer_is_refused(work, loaded, tmp_path, message):
    loaded()
    under_a_transform(work, np.diag([1.1, 1, 1, 1]))
    (tmp_path / "out").mkdir()
    work.host.dialogs.will_answer(tmp_path / "out")
    work.host.click(work.ui.exportDicomButton)
    work.host.spin(lambda: not work.panel.review.measuring.is_busy, 60)

    assert "lies under a transform that changes its size" in message(work.ui.resultsMessage)


@pytest.mark.parametrize("is_anonymous", [False, True])
def test_a_script_exports_the_same(work, loaded, tmp_path, message, is_anonymous):
    folder, labels = loaded()
    parameters, logic = work.parameters, sys.modules["MuscleSeg"].MuscleSegLogic()
    work.ui.patientCheckBox.checked = is_anonymous
    by_panel = pydicom.dcmread(export(work, tmp_path / "panel", message)["SR"])

    slicer.dicomDatabase = None
    paths = logic.export_dicom(
        tmp_path / "script",
        parameters.segmentation,
        ff=parameters.ff,
        ff_unit="percent",
        source=folder,
        include_maps=True,
        anonymous=is_anonymous,
    )

    assert [path.name for path in paths] == ["FF.dcm", "PDF.dcm", "SEG.dcm", "SR.dcm"]
    assert pydicom.dcmread(paths[3]).SOPInstanceUID == by_panel.SOPInstanceUID  # made of the content
    np.testing.assert_array_equal(like(read_labels(paths[2])[0], labels.geometry).array, labels.array)


def test_volumes_read_from_dicom_files_without_the_database_are_exported_too(work, loaded, tmp_path, message):
    folder, _labels = loaded()
    storage = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLVolumeArchetypeStorageNode")
    for path in sorted(folder.iterdir()):
        storage.AddFileName(str(path))
    storage.SetFileName(str(min(folder.iterdir())))
    work.parameters.scan.SetAndObserveStorageNodeID(storage.GetID())
    work.parameters.scan.SetAttribute("DICOM.instanceUIDs", None)

    assert export(work, tmp_path / "out", message).keys() == {"SEG", "SR", "PDF"}


def test_without_a_package_for_pdf_the_report_is_left_out_with_a_word(work, loaded, tmp_path, message, monkeypatch):
    loaded()
    monkeypatch.setattr(sys.modules["MuscleSegPanel.dicom_export"], "missing", lambda _wanted: ("reportlab>=4",))

    assert export(work, tmp_path / "out", message).keys() == {"SEG", "SR"}
    assert "The report is not among them" in message(work.ui.resultsMessage)
    assert "reportlab" in message(work.ui.resultsMessage)


def test_a_volume_of_another_patient_is_refused(work, loaded, tmp_path, message, monkeypatch):
    loaded()
    value_of = slicer.dicomDatabase.instanceValue

    def of_another(uid, tag):
        return "P 8" if tag == "0010,0020" else value_of(uid, tag)

    monkeypatch.setattr(slicer.dicomDatabase, "instanceValue", of_another)
    (tmp_path / "out").mkdir()
    work.host.dialogs.will_answer(tmp_path / "out")
    work.host.click(work.ui.exportDicomButton)
    work.host.spin(lambda: not work.panel.review.measuring.is_busy, 60)

    assert "another patient" in message(work.ui.resultsMessage)
    assert list((tmp_path / "out").iterdir()) == []
