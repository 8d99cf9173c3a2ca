"""Which slices of a muscle a person corrected: told after edits, undo, propagation, and in a saved scene."""

import numpy as np
import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import Geometry, Volume

MUSCLE = 3  # rows 9 to 11 of slices 1 to 6, columns 5 to 24


@pytest.fixture
def at_work(shown, volume_node, labels):
    """The segmentation as a program drew it."""
    from MuscleSegLib.scene.corrected_slices import keep_drawn

    keep_drawn(shown, labels, reference=volume_node)
    return shown


@pytest.fixture
def corrected(volume_node):
    def corrected(node, value=MUSCLE, **options):
        from MuscleSegLib.scene.corrected_slices import corrected_slices_of

        return corrected_slices_of(node, volume_node, values=[value], **options)[value]

    return corrected


@pytest.fixture
def edit(volume_node):
    """A function that takes columns of a muscle away in some slices."""

    def edit(node, slices, value=MUSCLE, columns=slice(0, 9)):
        from MuscleSegLib.scene.muscle_masks import mask_of, set_mask

        mask = mask_of(node, value, volume_node)
        mask.array[slices, :, columns] = False
        set_mask(node, value, mask)

    return edit


@pytest.fixture
def history(at_work):
    import slicer

    history = slicer.vtkSegmentationHistory()
    history.SetSegmentation(at_work.GetSegmentation())
    return history


def moved(labels, value, slices, by):
    """Return labels with a muscle moved along its rows in some slices, where nothing else is."""
    array = labels.array.copy()
    for k in slices:
        there = np.roll(array[k] == value, by, axis=1)
        array[k][array[k] == value] = 0
        array[k][there & (array[k] == 0)] = value
    return Volume(array, labels.geometry)


def labels_in(node, volume_node):
    from MuscleSegLib.scene.segmentations import labels_of

    return labels_of(node, volume_node)


@pytest.mark.parametrize("slices", [[], [2], [1, 6], [2, 3, 5]])
def test_slices_that_were_edited_are_corrected(at_work, edit, corrected, slices):
    if slices:
        edit(at_work, slices)

    assert corrected(at_work) == slices
    assert corrected(at_work, 4) == []


def test_a_slice_in_which_a_muscle_was_erased_or_added_is_corrected(at_work, edit, corrected, volume_node):
    from MuscleSegLib.scene.muscle_masks import mask_of, set_mask

    edit(at_work, [4], columns=slice(None))
    mask = mask_of(at_work, MUSCLE, volume_node)
    mask.array[0, 9:12, 5:9] = True
    set_mask(at_work, MUSCLE, mask)

    assert corrected(at_work) == [0, 4]


def test_without_the_tag_slices_are_compared_with_the_network_s_labels(shown, labels, edit, corrected):
    edit(shown, [2, 5])

    assert corrected(shown, automatic=labels) == [2, 5]


def test_where_no_program_is_known_slices_with_the_muscle_count(shown, corrected):
    assert corrected(shown) == [1, 2, 3, 4, 5, 6]
    assert corrected(shown, 105) == []


@pytest.mark.parametrize("index", [0, 3, 7], ids=["empty", "drawn", "last"])
def test_a_slice_can_be_marked_as_right_and_unmarked(at_work, corrected, volume_node, index):
    from MuscleSegLib.scene.corrected_slices import mark_slice

    mark_slice(at_work, MUSCLE, volume_node, index, is_right=True)
    assert corrected(at_work) == [index]
    mark_slice(at_work, MUSCLE, volume_node, index, is_right=False)
    assert corrected(at_work) == []


def test_a_marked_slice_stays_corrected_when_it_is_erased(at_work, edit, corrected, volume_node):
    from MuscleSegLib.scene.corrected_slices import mark_slice

    mark_slice(at_work, MUSCLE, volume_node, 3, is_right=True)
    edit(at_work, [3], columns=slice(None))

    assert corrected(at_work) == [3]


def test_an_edited_slice_can_be_taken_out_and_counts_again_after_the_next_edit(at_work, edit, corrected, volume_node):
    from MuscleSegLib.scene.corrected_slices import mark_slice

    edit(at_work, [2, 4])
    mark_slice(at_work, MUSCLE, volume_node, 4, is_right=False)
    assert corrected(at_work) == [2]
    edit(at_work, [4], columns=slice(0, 12))
    assert corrected(at_work) == [2, 4]


@pytest.mark.parametrize("by_tag", [True, False], ids=["tag", "labels"])
def test_a_saved_scene_knows_the_slices(at_work, labels, edit, corrected, volume_node, reloaded, by_tag):
    import slicer

    from MuscleSegLib.scene.automatic import automatic_of, keep_automatic
    from MuscleSegLib.scene.corrected_slices import corrected_slices_of, mark_slice

    keep_automatic(at_work, labels)
    edit(at_work, [2, 5])
    if by_tag:
        mark_slice(at_work, MUSCLE, volume_node, 0, is_right=True)
    else:
        for number in range(at_work.GetSegmentation().GetNumberOfSegments()):
            at_work.GetSegmentation().GetNthSegment(number).RemoveTag("MuscleSeg.Drawn")
    reloaded()

    node, scan = slicer.util.getNode("muscles"), slicer.util.getNode("T1 thigh")
    corrected = corrected_slices_of(node, scan, automatic=automatic_of(node))
    assert corrected == {MUSCLE: [0, 2, 5] if by_tag else [2, 5]}


def test_propagated_muscles_alone_change_and_count_as_drawn(at_work, edit, corrected, volume_node):
    from MuscleSegLib.scene.corrected_slices import put_propagated

    edit(at_work, [1, 4])
    before = labels_in(at_work, volume_node)
    after = moved(moved(before, MUSCLE, [2, 3], 1), 4, [2], 1)  # of muscle 4 nothing was asked

    filled = put_propagated(at_work, before, after, {MUSCLE: [1, 4]}, reference=volume_node)

    expected = moved(before, MUSCLE, [2, 3], 1)
    assert filled == {MUSCLE: [2, 3]}
    assert np.array_equal(labels_in(at_work, volume_node).array, expected.array)
    assert (corrected(at_work), corrected(at_work, 4)) == ([1, 4], [])


def test_slices_that_were_given_without_a_correction_count_as_right_from_then_on(at_work, corrected, volume_node):
    from MuscleSegLib.scene.corrected_slices import put_propagated

    before = labels_in(at_work, volume_node)
    put_propagated(at_work, before, moved(before, MUSCLE, [3], 2), {MUSCLE: [2, 5]}, reference=volume_node)

    assert corrected(at_work) == [2, 5]


def test_an_undo_brings_voxels_and_corrected_slices_back(at_work, edit, corrected, volume_node, history):
    from MuscleSegLib.scene.corrected_slices import put_propagated

    edit(at_work, [1, 4, 6])
    before = labels_in(at_work, volume_node)
    history.SaveState()
    put_propagated(at_work, before, moved(before, MUSCLE, [2, 3, 6], 1), {MUSCLE: [1, 4]}, reference=volume_node)
    assert corrected(at_work) == [1, 4]

    history.RestorePreviousState()

    assert np.array_equal(labels_in(at_work, volume_node).array, before.array)
    assert corrected(at_work) == [1, 4, 6]


def test_neighbors_may_exchange_voxels(at_work, volume_node):
    from MuscleSegLib.scene.corrected_slices import put_propagated

    before = labels_in(at_work, volume_node)
    array = before.array.copy()
    array[2][before.array[2] == 3], array[2][before.array[2] == 4] = 4, 3
    given = {3: [1, 4], 4: [1, 5]}
    put_propagated(at_work, before, Volume(array, before.geometry), given, reference=volume_node)

    assert np.array_equal(labels_in(at_work, volume_node).array, array)


def test_nothing_is_taken_from_what_another_muscle_gained_meanwhile(at_work, volume_node):
    from MuscleSegLib.scene.corrected_slices import put_propagated
    from MuscleSegLib.scene.muscle_masks import mask_of, set_mask

    before = labels_in(at_work, volume_node)
    after = moved(before, MUSCLE, [2], 3)
    mask = mask_of(at_work, 4, volume_node)
    mask.array[2, 9:12, 26] = True  # which the propagated muscle would take
    set_mask(at_work, 4, mask)
    put_propagated(at_work, before, after, {MUSCLE: [1, 4]}, reference=volume_node)

    expected = after.array.copy()
    expected[2, 9:12, 26] = 4
    assert np.array_equal(labels_in(at_work, volume_node).array, expected)


def test_a_muscle_that_was_changed_meanwhile_stays_as_it_is(at_work, edit, volume_node):
    from MuscleSegLib.scene.corrected_slices import put_propagated

    before = labels_in(at_work, volume_node)
    edit(at_work, [5])
    now = labels_in(at_work, volume_node)
    with pytest.raises(MuscleSegError, match="changed meanwhile"):
        put_propagated(at_work, before, moved(before, MUSCLE, [2], 1), {MUSCLE: [1, 4]}, reference=volume_node)

    assert np.array_equal(labels_in(at_work, volume_node).array, now.array)


def test_a_finer_segment_keeps_its_voxels_in_the_given_slices(at_work, volume_node, grid):
    from MuscleSegLib.scene.corrected_slices import put_propagated
    from MuscleSegLib.scene.layers import BINARY, image_of, labels_on
    from MuscleSegLib.scene.segmentations import segments_by_value

    halved = np.diag([0.5, 0.5, 1, 1])
    halved[:2, 3] = -0.25
    fine = Geometry((8, 80, 120), grid.affine @ halved)
    array = np.zeros(fine.shape, bool)
    array[1:7, 19:23, 10:30] = True  # half voxels of the scan
    segment = at_work.GetSegmentation().GetSegment(segments_by_value(at_work)[MUSCLE])
    segment.SetLabelValue(1)
    segment.AddRepresentation(BINARY, image_of(Volume(array, fine), at_work))
    before = labels_in(at_work, volume_node)
    put_propagated(at_work, before, moved(before, MUSCLE, [3], 2), {MUSCLE: [1, 4]}, reference=volume_node)

    now = labels_on(fine, at_work, {segments_by_value(at_work)[MUSCLE]: 1}) > 0
    assert np.array_equal(now[[1, 2, 4, 5, 6]], array[[1, 2, 4, 5, 6]])
    assert not np.array_equal(now[3], array[3])


def test_a_scan_with_other_slices_than_the_segmentation_s_is_refused(at_work, volume_node, image):
    from MuscleSegLib.scene.corrected_slices import corrected_slices_of
    from MuscleSegLib.scene.volumes import add_volume

    half = Volume(image.array[::2], Geometry((4, 40, 60), image.geometry.affine @ np.diag([1, 1, 2, 1])))
    with pytest.raises(MuscleSegError, match="choose T1 thigh as the scan"):
        corrected_slices_of(at_work, add_volume(half, "half"))


def test_a_new_result_forgets_the_corrections_of_the_earlier_one(at_work, labels, thigh, edit, corrected, volume_node):
    from MuscleSegLib.scene.corrected_slices import keep_drawn
    from MuscleSegLib.scene.segmentations import show_labels

    edit(at_work, [2])
    show_labels(at_work, labels, thigh, reference=volume_node)
    assert corrected(at_work, automatic=labels) == []
    keep_drawn(at_work, labels, reference=volume_node)
    assert corrected(at_work) == []


def test_of_a_muscle_that_was_added_by_hand_only_drawn_slices_count(at_work, labels, corrected, volume_node):
    from MuscleSegLib.scene.corrected_slices import keep_drawn_nowhere
    from MuscleSegLib.scene.muscle_masks import add_muscle, mask_of, set_mask
    from MuscleSegLib.scene.segmentations import segments_by_value

    at_work.GetSegmentation().RemoveSegment(segments_by_value(at_work)[MUSCLE])
    add_muscle(at_work, "thigh", MUSCLE)
    keep_drawn_nowhere(at_work, MUSCLE)
    assert corrected(at_work, automatic=labels) == []
    mask = mask_of(at_work, MUSCLE, volume_node)
    mask.array[3, 9:12, 5:20] = True
    set_mask(at_work, MUSCLE, mask)
    assert corrected(at_work, automatic=labels) == [3]
