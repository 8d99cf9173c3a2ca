"""Refusals of what cannot be propagated."""

import numpy as np
import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.propagation import given_for_all, labeled_slices, on_grid_of_image, propagate
from MuscleSegLib.volume import Geometry, Volume


@pytest.mark.parametrize(
    ("slices", "values", "sentence"),
    [
        ([], None, "No slice of the image is given"),
        ([3, 9], None, "has no slice 9: its slices are 0 to 8"),
        ([-1], None, "has no slice -1"),
        ([5], None, "hold no label"),
        ([3], [77], "hold none of the chosen muscles"),
    ],
)
def test_slices_that_cannot_be_given_are_refused(drawn_in, slices, values, sentence):
    with pytest.raises(MuscleSegError, match=sentence):
        given_for_all(drawn_in([3]), slices, values)


def test_a_muscle_that_is_in_none_of_its_slices_is_refused(thigh, drawn_in):
    with pytest.raises(MuscleSegError, match=r"Label 3 of the image is in none of its given slices \(5\)"):
        propagate(drawn_in([3]), [thigh[0]], {3: [5]})


@pytest.mark.parametrize(
    "change",
    [
        lambda affine: affine @ np.diag([2, 2, 1, 1]),
        lambda affine: affine + [[0, 0, 0, 1.2], [0] * 4, [0] * 4, [0] * 4],
        lambda affine: affine * [[1, 1, 1, 1], [-1, -1, -1, -1], [1, 1, 1, 1], [1, 1, 1, 1]],
    ],
    ids=["other voxels", "half a voxel aside", "front and back exchanged"],
)
def test_labels_on_another_grid_are_refused(thigh, drawn_in, change):
    labels = drawn_in([3])
    moved = Volume(labels.array, Geometry(labels.array.shape, change(labels.geometry.affine)))

    with pytest.raises(MuscleSegError, match="does not lie on the grid"):
        propagate(moved, [thigh[0]], {3: [3]})


@pytest.mark.parametrize(
    "box", [(slice(0, 9), slice(10, 90), slice(5, 170)), (slice(2, 7), slice(0, 113), slice(0, 173))]
)
def test_labels_of_a_part_of_the_grid_are_put_on_the_whole(thigh, box):
    image, truth = thigh
    first = np.array([part.start for part in box[::-1]])
    affine = truth.geometry.affine.copy()
    affine[:3, 3] += affine[:3, :3] @ first
    cropped = Volume(truth.array[box], Geometry(truth.array[box].shape, affine))

    placed = on_grid_of_image(cropped, image)

    assert placed.geometry.is_close(image.geometry)
    assert np.array_equal(placed.array[box], truth.array[box])
    assert placed.array.sum() == truth.array[box].sum()


def test_an_image_without_contrast_is_refused(drawn_in):
    labels = drawn_in([0, 4])
    flat = Volume(np.full(labels.array.shape, 7, np.int16), labels.geometry)

    with pytest.raises(MuscleSegError, match="is blank"):
        propagate(labels, [flat], given_for_all(labels, [0, 4]))


def test_slices_along_the_limb_are_refused(thigh, drawn_in):
    image, labels = thigh[0].to_orientation("SAR"), drawn_in([0, 4]).to_orientation("SAR")

    with pytest.raises(MuscleSegError, match="do not lie across the limb"):
        propagate(labels, [image], {3: [80]})


def test_slices_with_labels_are_listed(drawn_in):
    assert labeled_slices(drawn_in([1, 7])) == [1, 7]


def test_fewer_slices_than_none_beyond_the_given_ones_are_refused(thigh, drawn_in):
    labels = drawn_in([0, 4])

    with pytest.raises(MuscleSegError, match="cannot be -1"):
        propagate(labels, [thigh[0]], given_for_all(labels, [0, 4]), beyond=-1)
