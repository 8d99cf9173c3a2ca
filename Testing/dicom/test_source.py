"""The series that a label map was drawn on: which is chosen, and which refused."""

import pydicom
import pytest

from MuscleSegLib.dicom import parametric_map, read_source
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import Geometry, Volume
from Testing.dicom_sources import saved

from .segmentations import NOW


@pytest.mark.parametrize("content", [None, b"", b"some text", b"%PDF-1.4"])
def test_a_folder_without_images_is_no_source(tmp_path, siemens_series, labels_on, content):
    labels = labels_on(siemens_series())
    (tmp_path / "none").mkdir()
    if content is not None:
        (tmp_path / "none" / "file").write_bytes(content)

    with pytest.raises(MuscleSegError, match="holds no DICOM image"):
        read_source(tmp_path / "none", labels)


@pytest.mark.parametrize("missing", ["FrameOfReferenceUID", "StudyInstanceUID"])
def test_a_source_that_cannot_be_referred_to_is_refused(tmp_path, siemens_series, labels_on, missing):
    folder = siemens_series(**{missing: ""})

    with pytest.raises(MuscleSegError, match=missing):
        read_source(folder, labels_on(folder))


def test_labels_on_another_grid_are_refused_with_the_series_that_are_there(tmp_path, siemens_series, labels_on):
    folder, other = siemens_series(), siemens_series("other", shape=(6, 40, 51))

    with pytest.raises(MuscleSegError, match="holds no series on the grid of the labels.*t1_tse_tra_Oberschenkel"):
        read_source(folder, labels_on(other))


def test_of_several_series_on_the_grid_the_water_images_are_referred_to(tmp_path, siemens_series, labels_on, caplog):
    for number, word in enumerate(("F", "W", "IN")):
        image_type = ["DERIVED", "PRIMARY", "M", word]
        siemens_series(f"study/{word}", ImageType=image_type, SeriesInstanceUID=f"1.2.3.{number}", SeriesNumber=number)

    source = read_source(tmp_path / "study", labels_on(tmp_path / "study" / "F"))

    assert source.headers[0].SeriesInstanceUID == "1.2.3.1"
    assert "3 series on the grid" in caplog.text
    chosen = read_source(tmp_path / "study", labels_on(tmp_path / "study" / "F"), series="2")
    assert chosen.headers[0].SeriesInstanceUID == "1.2.3.2"


def test_several_examinations_on_the_grid_are_refused(tmp_path, siemens_series, labels_on):
    for number in (1, 2):
        uids = {"StudyInstanceUID": f"1.2.{number}", "SeriesInstanceUID": f"1.3.{number}"}
        siemens_series(f"both/{number}", **uids, FrameOfReferenceUID=f"1.4.{number}")

    with pytest.raises(MuscleSegError, match="several examinations"):
        read_source(tmp_path / "both", labels_on(tmp_path / "both" / "1"))


def test_labels_of_another_patient_are_refused(siemens_series, labels_on):
    folder = siemens_series()
    labels = labels_on(folder)

    with pytest.raises(MuscleSegError, match="another patient"):
        read_source(folder, Volume(labels.array, labels.geometry, patient="P 8"))


@pytest.mark.parametrize("millimeters", [(0, 0, 3), (0.3, 0, 0), (0, 0, 600)])
def test_a_label_map_between_the_voxels_or_outside_is_refused(siemens_series, labels_on, millimeters):
    folder = siemens_series()
    labels = labels_on(folder)
    affine = labels.geometry.affine.copy()
    affine[:3, 3] += millimeters

    with pytest.raises(MuscleSegError, match="holds no series on the grid"):
        read_source(folder, Volume(labels.array, Geometry(labels.array.shape, affine)))


def test_files_are_a_source_too_and_maps_that_we_wrote_are_none(tmp_path, siemens_series, labels_on):
    folder = siemens_series("study/scan")
    labels = labels_on(folder)
    source = read_source(folder, labels)
    ff = parametric_map("ff", Volume(labels.array / 2, labels.geometry), source, factor=1, now=NOW)
    saved(ff, tmp_path / "study" / "ff.dcm")

    for images in (tmp_path / "study", sorted(folder.iterdir())):
        assert read_source(images, labels).image_uids == source.image_uids


def test_of_several_echoes_in_a_series_the_first_is_referred_to(tmp_path, siemens_series, labels_on):
    folder = siemens_series(EchoTime=12.0)
    first = read_source(folder, labels_on(folder))
    labels = labels_on(folder)
    for path in sorted(folder.iterdir()):
        dataset = pydicom.dcmread(path)
        dataset.EchoTime, dataset.EchoNumbers = 40.0, 2
        dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = f"{dataset.SOPInstanceUID}.2"
        dataset.save_as(folder / f"A{path.name}")

    assert read_source(folder, labels).image_uids == first.image_uids
