"""Corrected slices are told from those that are as a program drew them."""

import numpy as np
import pytest

from MuscleSegLib.inference.drawn_slices import corrected_slices, drawn_slices


@pytest.fixture
def labels():
    array = np.zeros((6, 20, 20), np.uint8)
    array[1:5, 4:9, 3:8] = 3
    array[2:4, 10:15, 10:16] = 105
    return array


def test_labels_as_drawn_have_no_corrected_slice(labels):
    texts = drawn_slices(labels)

    assert set(texts) == {3, 105}
    assert [corrected_slices(labels, value, texts[value]) for value in texts] == [[], []]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param((slice(2, 3), slice(4, 5), slice(3, 4), 0), id="a voxel less"),
        pytest.param((slice(2, 3), slice(0, 1), slice(0, 1), 3), id="a voxel more"),
        pytest.param((slice(2, 3), slice(4, 9), slice(3, 8), 0), id="emptied"),
        pytest.param((slice(2, 3), slice(4, 9), slice(3, 8), 105), id="of another muscle now"),
    ],
)
def test_any_change_of_a_muscle_in_a_slice_is_a_correction(labels, change):
    text = drawn_slices(labels)[3]
    *where, value = change
    labels[tuple(where)] = value

    assert corrected_slices(labels, 3, text) == [2]


def test_a_muscle_drawn_in_an_empty_slice_is_a_correction(labels):
    text = drawn_slices(labels)[3]
    labels[5, 1, 1] = 3

    assert corrected_slices(labels, 3, text) == [5]


def test_a_muscle_moved_as_a_whole_is_a_correction(labels):
    text = drawn_slices(labels)[3]
    labels[1] = np.roll(labels[1], 1, axis=1)

    assert corrected_slices(labels, 3, text) == [1]


def test_other_muscles_do_not_matter(labels):
    text = drawn_slices(labels)[3]
    labels[labels == 105] = 0

    assert corrected_slices(labels, 3, text) == []


@pytest.mark.parametrize("text", ["", "nonsense", "1:xyz 2:", "7"])
def test_a_text_that_cannot_be_read_makes_every_slice_with_the_muscle_a_corrected_one(labels, text):
    assert corrected_slices(labels, 3, text) == [1, 2, 3, 4]
