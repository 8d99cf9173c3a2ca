"""Fine muscles in DICOM segmentations: back with their values, by name, and by coded term alone."""

from datetime import datetime

import numpy as np
import pytest

from MuscleSegLib.anatomy import scheme
from MuscleSegLib.biomarkers import read_named_labels
from MuscleSegLib.dicom import read_source, segmentation_of
from MuscleSegLib.volume import Volume, like
from Testing.dicom_sources import saved

NOW = datetime(2025, 4, 1, 12, 30, 5)
VALUES = (31, 34, 132, 144)


@pytest.fixture
def fine(siemens_series, labels_on):
    """A fine label map, and its DICOM segmentation."""
    folder = siemens_series()
    boxes = labels_on(folder, (1, 2, 3, 4))
    labels = Volume(np.array([0, *VALUES], np.uint8)[boxes.array], boxes.geometry)
    return labels, segmentation_of(labels, scheme("thigh-fine"), read_source(folder, labels), now=NOW).dataset


def as_of_another_program(dataset, *, with_names):
    for number, segment in enumerate(dataset.SegmentSequence, 1):
        del segment.TrackingID, segment.TrackingUID
        segment.SegmentLabel = segment.SegmentLabel if with_names else f"Segment_{number}"
        if with_names:
            code = segment.SegmentedPropertyTypeCodeSequence[0]
            code.CodingSchemeDesignator, code.CodeValue, code.CodeMeaning = "SCT", "127954009", "Skeletal muscle"
    dataset.ContentDescription = ""
    return dataset


def test_a_fine_segmentation_of_ours_comes_back_with_its_values(tmp_path, fine):
    labels, dataset = fine
    named = read_named_labels(saved(dataset, tmp_path / "seg.dcm"))
    assert named.scheme.name == "thigh-fine"
    np.testing.assert_array_equal(like(named.labels, labels.geometry).array, labels.array)


@pytest.mark.parametrize("with_names", [True, False])
def test_a_fine_segmentation_of_another_program_is_read_by_its_names_or_codes(tmp_path, fine, with_names):
    labels, dataset = fine
    path = saved(as_of_another_program(dataset, with_names=with_names), tmp_path / "seg.dcm")
    named = read_named_labels(path, scheme("thigh-fine"))
    np.testing.assert_array_equal(like(named.labels, labels.geometry).array, labels.array)


def test_read_as_the_ten_muscles_its_parts_are_merged(tmp_path, fine):
    labels, dataset = fine
    named = read_named_labels(saved(dataset, tmp_path / "seg.dcm"), scheme("thigh"))
    expected = {0: 0, 31: 1, 34: 2, 132: 101, 144: 0}
    read = like(named.labels, labels.geometry).array
    np.testing.assert_array_equal(read, np.vectorize(expected.get)(labels.array))
    assert named.passed_over == ("Left pectineus",)
