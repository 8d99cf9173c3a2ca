"""DICOM segmentations that highdicom writes, read as label maps."""

import shutil
import sys

import highdicom
import numpy as np
import pydicom
import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import read_labels, read_volume

SHAPE = (5, 6, 7)


def box(*slices):
    mask = np.zeros(SHAPE, np.uint8)
    mask[slices] = 1
    return mask


MASKS = {"left soleus": box(slice(1, 4), slice(0, 3)), "Muscle 2": box(2, slice(4, 6), slice(1, 5))}


@pytest.mark.parametrize("kind", ["BINARY", "FRACTIONAL", "LABELMAP"])
@pytest.mark.parametrize("omit", [True, False])
def test_segments_lie_where_they_were_drawn(tmp_path, write_dicom_seg, kind, omit):
    masks = {name: mask.astype(np.float32) if kind == "FRACTIONAL" else mask for name, mask in MASKS.items()}
    path = write_dicom_seg(tmp_path, masks, kind, omit_empty_frames=omit)
    scan = read_volume(tmp_path / "scan")

    labels, segments = read_labels(path)

    assert [(segment.value, segment.name) for segment in segments] == [(1, "left soleus"), (2, "Muscle 2")]
    assert labels.array.dtype == np.uint8
    for value, mask in enumerate(MASKS.values(), 1):
        drawn = scan.geometry.world_from_index(np.argwhere(mask)[:, ::-1])
        read = labels.geometry.world_from_index(np.argwhere(labels.array == value)[:, ::-1])
        np.testing.assert_allclose(sorted(map(tuple, read)), sorted(map(tuple, drawn)), atol=1e-6)


def test_the_grid_is_that_of_highdicom_s_own_reader_with_slices_along_row_times_column(tmp_path, write_dicom_seg):
    path = write_dicom_seg(tmp_path, MASKS)
    reference = highdicom.seg.segread(path).get_volume(combine_segments=True).flip_spatial(0)

    labels, _ = read_labels(path)

    np.testing.assert_array_equal(labels.array, reference.array)
    for k, j, i in ((0, 0, 0), (2, 5, 6), (1, 3, 2)):
        expected = reference.map_indices_to_reference(np.array([[k, j, i]]))[0] * (-1, -1, 1)
        np.testing.assert_allclose(labels.geometry.world_from_index((i, j, k)), expected, atol=1e-6)


@pytest.mark.parametrize("orientation", [(1, 0, 0, 0, 1, 0), (-1, 0, 0, 0, 1, 0), (0, 1, 0, 0, 0, -1)])
def test_the_grid_is_that_of_the_images_where_no_frame_was_left_out(tmp_path, write_dicom_seg, orientation):
    path = write_dicom_seg(tmp_path, {"soleus": box()}, orientation=orientation)

    assert read_labels(path)[0].geometry.is_close(read_volume(tmp_path / "scan").geometry)


def test_a_segmentation_says_whose_it_is_and_what_its_segments_are(tmp_path, write_dicom_seg):
    path = write_dicom_seg(tmp_path, {"Soleus|SCT 45464006": MASKS["left soleus"]})

    labels, (segment,) = read_labels(path)

    assert (labels.patient, labels.frame_of_reference) == ("P 7", "1.2.4")
    assert segment.terminology.type == ("SCT", "45464006", "Soleus")
    assert segment.terminology.category == ("SCT", "123037004", "Anatomical Structure")


@pytest.mark.parametrize("keyword", ["SegmentedPropertyTypeModifierCodeSequence", "AnatomicRegionModifierSequence"])
def test_the_side_of_a_segment_is_its_type_s_modifier(tmp_path, write_dicom_seg, keyword):
    path = write_dicom_seg(tmp_path, MASKS)
    dataset = pydicom.dcmread(path)
    left = pydicom.Dataset()
    left.CodeValue, left.CodingSchemeDesignator, left.CodeMeaning = "7771000", "SCT", "Left"
    described = dataset.SegmentSequence[0]
    if keyword.startswith("Segmented"):
        described.SegmentedPropertyTypeCodeSequence[0].SegmentedPropertyTypeModifierCodeSequence = [left]
    else:
        region = pydicom.Dataset()
        region.CodeValue, region.CodingSchemeDesignator, region.CodeMeaning = "30021000", "SCT", "Leg"
        region.AnatomicRegionModifierSequence = [left]
        described.AnatomicRegionSequence = [region]
    dataset.save_as(path)

    _, segments = read_labels(path)

    assert [segment.terminology.type_modifier for segment in segments] == [("SCT", "7771000", "Left"), None]


def test_voxels_belong_to_the_fractional_segment_that_has_more_than_half(tmp_path, write_dicom_seg, caplog):
    part = np.zeros(SHAPE, np.float32)
    part[2, 3] = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 0.0)
    path = write_dicom_seg(tmp_path, {"a": part, "b": np.where(part > 0, 1 - part, 0).astype(np.float32)}, "FRACTIONAL")

    labels, _ = read_labels(path)

    assert list(labels.array[labels.array.any(axis=(1, 2))][0, 3]) == [0, 2, 2, 1, 1, 1, 0]
    assert "fractional" in caplog.text


@pytest.mark.parametrize("slices", [(2,), (0, 3), (0, 2, 4)])
@pytest.mark.parametrize("is_said", [True, False])
def test_frames_that_were_left_out_do_not_change_the_distance_of_slices(tmp_path, write_dicom_seg, slices, is_said):
    path = write_dicom_seg(tmp_path, {"soleus": sum(box(k, slice(0, 3)) for k in slices)})
    if is_said:
        labels, _ = read_labels(path)
        assert labels.geometry.spacing_mm == pytest.approx((0.5, 1.5, 6.0))
        assert labels.array.sum() == 21 * len(slices)
        return
    dataset = pydicom.dcmread(path)
    del dataset.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0].SpacingBetweenSlices
    dataset.save_as(path)

    with pytest.raises(MuscleSegError, match="does not say how far apart its slices are"):
        read_labels(path)


def test_segments_that_overlap_are_refused_with_their_names(tmp_path, write_dicom_seg):
    path = write_dicom_seg(tmp_path, {"vastus medialis": box(2), "vastus lateralis": box(2, 3)})

    with pytest.raises(MuscleSegError, match='"vastus medialis" and "vastus lateralis" overlap'):
        read_labels(path)


def test_a_folder_stands_for_the_one_segmentation_in_it(tmp_path, write_dicom_seg):
    path = write_dicom_seg(tmp_path, MASKS)

    np.testing.assert_array_equal(read_labels(tmp_path)[0].array, read_labels(path)[0].array)


def test_several_segmentations_in_a_folder_are_listed(tmp_path, write_dicom_seg):
    for name in ("a", "b"):
        write_dicom_seg(tmp_path / name, MASKS)

    with pytest.raises(MuscleSegError, match=r"2 DICOM segmentations \(a.labels\.dcm, b.labels\.dcm\)"):
        read_labels(tmp_path)


def test_deflated_and_run_length_encoded_segmentations_are_read(tmp_path, write_dicom_seg):
    expected = read_labels(write_dicom_seg(tmp_path / "plain", MASKS))[0].array
    deflated = write_dicom_seg(tmp_path / "deflated", MASKS)
    dataset = pydicom.dcmread(deflated)
    dataset.file_meta.TransferSyntaxUID = pydicom.uid.DeflatedExplicitVRLittleEndian
    dataset.save_as(deflated)
    fractions = {name: mask.astype(np.float32) for name, mask in MASKS.items()}
    coded = write_dicom_seg(tmp_path / "rle", fractions, "FRACTIONAL", transfer_syntax_uid=pydicom.uid.RLELossless)

    np.testing.assert_array_equal(read_labels(deflated)[0].array, expected)
    np.testing.assert_array_equal(read_labels(coded)[0].array, expected)


@pytest.mark.parametrize("left", [0.3, 0.7, 0.99])
def test_a_segmentation_that_was_cut_off_is_named(tmp_path, write_dicom_seg, left):
    path = write_dicom_seg(
        tmp_path, {name: np.kron(mask, np.ones((1, 8, 8), np.uint8)) for name, mask in MASKS.items()}
    )
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * left)])

    with pytest.raises(MuscleSegError, match=r"labels\.dcm"):
        read_labels(path)


@pytest.mark.parametrize(
    "change",
    [
        lambda dataset: setattr(dataset, "NumberOfFrames", 2),
        lambda dataset: setattr(dataset, "Rows", 5),
        lambda dataset: setattr(dataset, "SegmentSequence", []),
        lambda dataset: delattr(dataset, "SegmentSequence"),
        lambda dataset: setattr(dataset, "PerFrameFunctionalGroupsSequence", []),
        lambda dataset: delattr(dataset, "PixelData"),
        lambda dataset: setattr(
            dataset.SharedFunctionalGroupsSequence[0].PlaneOrientationSequence[0],
            *("ImageOrientationPatient", [2, 0, 0, 0, 1, 0]),
        ),
        lambda dataset: setattr(
            dataset.PerFrameFunctionalGroupsSequence[0].PlanePositionSequence[0],
            *("ImagePositionPatient", ["NaN", 0, 0]),
        ),
    ],
    ids=["frames", "rows", "no segments", "no sequence", "no groups", "no pixels", "direction", "position"],
)
def test_a_segmentation_that_contradicts_itself_is_refused(tmp_path, write_dicom_seg, change):
    path = write_dicom_seg(tmp_path, MASKS)
    dataset = pydicom.dcmread(path)
    change(dataset)
    dataset.save_as(path)

    with pytest.raises(MuscleSegError, match=r"labels\.dcm"):
        read_labels(path)


def test_without_highdicom_it_is_said_what_is_missing(tmp_path, write_dicom_seg, monkeypatch):
    path = write_dicom_seg(tmp_path, MASKS)
    monkeypatch.setitem(sys.modules, "highdicom.seg", None)

    with pytest.raises(MuscleSegError, match="needs the Python package highdicom"):
        read_labels(path)


def test_a_segmentation_is_no_image(tmp_path, write_dicom_seg):
    with pytest.raises(MuscleSegError, match="is a DICOM segmentation"):
        read_volume(write_dicom_seg(tmp_path, MASKS))


@pytest.fixture
def rtstruct(tmp_path):
    path = pydicom.data.get_testdata_file("rtstruct.dcm")
    (tmp_path / "rt").mkdir()
    shutil.copy(path, tmp_path / "rt" / "rtstruct.dcm")
    return tmp_path / "rt" / "rtstruct.dcm"


@pytest.mark.parametrize("read", [read_labels, read_volume])
@pytest.mark.parametrize("whole", [True, False], ids=["folder", "file"])
def test_an_rt_structure_set_is_said_not_to_be_supported(rtstruct, read, whole):
    with pytest.raises(MuscleSegError, match=r"RT structure set .* not supported"):
        read(rtstruct.parent if whole else rtstruct)
