"""Thigh and calf in one segmentation: every muscle is told from every other, whatever is deleted, drawn or copied."""

import numpy as np
import pytest

from MuscleSegLib.anatomy import labels_of as anatomy_labels
from MuscleSegLib.biomarkers import read_named_labels
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference.muscle_segments import segments_of
from MuscleSegLib.volume import Volume

LIMB = {*range(1, 11), *range(21, 27), *range(101, 111), *range(121, 127)}


@pytest.fixture
def limb_labels(grid):
    """A block for each muscle: the calf in the lower slices and the thigh in the upper ones."""
    array = np.zeros(grid.shape, np.uint8)
    for value in LIMB:
        code, row = value % 100, slice(2 + 3 * (value % 20), 5 + 3 * (value % 20))
        array[0 : 3 if code > 20 else 0, row, 5 + 25 * (value > 100) : 25 + 25 * (value > 100)] = value
        array[4 : 7 if code < 20 else 4, row, 5 + 25 * (value > 100) : 25 + 25 * (value > 100)] = value
    return Volume(array, grid)


@pytest.fixture
def limb(scene, limb_labels, volume_node):
    """A segmentation of thigh and calf, as a network drew it."""
    from MuscleSegLib.scene.automatic import Description, describe, keep_automatic
    from MuscleSegLib.scene.segmentations import show_labels

    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "limb")
    confidence = {value: value / 200 for value in LIMB}
    segments = segments_of("lower-limb", two_legs=True, confidence=confidence)
    show_labels(node, limb_labels, segments, reference=volume_node)
    keep_automatic(node, limb_labels)
    describe(node, Description("lower-limb", True, "thigh+calf 1", "cpu", confidence))
    return node


def region_of(node):
    from MuscleSegLib.scene.recognition import region_in, segments_in

    return region_in(segments_in(node))


def remove(node, values):
    from MuscleSegLib.scene.segmentations import segments_by_value

    identities = segments_by_value(node)
    for value in values:
        node.GetSegmentation().RemoveSegment(identities[value])


def without(labels, values):
    return np.where(np.isin(labels.array, list(values)), 0, labels.array)


def test_thigh_and_calf_are_read_as_they_were_put_in(limb, limb_labels, volume_node):
    from MuscleSegLib.scene.segmentations import labels_of, segments_by_value

    assert region_of(limb) == "lower-limb"
    assert set(segments_by_value(limb)) == LIMB
    assert np.array_equal(labels_of(limb, volume_node).array, limb_labels.array)


DELETED = {
    "all of the thigh": {value for value in LIMB if value % 100 < 20},
    "all of the calf": {value for value in LIMB if value % 100 > 20},
    "the left leg": {value for value in LIMB if value > 100},
    "all but one soleus": LIMB - {126},
    "all but one gracilis": LIMB - {3},
}


@pytest.mark.parametrize("gone", DELETED.values(), ids=DELETED)
def test_what_is_left_keeps_its_values_whatever_is_deleted(limb, limb_labels, volume_node, gone):
    from MuscleSegLib.scene.segmentations import labels_of, segments_by_value

    remove(limb, gone)

    assert set(segments_by_value(limb)) == LIMB - gone
    assert np.array_equal(labels_of(limb, volume_node).array, without(limb_labels, gone))


@pytest.mark.parametrize("value", [4, 26, 103, 125])
def test_a_deleted_muscle_is_added_with_its_name_and_restored(limb, limb_labels, volume_node, value):
    from MuscleSegLib.scene.automatic import automatic_of
    from MuscleSegLib.scene.muscle_masks import add_muscle, restore_muscle
    from MuscleSegLib.scene.segmentations import labels_of

    remove(limb, {value})
    identity = add_muscle(limb, "lower-limb", value)
    restore_muscle(limb, value, automatic_of(limb))

    names = {label.value: label.name for label in anatomy_labels("lower-limb", two_legs=True)}
    assert limb.GetSegmentation().GetSegment(identity).GetName() == names[value]
    assert np.array_equal(labels_of(limb, volume_node).array, limb_labels.array)


def test_confidence_of_thigh_and_calf_is_kept_apart(limb, reloaded, scene):
    from MuscleSegLib.scene.automatic import confidence_of, description_of

    reloaded()
    node = scene.GetFirstNodeByName("limb")

    assert description_of(node).region == "lower-limb"
    assert confidence_of(node) == pytest.approx({value: value / 200 for value in LIMB}, abs=5e-4)


def test_what_networks_drew_of_both_may_be_written_over_and_by_no_other_region(limb, volume_node):
    from MuscleSegLib.scene.untouched import may_be_written

    assert may_be_written(limb, "lower-limb", reference=volume_node)
    assert not may_be_written(limb, "thigh", reference=volume_node)
    remove(limb, {26})
    assert not may_be_written(limb, "lower-limb", reference=volume_node)


def test_thigh_and_calf_drawn_by_hand_are_one_table_as_in_a_file(scene, volume_node, grid, paint, tmp_path):
    from MuscleSegLib.scene.saving import save_segmentation
    from MuscleSegLib.scene.segmentations import labels_of

    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "mine")
    node.SetReferenceImageGeometryParameterFromVolumeNode(volume_node)
    for number, name in enumerate(("Left soleus", "right gracilis", "left gastrocnemius medialis")):
        array = np.zeros(grid.shape, np.uint8)
        array[2:4, 4:8, 6 * number : 6 * number + 3 + number] = 1
        paint(node, node.GetSegmentation().AddEmptySegment(name, name), Volume(array, grid))

    sizes = {126: 2 * 4 * 3, 3: 2 * 4 * 4, 124: 2 * 4 * 5}
    assert region_of(node) == "lower-limb"
    in_scene = labels_of(node, volume_node).array
    assert {value: np.count_nonzero(in_scene == value) for value in sizes} == sizes
    save_segmentation(node, tmp_path / "mine.seg.nrrd")
    named = read_named_labels(tmp_path / "mine.seg.nrrd")
    assert {value: np.count_nonzero(named.labels.array == value) for value in sizes} == sizes


@pytest.mark.parametrize("first", ["thigh", "calf"])
def test_muscles_copied_from_a_segmentation_of_the_other_region_are_not_mixed_up(
    scene, volume_node, grid, first, tmp_path
):
    """Slicer's module Segmentations copies segments with their tags, which count from 1 in each region."""
    from MuscleSegLib.scene.saving import save_segmentation
    from MuscleSegLib.scene.segmentations import labels_of, segments_by_value, show_labels

    nodes = {}
    for region, muscles in (("thigh", 10), ("calf", 6)):
        array = np.zeros(grid.shape, np.uint8)
        for code in range(1, muscles + 1):
            array[4 : 6 if region == "thigh" else 4, 3 * code : 3 * code + 2, 5 : 10 + code] = code
            array[1 : 3 if region == "calf" else 1, 3 * code : 3 * code + 2, 5 : 10 + code] = code
        nodes[region] = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", region)
        show_labels(nodes[region], Volume(array, grid), segments_of(region, two_legs=True), reference=volume_node)
    into = nodes.pop(first)
    (other,) = nodes.values()
    for identity in other.GetSegmentation().GetSegmentIDs():
        into.GetSegmentation().CopySegmentFromSegmentation(other.GetSegmentation(), identity)

    assert region_of(into) == "lower-limb"
    assert set(segments_by_value(into)) == LIMB
    sizes = {code: 4 * (5 + code) for code in range(1, 11)} | {20 + code: 4 * (5 + code) for code in range(1, 7)}
    in_scene = labels_of(into, volume_node).array
    assert {value: np.count_nonzero(in_scene == value) for value in sizes} == sizes
    save_segmentation(into, tmp_path / "both.seg.nrrd")
    with pytest.raises(MuscleSegError, match="Right a.*Right a"):
        read_named_labels(tmp_path / "both.seg.nrrd")


def test_a_muscle_of_the_other_region_that_somebody_adds_to_a_network_s_stays_beside_them(shown, labels, volume_node):
    from MuscleSegLib.scene.segmentations import labels_of

    shown.GetSegmentation().AddEmptySegment("mine", "Right soleus")

    assert region_of(shown) == "thigh"
    assert np.array_equal(labels_of(shown, volume_node).array, labels.array)


@pytest.mark.parametrize("calls", [("Right soleus", 1), ("Left gracilis", 123)])
def test_a_muscle_renamed_to_one_of_the_other_region_is_in_no_table(limb, calls):
    from MuscleSegLib.scene.segmentations import segments_by_value

    name, value = calls
    limb.GetSegmentation().GetSegment(segments_by_value(limb)[value]).SetName(name)

    assert value not in segments_by_value(limb)
