"""*Export DICOM…*: the muscles of the panel in the study of the scan, as other programs read them."""

import sys
import time

import highdicom
import numpy as np
import pydicom
import pytest
import slicer

from MuscleSegLib.report.patient_report import patient_report
from MuscleSegLib.volume import like, read_labels
from Testing.dicom_sources import SIEMENS, voxels_by_place

from .dicom_desk import NETWORK, export


def masks_by_hand(path):
    """Voxels' places in the patient, LPS in millimeters, by name of the segment: bits unpacked by the standard alone.

    PS3.5, 8.1.1: one bit a pixel, the first pixel in the least significant bit; frames follow without padding.
    """
    dataset = pydicom.dcmread(path)
    rows, columns, frames = dataset.Rows, dataset.Columns, int(dataset.NumberOfFrames)
    bits = np.unpackbits(np.frombuffer(dataset.PixelData, np.uint8), bitorder="little")
    pixels = bits[: frames * rows * columns].reshape(frames, rows, columns)
    names = {segment.SegmentNumber: segment.SegmentLabel for segment in dataset.SegmentSequence}
    shared = dataset.SharedFunctionalGroupsSequence[0]
    axes = np.array(shared.PlaneOrientationSequence[0].ImageOrientationPatient, float).reshape(2, 3)
    down, right = map(float, shared.PixelMeasuresSequence[0].PixelSpacing)
    places = {name: [] for name in names.values()}
    for frame, group in zip(pixels, dataset.PerFrameFunctionalGroupsSequence, strict=True):
        corner = np.array(group.PlanePositionSequence[0].ImagePositionPatient, float)
        j, i = np.nonzero(frame)
        number = group.SegmentIdentificationSequence[0].ReferencedSegmentNumber
        places[names[number]].append(corner + i[:, None] * right * axes[0] + j[:, None] * down * axes[1])
    return {name: np.concatenate(parts) for name, parts in places.items()}


def in_order(places):
    return places[np.lexsort(np.round(places, 3).T)]


def drawn_now(work):
    """The muscles in the scene, on the scan's grid."""
    from MuscleSegLib.scene.segmentations import labels_of

    return labels_of(work.parameters.segmentation, work.parameters.scan)


@pytest.mark.parametrize(
    ("orientation", "region", "flipped", "is_corrected"),
    [
        ("axial", "thigh", (), False),
        ("axial", "calf", (0,), True),
        ("oblique", "thigh", (0, 1), True),
        ("left-right flipped", "calf", (), False),
        ("left-right flipped", "thigh", (2,), True),
        ("coronal", "thigh", (), False),
    ],
)
def test_three_readers_find_each_voxel_where_it_is_in_the_panel(
    work, loaded, tmp_path, message, orientation, region, flipped, is_corrected
):
    loaded(orientation, region, flipped=flipped)
    if is_corrected:
        work.shrink(1)
        work.host.work()
    labels = drawn_now(work)

    path = export(work, tmp_path / "out", message)["SEG"]

    read, segments = read_labels(path)
    np.testing.assert_array_equal(like(read, labels.geometry).array, labels.array)
    by_hand, values = masks_by_hand(path), {segment.name: segment.value for segment in segments}
    assert by_hand.keys() == values.keys()
    for name, places in by_hand.items():
        expected = voxels_by_place(labels, values[name])
        np.testing.assert_allclose(in_order(places * (-1, -1, 1)), expected, atol=1e-3)
    content = highdicom.seg.segread(path)
    for number in content.segment_numbers:
        volume = content.get_volume(segment_numbers=[number])
        inside = np.argwhere(volume.array.reshape(volume.array.shape[:3]) > 0)
        name = content.get_segment_description(number).segment_label
        places = in_order(volume.map_indices_to_reference(inside) * (-1, -1, 1))
        np.testing.assert_allclose(places, voxels_by_place(labels, values[name]), atol=1e-3)


@pytest.mark.parametrize("region", ["thigh", "calf"])
def test_the_report_has_each_number_of_the_table_with_unit_and_code(work, loaded, tmp_path, message, region):
    loaded(region=region)
    rows = {live.row.label: live.row for live in work.panel.review.measuring.table.rows() if live.row.volume_cm3}

    files = export(work, tmp_path / "out", message)

    document = highdicom.sr.srread(files["SR"])
    groups = highdicom.sr.MeasurementReport.from_sequence([document]).get_volumetric_roi_measurement_groups()
    assert len(groups) == len(rows) == 4
    statistics = {"373098007": "mean", "386136009": "sd", "373099004": "median"}
    for group, row in zip(groups, rows.values(), strict=True):
        for item in group.get_measurements():
            code, unit = item.name.value, item.unit.value
            if code == "129100":  # DCM, fat fraction
                assert unit == "%"
                assert item.value == getattr(row, f"ff_{statistics[item.derivation.value]}_percent")
            elif code == "118565006":  # SCT, volume
                assert (unit, item.value) == ("cm3", row.volume_cm3)
            elif code == "42798000":  # SCT, area
                assert unit == "mm2"
                assert item.value == pytest.approx(100 * row.largest_area_cm2)
            else:
                assert (code, unit, item.value) == ("CONTRACTILE", "cm3", row.contractile_cm3)
        assert len(group.get_measurements()) == 6


def test_what_a_person_corrected_is_told_muscle_by_muscle(work, loaded, tmp_path, message):
    loaded()
    before = pydicom.dcmread(export(work, tmp_path / "before", message)["SEG"])
    work.shrink(4)
    work.host.work()
    after = pydicom.dcmread(export(work, tmp_path / "after", message)["SEG"])

    kinds = [[segment.SegmentAlgorithmType for segment in dataset.SegmentSequence] for dataset in (before, after)]
    assert kinds == [["AUTOMATIC"] * 4, ["AUTOMATIC", "SEMIAUTOMATIC", "AUTOMATIC", "AUTOMATIC"]]
    assert {segment.SegmentAlgorithmName for segment in after.SegmentSequence} == {NETWORK.split()[0]}
    told = [segment.get("SegmentDescription") for segment in after.SegmentSequence]
    assert told == ["adductor magnus, longus and brevis", "Corrected by a person.", None, None]
    assert before.SeriesDescription == "muscles of t1_tse_tra_Oberschenkel"
    assert after.SeriesDescription == "corrected muscles of t1_tse_tra_Oberschenkel"
    assert before.SeriesInstanceUID != after.SeriesInstanceUID


@pytest.mark.parametrize("region", ["thigh", "calf"])
def test_validators_have_nothing_to_say(
    work, loaded, tmp_path, message, complaints, contradictions, region, monkeypatch
):
    folder, _labels = loaded(region=region)
    monkeypatch.setattr(sys.modules["MuscleSegPanel.report_export"], "patient_report", patient_report)
    work.ui.dicomMapsCheckBox.checked = True

    files = export(work, tmp_path / "out", message)

    assert files.keys() == {"SEG", "SR", "FF", "PDF"}
    assert [line for path in files.values() for line in complaints(path)] == []
    assert contradictions(*sorted(folder.iterdir()), *files.values()) == []


def test_objects_are_in_the_patient_s_study_unless_the_patient_is_left_out(work, loaded, tmp_path, message):
    loaded()
    work.parameters.segmentation.SetName("Müller^Jürgen muscles")
    for is_left_out in (False, True):
        work.ui.patientCheckBox.checked = is_left_out
        folder = tmp_path / str(is_left_out)
        for path in export(work, folder, message).values():
            dataset = pydicom.dcmread(path)
            assert dataset.StudyInstanceUID == SIEMENS["StudyInstanceUID"]
            assert str(dataset.PatientID) == ("" if is_left_out else SIEMENS["PatientID"])
            words = ("Müller", "Jürgen", "PID-0090817", "19570623", str(tmp_path))
            content = path.read_bytes()
            words_in_file = [word for word in words for code in ("utf-8", "latin-1") if word.encode(code) in content]
            assert bool(words_in_file) != is_left_out
            assert ("ller" in path.parent.name) != is_left_out


def test_the_window_works_while_objects_are_made(work, loaded, tmp_path, message):
    from Testing.slicer_host.timers import Gaps

    loaded()
    (tmp_path / "out").mkdir()
    work.host.dialogs.will_answer(tmp_path / "out")
    with Gaps() as gaps:
        work.ui.exportDicomButton.click()
        work.host.turn()
        assert "Exporting" in message(work.ui.resultsMessage)
        assert not work.ui.exportTableButton.enabled
        while work.panel.review.measuring.is_busy:
            work.host.turn()
    assert "Saved" in message(work.ui.resultsMessage)
    assert gaps.longest_own_s < 0.3


@pytest.mark.parametrize("until_s", [0.0, 0.1, 0.5])
def test_an_export_that_is_ended_leaves_nothing(work, loaded, tmp_path, until_s):
    loaded()
    (tmp_path / "out").mkdir()
    work.host.dialogs.will_answer(tmp_path / "out")
    work.ui.exportDicomButton.click()
    end = time.monotonic() + until_s
    while work.panel.review.measuring.is_busy and time.monotonic() < end:
        work.host.turn()
    was_busy = work.panel.review.measuring.is_busy
    slicer.mrmlScene.Clear(0)
    work.host.work()
    assert list((tmp_path / "out").iterdir()) == [] or not was_busy


def test_each_export_has_a_folder_of_its_own_beside_the_last_one(work, loaded, tmp_path, monkeypatch, message):
    loaded()
    export(work, tmp_path / "out", message)
    work.ui.resultsMessage.text = ""
    offered = []

    def ask(_parent, _title, folder):
        offered.append(folder)
        return str(tmp_path / "out")

    monkeypatch.setattr(sys.modules["qt"].QFileDialog, "getExistingDirectory", ask)
    work.host.click(work.ui.exportDicomButton)
    work.host.spin(lambda: "Saved" in message(work.ui.resultsMessage), 60)

    assert offered == [str(tmp_path / "out")]
    names = ["t1_tse_tra muscles DICOM", "t1_tse_tra muscles DICOM 2"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == names
