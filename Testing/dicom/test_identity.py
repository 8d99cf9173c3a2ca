"""Headers as archives hold them: what objects inherit keeps to the standard, and to the source where that does."""

from datetime import datetime

import pydicom
import pytest

from MuscleSegLib.anatomy import scheme
from MuscleSegLib.dicom import encapsulated_pdf, read_source, segmentation_of
from Testing.dicom_sources import SIEMENS, saved

NOW = datetime(2025, 4, 1, 12, 30, 5)

NO_UMLAUTS = dict.fromkeys(("InstitutionName", "PatientAddress", "ReferringPhysicianName", "StudyDescription"), "X")
GOOD = {
    "an old scanner's header without a character set": {"SpecificCharacterSet": ""},
    "UTF-8": {"SpecificCharacterSet": "ISO_IR 192", "PatientName": "Þórðardóttir^Ásta"},
    "Japanese": {"SpecificCharacterSet": ["", "ISO 2022 IR 87"], "PatientName": "Yamada^Tarou=山田^太郎", **NO_UMLAUTS},
    "Greek": {"SpecificCharacterSet": "ISO_IR 126", "PatientName": "Διονυσιος^Α", **NO_UMLAUTS},
    "no name": {"PatientName": "", "PatientID": ""},
    "a patient in words": {"PatientComments": "a, b", "AdditionalPatientHistory": "c", "OtherPatientIDs": "X 7"},
    "an ethnic group": {"EthnicGroup": "x", "PregnancyStatus": 4, "MedicalAlerts": "none", "Allergies": "pollen"},
    "a side": {"Laterality": "L", "BodyPartExamined": "THIGH"},
    "compressed images": {"LossyImageCompression": "01", "LossyImageCompressionRatio": 10.0},
    "no thickness": {"SliceThickness": "", "SpacingBetweenSlices": ""},
    "the gap for the distance": {"SpacingBetweenSlices": 1.0},
    "long words": {"SeriesDescription": "d" * 64},
}
BAD = {
    "a date of ACR-NEMA": ({"PatientBirthDate": "1957.06.23"}, "PatientBirthDate", "19570623"),
    "a time of ACR-NEMA": ({"StudyTime": "09:58:11"}, "StudyTime", "095811"),
    "a date in words": ({"PatientBirthDate": "23 Jun 1957"}, "PatientBirthDate", ""),
    "a year alone": ({"PatientBirthDate": "1957"}, "PatientBirthDate", ""),
    "a time that is none": ({"StudyTime": "9581"}, "StudyTime", ""),
    "an unknown sex": ({"PatientSex": "U"}, "PatientSex", ""),
    "a sex in words": ({"PatientSex": "male"}, "PatientSex", ""),
    "an age without unit": ({"PatientAge": "66"}, "PatientAge", None),
    "an unknown character set": ({"SpecificCharacterSet": "ISO-8859-1"}, "PatientName", SIEMENS["PatientName"]),
    "half a trial": (
        {"ClinicalTrialSponsorName": "S", "ClinicalTrialProtocolID": "P", "ClinicalTrialSubjectID": "7"},
        "ClinicalTrialSubjectID",
        "7",
    ),
}


@pytest.fixture
def made(tmp_path, siemens_series, labels_on):
    def make(attributes, *, is_anonymous=False):
        folder = siemens_series(**attributes)
        labels = labels_on(folder)
        source = read_source(folder, labels, is_anonymous=is_anonymous)
        segmentation = segmentation_of(labels, scheme("thigh"), source, now=NOW).dataset
        (tmp_path / "report.pdf").write_bytes(b"%PDF-1.4\n")
        document = encapsulated_pdf(tmp_path / "report.pdf", source, now=NOW)
        paths = [saved(segmentation, tmp_path / "seg.dcm"), saved(document, tmp_path / "pdf.dcm")]
        return sorted(folder.iterdir()), paths

    return make


@pytest.mark.filterwarnings("ignore::UserWarning")  # pydicom's, on values that the standard forbids
@pytest.mark.parametrize("header", GOOD)
def test_objects_inherit_patient_and_study(made, complaints, contradictions, header):
    images, paths = made(GOOD[header])

    source = pydicom.dcmread(images[0])
    for path in paths:
        dataset = pydicom.dcmread(path)
        for keyword in ("PatientName", "PatientID", "PatientBirthDate", "StudyDate", "StudyDescription"):
            assert dataset[keyword].value == source[keyword].value
        assert complaints(path) == []
    assert contradictions(*images, *paths) == []


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("header", BAD)
def test_values_that_the_standard_forbids_are_put_right_or_left_out(made, complaints, header):
    attributes, keyword, expected = BAD[header]

    _, paths = made(attributes)

    for path in paths:
        dataset = pydicom.dcmread(path)
        assert dataset.get(keyword) == expected
        assert complaints(path) == []


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("header", [*GOOD, *BAD])
def test_of_an_anonymous_source_nothing_is_inherited(made, complaints, header):
    attributes = GOOD[header] if header in GOOD else BAD[header][0]

    _, paths = made(attributes, is_anonymous=True)

    for path in paths:
        dataset = pydicom.dcmread(path)
        for keyword in ("PatientName", "PatientID", "PatientBirthDate", "StudyDate", "AccessionNumber", "PatientSex"):
            assert not dataset[keyword].value
        for keyword in ("PatientAge", "StudyDescription", "InstitutionName", "OperatorsName", "PatientAddress"):
            assert keyword not in dataset
        assert complaints(path) == []
