"""Segmentations of Slicer's whose fields contradict one another or their voxels."""

import re

import numpy as np
import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import Geometry, Segment, Volume, read_labels, read_volume, write_labels

SHAPE = (3, 4, 5)
NAMES = {1: "adductor", 2: "biceps femoris", 3: "gracilis"}


@pytest.fixture
def path(tmp_path):
    """Three segments of 5 voxels each."""
    array = np.zeros(SHAPE, np.uint8)
    for value in NAMES:
        array[1, value] = value
    file = tmp_path / "labels.seg.nrrd"
    segments = [Segment(value, name, (1, 2, 3)) for value, name in NAMES.items()]
    write_labels(Volume(array, Geometry(SHAPE, np.diag([2.0, 2.0, 5.0, 1.0]))), file, segments=segments)
    return file


def replaced(path, pattern, by=b""):
    content, count = re.subn(pattern, by, path.read_bytes(), flags=re.MULTILINE)
    assert count == 1
    path.write_bytes(content)


def test_a_file_as_written_says_nothing(path):
    assert read_labels(path)[0].remarks == ()


@pytest.mark.parametrize("number", [0, 1, 2])
@pytest.mark.parametrize("field", ["ID", "Name", "LabelValue", "Layer"])
def test_a_segment_that_lacks_what_others_have_is_refused(path, number, field):
    replaced(path, rb"^Segment%d_%s:=.*\n" % (number, field.encode()))

    with pytest.raises(MuscleSegError, match=rf"labels\.seg\.nrrd.* segment {number + 1} has no {field}"):
        read_labels(path)


@pytest.mark.parametrize("field", ["Tags", "Extent", "Color"])
def test_a_segment_that_lacks_something_else_is_told(path, field):
    replaced(path, rb"^Segment1_%s:=.*\n" % field.encode())

    (sentence,) = read_labels(path)[0].remarks
    assert f"segment 2 has no {field}" in sentence
    assert str(path) in sentence


@pytest.mark.parametrize("damage", [b"\0\0\0\0", b"\x07", b"\x1b[2J"])
@pytest.mark.parametrize("pattern", [rb"(?<=^Segment0_Name:=)add", rb"(?<=^Segment1_Ta)gs(?=:=)"])
def test_what_is_no_text_is_refused(path, damage, pattern):
    replaced(path, pattern, damage.replace(b"\\", b"\\\\"))

    with pytest.raises(MuscleSegError, match="no text"):
        read_labels(path)


@pytest.mark.parametrize("key", [b"Seg\xe4ent1_Name", b"Segment1_N\xff\xffe"])
def test_a_field_whose_name_is_no_text_is_refused(path, key):
    replaced(path, rb"^Segment1_Name(?=:=)", key)

    with pytest.raises(MuscleSegError, match="no text"):
        read_labels(path)


@pytest.mark.parametrize("name", ["großer Adduktor", "大内転筋", "большая приводящая", "m. añadido"])
def test_names_in_other_letters_are_read(path, name):
    replaced(path, rb"(?<=^Segment0_Name:=)adductor", name.encode())

    labels, segments = read_labels(path)

    assert [segment.name for segment in segments] == [name, *list(NAMES.values())[1:]]
    assert labels.remarks == ()


def test_a_segment_whose_id_is_in_other_letters_keeps_its_name(path):
    replaced(path, rb"(?<=^Segment1_ID:=)Segment_2", "Segmentä_2".encode())

    assert [segment.name for segment in read_labels(path)[1]] == list(NAMES.values())


@pytest.mark.parametrize("number", [0, 1, 2])
def test_voxels_that_no_segment_has_are_counted_and_told(path, number):
    content = re.sub(rb"^Segment%d_.*\n" % number, b"", path.read_bytes(), flags=re.MULTILINE)
    path.write_bytes(content)

    for volume in (read_labels(path)[0], read_volume(path)):
        (sentence,) = volume.remarks
        assert f"5 voxels of it have the value {number + 1}, which is no segment's" in sentence
        assert str(path) in sentence
