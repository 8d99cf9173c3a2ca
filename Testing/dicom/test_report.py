"""Measurement reports, read back by highdicom."""

from datetime import datetime

import highdicom
import numpy as np
import pydicom
import pytest
from pydicom.sr.codedict import codes

from MuscleSegLib.anatomy import scheme
from MuscleSegLib.biomarkers import Measurement
from MuscleSegLib.dicom import measurement_report, read_source, segmentation_of
from MuscleSegLib.volume import Volume
from Testing.dicom_sources import SIEMENS, saved

NOW = datetime(2025, 4, 1, 12, 30, 5)

# By the table of codes in PS3.16 and UCUM: column of a row, factor to the unit, name, unit, derivation.
EXPECTED = [
    ("volume_cm3", 1, "118565006", "cm3", None),
    ("contractile_cm3", 1, "CONTRACTILE", "cm3", None),
    ("largest_area_cm2", 100, "42798000", "mm2", "56851009"),
    *(
        (f"{name}_{column}_{unit}", 1, code, ucum, derivation)
        for name, unit, ucum, code in (
            ("ff", "percent", "%", "129100"),
            ("mtr", "percent", "%", "113098"),
            ("t2", "ms", "ms", "113065"),
        )
        for column, derivation in (("mean", "373098007"), ("sd", "386136009"), ("median", "373099004"))
    ),
    ("confidence", 1, "ESTIMATEDDSC", "1", None),
]


def maps_on(labels):
    random = np.random.default_rng(3)
    shape = labels.geometry.shape
    return {
        "ff": Volume(random.uniform(2, 60, shape), labels.geometry, unit="%"),
        "mtr": Volume(random.uniform(20, 45, shape), labels.geometry, unit="%"),
        "t2": Volume(random.uniform(30, 70, shape), labels.geometry, unit="ms"),
    }


def written(tmp_path, folder, labels, maps=None, region="thigh", kind="BINARY", confidence=None):
    source = read_source(folder, labels)
    segmentation = segmentation_of(labels, scheme(region), source, now=NOW, kind=kind)
    session = Measurement(labels, scheme(region), maps=maps or {}, confidence=confidence or {})
    report = measurement_report(session.rows(), scheme(region), segmentation, source, now=NOW)
    saved(segmentation.dataset, tmp_path / "seg.dcm")
    return saved(report, tmp_path / "sr.dcm"), session.rows()


def groups_in(path):
    document = highdicom.sr.srread(path)
    return highdicom.sr.MeasurementReport.from_sequence([document]).get_volumetric_roi_measurement_groups()


@pytest.mark.parametrize("kind", ["BINARY", "LABELMAP"])
@pytest.mark.parametrize(
    ("region", "values"), [("thigh", (1, 4, 109, 110)), ("calf", (2, 6, 103, 106)), ("thigh", (10,))]
)
def test_every_value_unit_and_code_is_that_of_the_table(tmp_path, siemens_series, labels_on, region, values, kind):
    folder = siemens_series()
    labels = labels_on(folder, values)

    path, rows = written(tmp_path, folder, labels, maps_on(labels), region, kind, confidence={values[0]: 0.91})

    measured = {row.label: row for row in rows if row.volume_cm3 is not None}
    segments = {
        item.TrackingUID: item
        for item in pydicom.dcmread(tmp_path / "seg.dcm").SegmentSequence
        if "TrackingUID" in item
    }
    groups = groups_in(path)
    assert len(groups) == len(measured) == len(values)
    for group, (label, row) in zip(groups, measured.items(), strict=True):
        by_code = {
            (item.name.value, item.unit.value, item.derivation.value if item.derivation else None): item.value
            for item in group.get_measurements()
        }
        wanted = {
            (name, unit, derivation): factor * getattr(row, column)
            for column, factor, name, unit, derivation in EXPECTED
            if getattr(row, column) is not None
        }
        assert by_code == wanted
        assert len(by_code) == (13 if label == values[0] else 12)
        segment = segments[group.tracking_uid]
        expected = scheme(region).label_of(label)
        assert group.referenced_segment[0].referenced_segment_numbers[0] == segment.SegmentNumber
        assert group.finding_type.value == expected.terminology.type[1]
        site = group.finding_sites[0]
        assert site.value.value == {"thigh": "68367000", "calf": "30021000"}[region]
        assert segment.SegmentLabel == group.tracking_identifier


def test_values_that_are_missing_are_not_in_the_report(tmp_path, siemens_series, labels_on):
    folder = siemens_series()

    path, _ = written(tmp_path, folder, labels_on(folder))

    for group in groups_in(path):
        assert [item.name.value for item in group.get_measurements()] == ["118565006", "42798000"]


def test_sides_are_lateralities_of_the_finding_site(tmp_path, siemens_series, labels_on):
    folder = siemens_series()

    path, _ = written(tmp_path, folder, labels_on(folder))

    sides = [group.finding_sites[0].laterality for group in groups_in(path)]
    assert sides == [codes.SCT.Right, codes.SCT.Right, codes.SCT.Left, codes.SCT.Left]


def test_warnings_of_a_row_are_comments_of_its_group(tmp_path, siemens_series, labels_on):
    folder = siemens_series()
    labels = labels_on(folder)
    maps = maps_on(labels)
    maps["ff"].array[labels.array == 4] = np.nan

    path, rows = written(tmp_path, folder, labels, maps)

    comments = {}
    for item in pydicom.dcmread(path).ContentSequence[-1].ContentSequence:
        texts = [part for part in item.ContentSequence if part.ConceptNameCodeSequence[0].CodeMeaning == "Comment"]
        name = next(p.TextValue for p in item.ContentSequence if p.ConceptNameCodeSequence[0].CodeValue == "112039")
        comments[name] = " ".join(text.TextValue for text in texts)
    warned = {row.muscle: row.warnings for row in rows if row.warnings}
    assert warned
    for muscle, sentence in warned.items():
        assert any(muscle in name and sentence in text for name, text in comments.items())


def test_patient_and_study_are_those_of_the_source_and_uids_are_stable(tmp_path, siemens_series, labels_on):
    folder = siemens_series()
    labels = labels_on(folder)

    first, _ = written(tmp_path, folder, labels)
    content = first.read_bytes()
    again, _ = written(tmp_path, folder, labels)
    content_again, dataset = again.read_bytes(), pydicom.dcmread(again)
    other = pydicom.dcmread(written(tmp_path, folder, labels, maps_on(labels))[0])

    assert content_again == content
    for keyword in ("PatientName", "PatientID", "PatientBirthDate", "StudyInstanceUID", "AccessionNumber"):
        assert dataset[keyword].value == SIEMENS[keyword]
    assert other.SOPInstanceUID != dataset.SOPInstanceUID
    assert dataset.SeriesDescription == "muscle measurements of t1_tse_tra_Oberschenkel"


def test_dciodvfy_and_dcentvfy_have_nothing_to_say(tmp_path, siemens_series, labels_on, complaints, contradictions):
    folder = siemens_series()
    labels = labels_on(folder)

    path, _ = written(tmp_path, folder, labels, maps_on(labels), confidence={1: 0.5})

    assert complaints(path) == []
    assert contradictions(*sorted(folder.iterdir()), tmp_path / "seg.dcm", path) == []
