"""DICOM segmentations of label maps, voxel for voxel, read by highdicom and by this library."""

import highdicom
import numpy as np
import pydicom
import pytest

from MuscleSegLib.anatomy import scheme
from MuscleSegLib.biomarkers import read_named_labels
from MuscleSegLib.dicom import read_source, segmentation_of
from MuscleSegLib.volume import Geometry, Volume, like, read_labels, read_volume
from Testing.dicom_sources import ORIENTATIONS, saved, voxels_by_place

from .segmentations import KINDS, NOW, written


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
