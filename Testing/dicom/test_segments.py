"""What a DICOM segmentation says of patient, muscles and their origin."""

import pydicom
import pytest

from MuscleSegLib.anatomy import scheme
from MuscleSegLib.volume import Volume, read_labels
from Testing.dicom_sources import SIEMENS

from .segmentations import KINDS, written


def test_patient_study_and_frame_of_reference_are_those_of_the_source(tmp_path, siemens_series, labels_on):
    folder = siemens_series()

    dataset = pydicom.dcmread(written(tmp_path, labels_on(folder), folder))

    for keyword in ("PatientName", "PatientID", "PatientBirthDate", "PatientSex", "PatientAge", "StudyInstanceUID"):
        assert dataset[keyword].value == SIEMENS[keyword]
    for keyword in ("FrameOfReferenceUID", "StudyDate", "StudyDescription", "AccessionNumber", "StudyID"):
        assert dataset[keyword].value == SIEMENS[keyword]
    assert dataset.SeriesInstanceUID != SIEMENS["SeriesInstanceUID"]
    assert dataset.SeriesDescription == "muscles of t1_tse_tra_Oberschenkel"
    assert (dataset.Manufacturer, dataset.ManufacturerModelName) == ("MuscleSeg", "MuscleSeg")
    assert dataset.SoftwareVersions
    assert dataset.ContentCreatorName == ""  # type 2 in PS3.3, table 10-12


def test_segments_have_names_codes_sides_and_colors_of_the_anatomy(tmp_path, siemens_series, labels_on):
    folder = siemens_series()

    _, segments = read_labels(written(tmp_path, labels_on(folder), folder))

    assert [segment.name for segment in segments] == [
        *("Right adductor", "Right rectus femoris", "Left vastus lateralis", "Left vastus medialis")
    ]
    codes = [(segment.terminology.type[:2], segment.terminology.type_modifier[:2]) for segment in segments]
    assert codes == [  # PS3.16 CID 244; the README's table of terms
        (("SCT", "303803003"), ("SCT", "24028007")),
        (("SCT", "72226001"), ("SCT", "24028007")),
        (("SCT", "1403006"), ("SCT", "7771000")),
        (("SCT", "3478008"), ("SCT", "7771000")),
    ]
    for segment in segments:
        expected = scheme("thigh").label_of(segment.value).color
        assert segment.color == pytest.approx(expected, abs=1)


def test_muscles_without_voxels_get_no_segment(tmp_path, siemens_series, labels_on):
    folder = siemens_series()

    dataset = pydicom.dcmread(written(tmp_path, labels_on(folder, (3, 8)), folder))

    assert [item.SegmentNumber for item in dataset.SegmentSequence] == [1, 2]
    assert [item.SegmentLabel for item in dataset.SegmentSequence] == ["Gracilis", "Vastus intermedius"]


@pytest.mark.parametrize("kind", KINDS)
def test_equal_input_gives_equal_bytes_and_other_voxels_give_other_uids(tmp_path, siemens_series, labels_on, kind):
    folder = siemens_series()
    labels = labels_on(folder)
    array = labels.array.copy()
    array[2, 3, 4] = 1 - min(array[2, 3, 4], 1)

    first, second = (written(tmp_path, labels, folder, kind, f"{name}.dcm") for name in "ab")
    other = written(tmp_path, Volume(array, labels.geometry), folder, kind, "c.dcm")

    assert first.read_bytes() == second.read_bytes()
    assert pydicom.dcmread(first).SOPInstanceUID != pydicom.dcmread(other).SOPInstanceUID
    assert pydicom.dcmread(first).SeriesInstanceUID != pydicom.dcmread(other).SeriesInstanceUID


@pytest.mark.parametrize(
    ("description", "corrected", "kind", "name"),
    [
        ("MuscleSeg thigh central 1.2 on cpu", False, "AUTOMATIC", "central"),
        ("MuscleSeg thigh central 1.2 on cpu", True, "SEMIAUTOMATIC", "central"),
        ("MuscleSeg thigh central 1.2 on cpu", None, "SEMIAUTOMATIC", "central"),
        ("", True, "MANUAL", None),
        ("", None, "SEMIAUTOMATIC", "unknown"),
    ],
)
def test_the_algorithm_is_told_as_far_as_it_is_known(
    tmp_path, siemens_series, labels_on, description, corrected, kind, name
):
    folder = siemens_series()
    labels = labels_on(folder)
    labels = Volume(labels.array, labels.geometry, description=description)

    dataset = pydicom.dcmread(written(tmp_path, labels, folder, corrected=corrected))

    for item in dataset.SegmentSequence:
        assert (item.SegmentAlgorithmType, item.get("SegmentAlgorithmName")) == (kind, name)


def test_the_origin_of_labels_survives(tmp_path, siemens_series, labels_on):
    folder = siemens_series()
    labels = labels_on(folder)
    labels = Volume(labels.array, labels.geometry, description="MuscleSeg thigh central 1.2 on cpu")

    assert read_labels(written(tmp_path, labels, folder))[0].description == labels.description
