"""Segmentations with a layer for every segment, as Slicer writes them where segments overlap."""

import nrrd
import numpy as np
import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import read_labels, read_volume
from Testing.volume.segmentations import SEGMENTS, rewrite


def to_layers(content):
    """Give every segment a layer of its own, in which its value is 1, as Slicer does with segments that overlap."""
    old = content["voxels"]
    content["voxels"] = np.stack([(old == segment["labelValue"]).astype(np.uint8) for segment in content["segments"]])
    for layer, segment in enumerate(content["segments"]):
        segment["layer"], segment["labelValue"] = layer, 1


def test_layers_are_put_together(saved, labels):
    rewrite(saved, to_layers)
    back, segments = read_labels(saved)
    np.testing.assert_array_equal(back.array, labels.array)
    assert segments == SEGMENTS
    np.testing.assert_array_equal(read_volume(saved).array, labels.array)


def test_layers_without_our_tags_are_numbered_in_their_order(saved, labels):
    def strip(content):
        to_layers(content)
        for segment in content["segments"]:
            del segment["tags"]

    rewrite(saved, strip)
    back, segments = read_labels(saved)
    assert [segment.value for segment in segments] == [1, 2, 3]
    np.testing.assert_array_equal(back.array == 3, labels.array == 106)


def test_files_from_before_shared_layers_are_read(saved, labels):
    rewrite(saved, to_layers)
    voxels, header = nrrd.read(str(saved))
    for index in range(3):
        del header[f"Segment{index}_Layer"], header[f"Segment{index}_LabelValue"]
    nrrd.write(str(saved), voxels, header)
    np.testing.assert_array_equal(read_labels(saved)[0].array, labels.array)


def test_segments_that_overlap_are_named(saved):
    def overlap(content):
        to_layers(content)
        content["voxels"][0, 0, 2, 1] = 1

    rewrite(saved, overlap)
    with pytest.raises(MuscleSegError, match='segments "gastrocnemius, medial" and "soleus" overlap'):
        read_labels(saved)
