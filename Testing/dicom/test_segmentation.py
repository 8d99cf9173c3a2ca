"""DICOM segmentations of label maps, read by highdicom and by this library."""

from datetime import datetime

import highdicom
import numpy as np
import pydicom
import pytest

from MuscleSegLib.anatomy import scheme
from MuscleSegLib.biomarkers import read_named_labels
from MuscleSegLib.dicom import parametric_map, read_source, segmentation_of
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import Geometry, Volume, like, read_labels, read_volume
from Testing.dicom_sources import ORIENTATIONS, SIEMENS, saved, voxels_by_place

NOW = datetime(2025, 4, 1, 12, 30, 5)
KINDS = ("BINARY", "LABELMAP")


def written(tmp_path, labels, folder, kind="BINARY", name="seg.dcm", **more):
    source = read_source(folder, labels)
    made = segmentation_of(labels, scheme("thigh"), source, now=NOW, kind=kind, **more)
    return saved(made.dataset, tmp_path / name)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_highdicom_reads_every_voxel_where_it_was_drawn(tmp_path, siemens_series, labels_on, kind, orientation):
    folder = siemens_series(orientation=orientation)
    labels = labels_on(folder)

    content = highdicom.seg.segread(written(tmp_path, labels, folder, kind))

    numbers = dict(zip((1, 4, 109, 110), content.segment_numbers, strict=True))
    for value, number in numbers.items():
        volume = content.get_volume(segment_numbers=[number])
        inside = np.argwhere(volume.array.reshape(volume.array.shape[:3]) > 0)
        places = volume.map_indices_to_reference(inside) * (-1, -1, 1)
        places = places[np.lexsort(np.round(places, 3).T)]
        np.testing.assert_allclose(places, voxels_by_place(labels, value), atol=1e-3)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_labels_come_back_voxel_for_voxel_with_their_values(tmp_path, siemens_series, labels_on, kind, orientation):
    folder = siemens_series(orientation=orientation)
    labels = labels_on(folder)
    path = written(tmp_path, labels, folder, kind)

    for read in (read_labels(path)[0], read_named_labels(path).labels):
        np.testing.assert_array_equal(like(read, labels.geometry).array, labels.array)


@pytest.mark.parametrize("kind", KINDS)
def test_a_multi_frame_image_is_a_source_with_its_frames_in_any_order(tmp_path, enhanced_series, labels_on, kind):
    folder = enhanced_series()
    labels = labels_on(folder)

    path = written(tmp_path, labels, folder, kind)

    np.testing.assert_array_equal(like(read_labels(path)[0], labels.geometry).array, labels.array)
    dataset = pydicom.dcmread(path)
    source = pydicom.dcmread(folder / "1.dcm")
    for group in dataset.PerFrameFunctionalGroupsSequence:
        image = group.DerivationImageSequence[0].SourceImageSequence[0]
        frame = image.ReferencedFrameNumber
        frame = frame if isinstance(frame, int) else frame[0]
        place = source.PerFrameFunctionalGroupsSequence[int(frame) - 1].PlanePositionSequence[0].ImagePositionPatient
        assert list(group.PlanePositionSequence[0].ImagePositionPatient) == pytest.approx(list(place))


@pytest.mark.parametrize("axes", [(2,), (1,), (0,), (0, 1, 2)])
def test_a_label_map_may_have_its_axes_reversed(tmp_path, siemens_series, labels_on, axes):
    folder = siemens_series()
    labels = labels_on(folder)

    path = written(tmp_path, labels.flipped(axes), folder)

    np.testing.assert_array_equal(like(read_labels(path)[0], labels.geometry).array, labels.array)


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


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("values", [(3, 8), (109,), (1, 2, 10)])
def test_a_leg_alone_comes_back_with_the_side_that_it_had(tmp_path, siemens_series, labels_on, kind, values):
    folder = siemens_series()
    labels = labels_on(folder, values)

    named = read_named_labels(written(tmp_path, labels, folder, kind))

    np.testing.assert_array_equal(like(named.labels, labels.geometry).array, labels.array)
    sides = {label.side for label in named.scheme.labels_in(values) if label.value in values}
    assert sides == {"left" if values == (109,) else None}
    assert not named.notes or values == (3, 8)


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


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_dciodvfy_and_dcentvfy_have_nothing_to_say(
    tmp_path, siemens_series, labels_on, complaints, contradictions, orientation
):
    folder = siemens_series(orientation=orientation)

    path = written(tmp_path, labels_on(folder), folder)

    assert complaints(path) == []
    assert contradictions(*sorted(folder.iterdir()), path) == []


def test_labels_are_on_the_grid_of_the_scan_although_frames_are_empty(tmp_path, siemens_series, labels_on):
    folder = siemens_series()

    read, _ = read_labels(written(tmp_path, labels_on(folder, (3,)), folder))

    assert read.geometry.is_close(read_volume(folder).geometry)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("lower-limb", (5, 24, 105, 126), (5, 24, 105, 126)),
        ("musclemap", (7101, 7102, 8101, 8102), None),
        ("huashan11", (1, 2, 3, 4), None),
    ],
)
def test_labels_of_other_schemes_are_known_by_their_names(
    tmp_path, siemens_series, labels_on, kind, name, values, expected
):
    table = scheme(name)
    values = values if expected else tuple(label.value for label in table.labels if label.code)[:4]
    folder = siemens_series()
    boxes = labels_on(folder, (1, 2, 3, 4))
    array = np.array([0, *values])[boxes.array]
    labels = Volume(array, boxes.geometry)
    made = segmentation_of(labels, table, read_source(folder, labels), now=NOW, kind=kind)

    named = read_named_labels(saved(made.dataset, tmp_path / "seg.dcm"))

    read = like(named.labels, labels.geometry).array
    for value in values:
        label = table.label_of(value)
        (other,) = np.unique(read[array == value])
        muscle = {each.value: each for each in named.scheme.labels_in(np.unique(read).tolist())}[other]
        assert (muscle.region, muscle.code, muscle.side) == (label.region, label.code, label.side)
    if expected:
        np.testing.assert_array_equal(read, array)


@pytest.mark.parametrize("axes", [(), (0,), (0, 1, 2)])
@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_a_label_map_may_lack_slices_at_its_ends(tmp_path, siemens_series, labels_on, axes, orientation):
    folder = siemens_series(orientation=orientation)
    labels = labels_on(folder)
    affine = labels.geometry.affine.copy()
    affine[:3, 3] = labels.geometry.world_from_index((0, 0, 1))
    part = Volume(labels.array[1:5], Geometry((4, *labels.array.shape[1:]), affine))
    whole = labels.array.copy()
    whole[[0, 5]] = 0

    read, _ = read_labels(written(tmp_path, part.flipped(axes), folder))

    np.testing.assert_array_equal(like(read, labels.geometry).array, whole)


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


@pytest.mark.parametrize("kind", KINDS)
def test_frames_of_a_multi_frame_image_may_be_fewer_than_its_frames(
    tmp_path, enhanced_series, labels_on, kind, complaints, contradictions
):
    folder = enhanced_series((0.0, 6.0, 12.0, 0.0, 6.0, 12.0))
    dataset = pydicom.dcmread(folder / "1.dcm")
    for frame, group in enumerate(dataset.PerFrameFunctionalGroupsSequence):
        echo = pydicom.Dataset()
        echo.EffectiveEchoTime = 10.0 if frame < 3 else 40.0
        group.MREchoSequence = [echo]
        orientation = pydicom.Dataset()
        orientation.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
        group.PlaneOrientationSequence = [orientation]
    del dataset.SharedFunctionalGroupsSequence[0].PlaneOrientationSequence
    dataset.save_as(folder / "1.dcm")
    affine = np.array([[-0.5, 0, 0, 20], [0, -1.5, 0, 30], [0, 0, 6, 100], [0, 0, 0, 1.0]])
    array = np.zeros((3, 40, 50), np.uint8)
    array[1, 3:9, 4:30] = 5
    labels = Volume(array, Geometry(array.shape, affine))

    path = written(tmp_path, labels, folder, kind)

    read, _ = read_labels(path)
    np.testing.assert_array_equal(like(read, labels.geometry).array, array)
    assert contradictions(folder / "1.dcm", path) == [] or kind == "LABELMAP"
    assert complaints(path) == [] or kind == "LABELMAP"
