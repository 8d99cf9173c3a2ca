"""PDF files and maps as DICOM objects."""

from datetime import datetime

import numpy as np
import pydicom
import pytest

from MuscleSegLib.anatomy import scheme
from MuscleSegLib.biomarkers import Measurement
from MuscleSegLib.dicom import (
    encapsulated_pdf,
    measurement_report,
    parametric_map,
    read_source,
    segmentation_of,
    write_objects,
)
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import Geometry, Volume, like, read_volume, write_dicom
from Testing.dicom_sources import ORIENTATIONS, SIEMENS, saved

NOW = datetime(2025, 4, 1, 12, 30, 5)


@pytest.fixture
def a_source(siemens_series, labels_on):
    folder = siemens_series()
    return read_source(folder, labels_on(folder))


@pytest.mark.parametrize(
    "content", [b"%PDF-1.4\neven\n%%EOF\n", b"%PDF-1.7\nodd\n%%EOF\n", b"\n%PDF-1.4\n" + b"x" * 5000]
)
def test_a_pdf_file_is_in_the_study_as_it_is(tmp_path, a_source, content, complaints):
    (tmp_path / "report.pdf").write_bytes(content)

    path = saved(encapsulated_pdf(tmp_path / "report.pdf", a_source, now=NOW), tmp_path / "pdf.dcm")

    dataset = pydicom.dcmread(path)
    assert dataset.EncapsulatedDocument[: dataset.EncapsulatedDocumentLength] == content
    assert len(dataset.EncapsulatedDocument) % 2 == 0
    assert dataset.MIMETypeOfEncapsulatedDocument == "application/pdf"
    for keyword in ("PatientName", "PatientID", "StudyInstanceUID", "StudyDescription", "PatientAge"):
        assert dataset[keyword].value == SIEMENS[keyword]
    assert complaints(path) == []


@pytest.mark.parametrize("content", [b"", b"<html>", b"PK\x03\x04"])
def test_a_file_that_is_no_pdf_is_refused(tmp_path, a_source, content):
    (tmp_path / "report.pdf").write_bytes(content)

    with pytest.raises(MuscleSegError, match="is no PDF"):
        encapsulated_pdf(tmp_path / "report.pdf", a_source, now=NOW)


@pytest.mark.parametrize("words", ["Jürgen Müller".encode(), b"ID PID-0090817", b"born 19570623"])
def test_a_pdf_file_that_names_an_anonymous_patient_is_refused(tmp_path, siemens_series, labels_on, words):
    folder = siemens_series()
    source = read_source(folder, labels_on(folder), is_anonymous=True)
    (tmp_path / "report.pdf").write_bytes(b"%PDF-1.4\n" + words)

    with pytest.raises(MuscleSegError, match="names the patient"):
        encapsulated_pdf(tmp_path / "report.pdf", source, now=NOW)


@pytest.mark.parametrize(
    ("name", "factor", "code", "unit"),
    [
        ("ff", 100, "129100", "%"),
        ("mtr", 1, "113098", "%"),
        ("t2", 1000, "113065", "ms"),
    ],
)
@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_a_map_lies_on_its_own_grid_in_percent_or_milliseconds(
    tmp_path, siemens_series, labels_on, name, factor, code, unit, orientation, complaints
):
    folder = siemens_series(orientation=orientation)
    source = read_source(folder, labels_on(folder))
    affine = source.geometry.affine.copy()
    affine[:3, :3] *= 2
    array = np.random.default_rng(1).uniform(0, 0.1, (3, 20, 25))
    array[0, 1, 2] = np.nan
    volume = Volume(array, Geometry(array.shape, affine))

    path = saved(parametric_map(name, volume, source, factor=factor, now=NOW), tmp_path / "map.dcm")

    read = read_volume(path)
    np.testing.assert_allclose(like(read, volume.geometry).array, factor * array, rtol=1e-6)
    assert read.unit == unit
    frames = pydicom.dcmread(path).PerFrameFunctionalGroupsSequence
    axes = np.array(source.stack[0].orientation).reshape(2, 3)
    places = [frame.PlanePositionSequence[0].ImagePositionPatient for frame in frames]
    assert (np.diff(np.array(places, float) @ np.cross(*axes)) > 0).all()
    shared = pydicom.dcmread(path).SharedFunctionalGroupsSequence[0].RealWorldValueMappingSequence[0]
    assert shared.QuantityDefinitionSequence[0].ConceptCodeSequence[0].CodeValue == code
    assert complaints(path) == []


def test_a_map_in_another_frame_of_reference_is_refused(a_source):
    volume = Volume(np.zeros(a_source.geometry.shape), a_source.geometry, frame_of_reference="1.2.3")

    with pytest.raises(MuscleSegError, match="another frame of reference"):
        parametric_map("ff", volume, a_source, factor=1, now=NOW)


@pytest.mark.parametrize(
    ("values", "side", "region"),
    [((1, 109), "B", "68367000"), ((109, 110), "L", "68367000"), ((4,), None, None)],
)
def test_a_map_tells_region_and_side_as_far_as_they_are_known(
    tmp_path, siemens_series, labels_on, complaints, values, side, region
):
    folder = siemens_series()
    labels = labels_on(folder, values)
    structures = [label for label in scheme("thigh").labels_in(values) if label.value in values]
    source = read_source(folder, labels)
    volume = Volume(np.zeros(labels.geometry.shape), labels.geometry)

    made = parametric_map("ff", volume, source, factor=1, now=NOW, structures=structures)

    path = saved(made, tmp_path / "map.dcm")
    anatomy = pydicom.dcmread(path).SharedFunctionalGroupsSequence[0].get("FrameAnatomySequence")
    side_and_region = (
        (anatomy[0].FrameLaterality, anatomy[0].AnatomicRegionSequence[0].CodeValue) if anatomy else (None, None)
    )
    assert side_and_region == (side, region)
    assert complaints(path) == []


@pytest.mark.parametrize(("region", "values"), [("thigh", (1, 10, 101, 110)), ("calf", (1, 6, 103, 106))])
def test_all_objects_of_a_phantom_s_images_keep_to_the_standard(
    tmp_path, labels_on, complaints, contradictions, region, values
):
    affine = np.diag([-1.5, -1.5, 10, 1])
    images = Volume(np.zeros((6, 40, 50), np.int16), Geometry((6, 40, 50), affine), description="digital legs")
    attributes = {"EchoTime": 10.0, "MagneticFieldStrength": 3.0, "BodyPartExamined": "LEG"}
    write_dicom(images, tmp_path / "scan", identity="x", patient="PHANTOM", thickness_mm=8, attributes=attributes)
    labels = labels_on(tmp_path / "scan", values)
    source = read_source(tmp_path / "scan", labels)
    segmentation = segmentation_of(labels, scheme(region), source, now=NOW)
    maps = {"ff": Volume(np.full(labels.geometry.shape, 12.5), labels.geometry, unit="%")}
    rows = Measurement(labels, scheme(region), maps=maps).rows()
    report = measurement_report(rows, scheme(region), segmentation, source, now=NOW)
    (tmp_path / "report.pdf").write_bytes(b"%PDF-1.4\n")

    write_objects(
        {
            "SEG": segmentation.dataset,
            "SR": report,
            "PDF": encapsulated_pdf(tmp_path / "report.pdf", source, now=NOW, about=[segmentation.dataset, report]),
            "FF": parametric_map("ff", maps["ff"], source, factor=1, now=NOW),
        },
        tmp_path / "out",
    )

    paths = sorted((tmp_path / "out").iterdir())
    assert len(paths) == 4
    assert [line for path in paths for line in complaints(path)] == []
    assert contradictions(*sorted((tmp_path / "scan").iterdir()), *paths) == []
