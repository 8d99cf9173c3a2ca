"""Gross errors, counted by hand in small label maps."""

import numpy as np
import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.evaluation.metrics import missing_slices, swapped_share
from MuscleSegLib.volume import Geometry, Volume


def volume(slices):
    """Return a label map of one row a slice."""
    array = np.array([[row] for row in slices], np.uint8)
    return Volume(array, Geometry(array.shape, np.eye(4)))


@pytest.mark.parametrize(
    ("labels", "share"),
    [
        ([1, 1, 2, 2, 0], 0),  # as the reference
        ([1, 2, 2, 2, 0], 1 / 4),  # one of four voxels has the neighbor's name
        ([2, 2, 1, 1, 0], 1),  # names exchanged
        ([0, 0, 0, 0, 0], 0),  # missing is not swapped
        ([1, 1, 2, 2, 2], 0),  # nor is too much
        ([101, 1, 2, 2, 0], 1 / 4),  # the other leg's muscle
    ],
)
def test_the_share_of_swapped_voxels_is_that_of_the_reference_with_another_muscle_s_label(labels, share):
    assert swapped_share(volume([labels]), volume([[1, 1, 2, 2, 0]])) == share


def test_a_reference_without_muscles_has_nothing_swapped():
    assert swapped_share(volume([[1, 2]]), volume([[0, 0]])) == 0


@pytest.mark.parametrize(
    ("labels", "reference", "missing"),
    [
        ([7, 0, 7, 7], [7, 7, 7, 7], {7: (1,)}),
        ([7, 0, 0, 7], [7, 7, 7, 7], {7: (1, 2)}),
        ([0, 7, 7, 0], [7, 7, 7, 7], {}),  # ends too early, but not in between
        ([7, 0, 7, 7], [7, 0, 7, 7], {}),  # the reference lacks it too
        ([7, 5, 7, 7], [7, 7, 7, 7], {7: (1,)}),  # another muscle in its place
        ([0, 0, 0, 0], [7, 7, 7, 7], {}),  # absent: no slice to lie between
        ([7, 107, 7, 7], [7, 7, 7, 7], {7: (1,)}),  # the other leg's does not stand in for it
    ],
)
def test_a_slice_is_missing_between_two_that_have_the_muscle(labels, reference, missing):
    assert missing_slices(*(volume([[value] for value in values]) for values in (labels, reference))) == missing


@pytest.mark.parametrize("metric", [swapped_share, missing_slices])
def test_label_maps_on_two_grids_are_refused(metric):
    with pytest.raises(MuscleSegError, match="do not lie on the same grid"):
        metric(volume([[1, 1]]), volume([[1, 1, 1]]))
