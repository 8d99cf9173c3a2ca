from dataclasses import replace

import nibabel
import nrrd
import numpy as np
import pytest
import slicerio

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import (
    Geometry,
    Segment,
    Volume,
    read_labels,
    read_volume,
    write_labels,
    write_volume,
)
from Testing.volume.segmentations import ANATOMY, SEGMENTS, rewrite


@pytest.mark.parametrize("ending", ["nii", "nii.gz", "nrrd", "mha", "seg.nrrd"])
def test_labels_come_back_as_they_were_in_every_format(tmp_path, labels, ending):
    path = tmp_path / f"labels.{ending}"
    write_labels(labels, path, segments=SEGMENTS, description="MuscleSeg 0.1: calf")
    back, segments = read_labels(path)
    np.testing.assert_array_equal(back.array, labels.array)
    assert back.array.dtype == np.uint8
    assert back.geometry.is_close(labels.geometry)
    assert back.description == "MuscleSeg 0.1: calf"
    assert segments == (SEGMENTS if ending == "seg.nrrd" else ())


def test_tags_come_back_from_what_slicer_keeps_without_slicer_s_own(tmp_path, labels):
    path = tmp_path / "labels.seg.nrrd"
    tagged = [
        replace(segment, tags={"Confidence": f"0.{segment.value}"} if segment.value < 100 else {})
        for segment in SEGMENTS
    ]
    write_labels(labels, path, segments=tagged, description="calf")

    stored = slicerio.read_segmentation(str(path))["segments"]
    assert stored[0]["tags"]["MuscleSeg.Confidence"] == "0.4"
    rewrite(path, lambda content: content["segments"][2]["tags"].update({"Segmentation.Status": "inprogress"}))

    assert [segment.tags for segment in read_labels(path)[1]] == [{"Confidence": "0.4"}, {"Confidence": "0.6"}, {}]


def test_a_segmentation_lies_right_for_every_orientation(tmp_path, voxels, any_affine):
    array = (voxels % 3).astype(np.uint8)
    two = [Segment(1, "one", (1, 2, 3)), Segment(2, "two", (1, 2, 3))]
    write_labels(Volume(array, Geometry((3, 4, 5), any_affine)), tmp_path / "a.seg.nrrd", segments=two)
    write_labels(Volume(array, Geometry((3, 4, 5), any_affine)), tmp_path / "a.nii.gz", segments=two)
    volume = read_volume(tmp_path / "a.seg.nrrd")
    image = nibabel.load(tmp_path / "a.nii.gz")
    np.testing.assert_array_equal(volume.array, np.asarray(image.dataobj).T)
    np.testing.assert_allclose(volume.geometry.affine, any_affine, atol=1e-12)
    np.testing.assert_allclose(image.affine, any_affine, atol=4e-5)


def test_slicerio_finds_names_colors_codes_and_tags(saved, labels):
    content = slicerio.read_segmentation(str(saved))
    np.testing.assert_array_equal(content["voxels"].T, labels.array)
    np.testing.assert_allclose(np.diag([-1, -1, 1, 1]) @ content["ijkToLPS"], labels.geometry.affine)
    assert content["masterRepresentation"] == "Binary labelmap"
    assert [segment["name"] for segment in content["segments"]] == ["gastrocnemius, medial", "soleus", "left soleus"]
    assert [segment["labelValue"] for segment in content["segments"]] == [4, 6, 106]
    assert [segment["layer"] for segment in content["segments"]] == [0, 0, 0]
    assert len({segment["id"] for segment in content["segments"]}) == 3
    soleus = content["segments"][1]
    np.testing.assert_allclose(soleus["color"], np.array((192, 104, 88)) / 255, atol=1e-6)
    assert soleus["tags"]["MuscleSeg.Label"] == "6"
    assert soleus["terminology"]["category"] == list(ANATOMY)
    assert soleus["terminology"]["type"] == ["SCT", "45464006", "Soleus muscle"]
    assert soleus["terminology"]["typeModifier"] == ["SCT", "24028007", "Right"]
    assert "terminology" not in content["segments"][0]


def test_every_segment_has_the_extent_of_the_layer(saved):
    # Versions of Slicer (vtkMRMLSegmentationStorageNode) crop a layer to the extent of its first segment, and the first
    # one here has no voxels.
    extents = [segment["extent"] for segment in slicerio.read_segmentation(str(saved))["segments"]]
    assert extents == [[0, 4, 0, 3, 0, 2]] * 3


def test_the_same_labels_make_the_same_file(saved, labels):
    before = nrrd.read_header(str(saved))
    write_labels(labels, saved, segments=SEGMENTS, description="MuscleSeg 0.1: calf")
    after = nrrd.read_header(str(saved))
    assert {key: str(value) for key, value in after.items()} == {key: str(value) for key, value in before.items()}


def test_label_values_that_slicer_changed_are_put_right_by_the_tags(saved, labels):
    def renumber(content):
        old = content["voxels"].copy()
        for new, segment in enumerate(reversed(content["segments"]), start=1):
            content["voxels"][old == segment["labelValue"]] = new
            segment["labelValue"] = new

    rewrite(saved, renumber)
    assert slicerio.read_segmentation(str(saved))["voxels"].max() == 2
    back, segments = read_labels(saved)
    np.testing.assert_array_equal(back.array, labels.array)
    assert segments == SEGMENTS


def test_a_cropped_segmentation_stays_in_its_place(saved, labels):
    def crop(content):
        content["voxels"] = content["voxels"][0:, 2:, 1:]
        content["ijkToLPS"] = np.array(content["ijkToLPS"]) @ np.array(
            [[1, 0, 0, 0], [0, 1, 0, 2], [0, 0, 1, 1], [0, 0, 0, 1.0]]
        )
        content["referenceImageExtentOffset"] = [0, 2, 1]

    rewrite(saved, crop)
    back, _ = read_labels(saved)
    assert back.array.shape == (2, 2, 5)
    for value in (6, 106):
        places = [
            stored.geometry.world_from_index(np.argwhere(stored.array == value)[:, ::-1]) for stored in (labels, back)
        ]
        np.testing.assert_allclose(places[0], places[1])


def test_a_segment_that_somebody_added_takes_no_value_of_a_muscle(saved, labels):
    def add(content):
        content["voxels"][4, 0, 0] = 1
        content["segments"].append({"name": "cyst", "id": "Segment_x", "labelValue": 1, "layer": 0, "color": [1, 0, 0]})

    rewrite(saved, add)
    back, segments = read_labels(saved)
    assert segments[3] == Segment(107, "cyst", (255, 0, 0))
    assert back.array[0, 0, 4] == 107
    np.testing.assert_array_equal(np.where(back.array == 107, 0, back.array), labels.array)


def test_two_segments_for_one_label_are_refused(saved):
    def copy(content):
        content["segments"][0]["tags"]["MuscleSeg.Label"] = "6"

    rewrite(saved, copy)
    with pytest.raises(MuscleSegError, match='two segments for label 6, "gastrocnemius, medial" and "soleus"'):
        read_labels(saved)


def test_values_of_other_programs_are_kept(saved, labels):
    def strip(content):
        for segment in content["segments"]:
            del segment["tags"]

    rewrite(saved, strip)
    back, segments = read_labels(saved)
    np.testing.assert_array_equal(back.array, labels.array)
    assert [segment.value for segment in segments] == [4, 6, 106]


@pytest.mark.parametrize("part", [0.3, 0.95])
def test_a_segmentation_that_was_cut_off_is_refused(tmp_path, part):
    array = np.random.default_rng(0).integers(0, 2, (10, 20, 30)).astype(np.uint8)
    path = tmp_path / "labels.seg.nrrd"
    write_labels(Volume(array, Geometry((10, 20, 30), np.eye(4))), path, segments=[Segment(1, "a", (1, 2, 3))])
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * part)])
    with pytest.raises(MuscleSegError, match=r"labels\.seg\.nrrd is damaged"):
        read_labels(path)


def test_a_label_without_a_segment_would_be_lost_and_is_refused(tmp_path, labels):
    with pytest.raises(MuscleSegError, match="but 106 has none"):
        write_labels(labels, tmp_path / "labels.seg.nrrd", segments=SEGMENTS[:2])
    assert not list(tmp_path.iterdir())


def test_two_segments_with_one_value_are_refused(tmp_path, labels):
    with pytest.raises(MuscleSegError, match="two share one"):
        write_labels(labels, tmp_path / "labels.seg.nrrd", segments=(*SEGMENTS, SEGMENTS[0]))


@pytest.mark.parametrize("name", ["labels.png", "labels", "labels.nhdr"])
def test_an_unknown_ending_is_refused_with_those_that_work(tmp_path, labels, name):
    with pytest.raises(MuscleSegError, match=rf"{name} cannot be written.*\.seg\.nrrd, \.nii\.gz"):
        write_labels(labels, tmp_path / name, segments=SEGMENTS)


@pytest.mark.parametrize("value", [-1, 256, 0.5, np.nan])
def test_an_array_that_is_no_label_map_is_not_written(tmp_path, labels, value):
    array = labels.array.astype(np.float32)
    array[0, 0, 0] = value
    with pytest.raises(MuscleSegError, match="is not a label map"):
        write_labels(Volume(array, labels.geometry), tmp_path / "labels.nii", segments=SEGMENTS)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("value", [-1, 65536, 0.5, np.nan, np.inf])
@pytest.mark.parametrize("ending", ["nii", "nrrd"])
def test_an_image_is_not_read_as_a_label_map(tmp_path, labels, ending, value):
    array = labels.array.astype(np.float64)
    array[0, 0, 0] = value
    write_volume(Volume(array, labels.geometry), tmp_path / f"image.{ending}")
    with pytest.raises(MuscleSegError, match=rf"image\.{ending} is not a label map"):
        read_labels(tmp_path / f"image.{ending}")


@pytest.mark.parametrize(
    ("stored", "highest", "read"), [("float64", 106, "uint8"), ("int16", 255, "uint8"), ("int32", 300, "uint16")]
)
def test_whole_numbers_of_any_type_become_the_smallest_labels(tmp_path, labels, stored, highest, read):
    array = labels.array.astype(stored)
    array[0, 0, 0] = highest
    write_volume(Volume(array, labels.geometry), tmp_path / "labels.nii.gz")
    back, _ = read_labels(tmp_path / "labels.nii.gz")
    assert back.array.dtype == read
    np.testing.assert_array_equal(back.array, array)


def test_a_description_cannot_break_the_tags(tmp_path, labels):
    path = tmp_path / "labels.seg.nrrd"
    write_labels(labels, path, segments=SEGMENTS, description="a|b:\nc~d")
    back, segments = read_labels(path)
    assert back.description == "a/b: c~d"
    assert segments == SEGMENTS


def test_a_failed_write_leaves_the_old_segmentation_as_it_was(saved, labels, monkeypatch):
    before = saved.read_bytes()

    def fail(name, content, **options):
        with open(name, "wb") as file:  # noqa: PTH123 - a path as text, as slicerio gets it
            file.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("slicerio.write_segmentation", fail)
    with pytest.raises(MuscleSegError, match="No space left"):
        write_labels(labels, saved, segments=SEGMENTS)
    assert saved.read_bytes() == before
    assert list(saved.parent.iterdir()) == [saved]
