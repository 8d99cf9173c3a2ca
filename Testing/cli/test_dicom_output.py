"""DICOM objects of ``muscleseg measure --dicom``."""

import json

import highdicom
import numpy as np
import pydicom
import pytest

from MuscleSegLib.volume import like, read_labels, read_volume, write_labels
from Testing.cli import invented_person
from Testing.dicom_sources import SIEMENS


@pytest.fixture
def a_pdf_file(tmp_path):
    (tmp_path / "report.pdf").write_bytes(b"%PDF-1.4\n%%EOF\n")
    return tmp_path / "report.pdf"


def measure(muscleseg, case, *more):
    return invented_person.measure(muscleseg, case, "--source", case / "scan", *more)


def test_segmentation_and_report_are_written_in_the_study(muscleseg, tmp_path, a_case):
    ended = measure(muscleseg, a_case, "--dicom", tmp_path / "out", "--json")

    assert ended.code == 0, ended.err
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["SEG.dcm", "SR.dcm"]
    labels = read_labels(a_case / "PID-0090817_labels.nii.gz")[0]
    read, _ = read_labels(tmp_path / "out" / "SEG.dcm")
    np.testing.assert_array_equal(like(read, labels.geometry).array, labels.array)
    document = highdicom.sr.srread(tmp_path / "out" / "SR.dcm")
    groups = highdicom.sr.MeasurementReport.from_sequence([document]).get_volumetric_roi_measurement_groups()
    rows = [row for row in json.loads(ended.out) if row["volume_cm3"]]
    for group, row in zip(groups, rows, strict=True):
        values = {
            (item.name.meaning, item.derivation and item.derivation.meaning): item.value
            for item in group.get_measurements()
        }
        assert values["Volume", None] == row["volume_cm3"]
        assert values["Fat fraction", "Mean"] == row["ff_mean_percent"]
    for path in (tmp_path / "out").iterdir():
        dataset = pydicom.dcmread(path)
        assert dataset.PatientID == SIEMENS["PatientID"]
        assert dataset.StudyInstanceUID == SIEMENS["StudyInstanceUID"]
        assert str(tmp_path).encode() not in path.read_bytes()


def test_maps_and_a_pdf_file_are_written_on_request(
    muscleseg, tmp_path, a_case, a_pdf_file, complaints, contradictions
):
    pdf = ("--dicom-pdf", a_pdf_file, "--dicom-maps")
    ended = measure(muscleseg, a_case, "--dicom", tmp_path / "out", *pdf)

    assert ended.code == 0, ended.err
    paths = sorted((tmp_path / "out").iterdir())
    assert [path.name for path in paths] == ["FF.dcm", "PDF.dcm", "SEG.dcm", "SR.dcm"]
    ff = read_volume(a_case / "ff.nii.gz")
    np.testing.assert_allclose(like(read_volume(tmp_path / "out" / "FF.dcm"), ff.geometry).array, ff.array)
    assert [line for path in paths for line in complaints(path)] == []
    assert contradictions(*sorted((a_case / "scan").iterdir()), *paths) == []


def test_a_label_map_segmentation_is_written_on_request(muscleseg, tmp_path, a_case):
    ended = measure(muscleseg, a_case, "--dicom", tmp_path / "out", "--labelmap")

    assert ended.code == 0, ended.err
    assert pydicom.dcmread(tmp_path / "out" / "SEG.dcm").SegmentationType == "LABELMAP"


@pytest.mark.parametrize("name", ["SEG", "SR", "PDF", "FF"])
def test_anonymous_objects_keep_to_the_standard(muscleseg, tmp_path, a_case, a_pdf_file, complaints, name):
    pdf = ("--dicom-pdf", a_pdf_file, "--dicom-maps")
    measure(muscleseg, a_case, "--dicom", tmp_path / "out", "--anonymous", *pdf)

    assert complaints(tmp_path / "out" / f"{name}.dcm") == []


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("--dicom-pdf", "nothing.pdf"), "nothing.pdf"),
        (("--dicom-pdf", "labels"), "is no PDF"),
        (("--source-series", "99"), "holds no series on the grid"),
    ],
)
def test_where_one_object_cannot_be_made_nothing_is_written(muscleseg, tmp_path, a_case, more, sentence):
    more = [a_case / "PID-0090817_labels.nii.gz" if word == "labels" else word for word in more]
    outputs = ("--dicom", tmp_path / "out", "--output", tmp_path / "table.csv")

    ended = measure(muscleseg, a_case, *outputs, *more)

    assert ended.code == 1
    assert sentence in ended.err
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "table.csv").exists()


def test_a_disk_that_is_full_leaves_no_object(muscleseg, tmp_path, a_case, monkeypatch):
    written = []

    def fail(number):
        written.append(number)
        if len(written) > 1:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("MuscleSegLib.dicom.writing.os.fsync", fail)

    ended = measure(muscleseg, a_case, "--dicom", tmp_path / "out")

    assert ended.code == 1
    assert "No space left on device" in ended.err
    assert len(written) == 2
    assert not (tmp_path / "out").exists()
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".muscleseg")]


def test_objects_are_not_mixed_with_others(muscleseg, tmp_path, a_case):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "SR.dcm").write_bytes(b"of another measurement")

    ended = measure(muscleseg, a_case, "--dicom", tmp_path / "out")

    assert ended.code == 1
    assert "give a new or an empty folder" in ended.err
    assert (tmp_path / "out" / "SR.dcm").read_bytes() == b"of another measurement"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--dicom", "out"), "needs the images"),
        (("--source", "scan"), "--source is for DICOM objects"),
        (("--labelmap",), "--labelmap is for DICOM objects"),
        (("--dicom-maps",), "--dicom-maps is for DICOM objects"),
    ],
)
def test_options_that_do_not_fit_together_are_refused(muscleseg, a_label_file, tmp_path, options, sentence):
    options = [tmp_path / word if word in ("out", "scan") else word for word in options]

    ended = muscleseg("measure", a_label_file, "--region", "thigh", *options)

    assert ended.code == 1
    assert sentence in ended.err


def test_maps_of_another_patient_are_refused(muscleseg, tmp_path, a_case, siemens_series):
    other = siemens_series("other", PatientID="PID-0090818", SeriesInstanceUID="1.2.3.4", StudyInstanceUID="1.2.3")
    labels = a_case / "PID-0090817_labels.nii.gz"

    ended = muscleseg(
        *("measure", labels, "--region", "thigh", "--t2", other, "--t2-unit", "0.1ms"),
        *("--source", a_case / "scan", "--dicom", tmp_path / "out"),
    )

    assert ended.code == 1
    assert "another patient" in ended.err
    assert not (tmp_path / "out").exists()


def test_what_was_corrected_in_slicer_is_written_and_read(muscleseg, tmp_path, a_case):
    from MuscleSegLib.anatomy import scheme
    from MuscleSegLib.volume import Segment

    labels = read_labels(a_case / "PID-0090817_labels.nii.gz")[0]
    table = [scheme("thigh").label_of(value) for value in (1, 4, 109, 110)]
    segments = [Segment(label.value, label.name, label.color, label.terminology) for label in table]
    labels.array[3, 30:35, 40:45] = 110
    path = tmp_path / "corrected.seg.nrrd"
    write_labels(labels, path, segments=segments, description="MuscleSeg thigh central 1.0 on cpu")

    ended = muscleseg(
        *("measure", path, "--corrected", "yes", "--source", a_case / "scan", "--dicom", tmp_path / "out"),
    )

    assert ended.code == 0, ended.err
    read, _ = read_labels(tmp_path / "out" / "SEG.dcm")
    np.testing.assert_array_equal(like(read, labels.geometry).array, labels.array)
    types = {item.SegmentAlgorithmType for item in pydicom.dcmread(tmp_path / "out" / "SEG.dcm").SegmentSequence}
    assert types == {"SEMIAUTOMATIC"}
