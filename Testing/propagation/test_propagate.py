"""Propagation of a digital thigh's labels from a few slices."""

import time

import numpy as np
import pytest

from MuscleSegLib.bundle import fast_bundle
from MuscleSegLib.errors import Canceled
from MuscleSegLib.evaluation.metrics import dice
from MuscleSegLib.propagation import ALONE_REACH, given_for_all, neighbors, propagate, registration
from MuscleSegLib.volume import Volume

GRACILIS = 3


@pytest.fixture(scope="module")
def carried(thigh, drawn_in):
    """Every fourth slice carried by the image alone."""
    image, _ = thigh
    labels = drawn_in([0, 4, 8])
    return propagate(labels, [image], given_for_all(labels, [0, 4, 8]))


def mean_dice(labels, truth, slices):
    parts = (Volume(volume.array[slices], _cut(truth, slices)) for volume in (labels, truth))
    return np.mean(list(dice(*parts).values()))


def _cut(volume, slices):
    return type(volume.geometry)(volume.array[slices].shape, volume.geometry.affine)


def test_given_slices_stay_voxel_for_voxel(thigh, carried):
    assert np.array_equal(carried.labels.array[[0, 4, 8]], thigh[1].array[[0, 4, 8]])
    assert carried.filled == (1, 2, 3, 5, 6, 7)


def test_slices_between_are_drawn_as_they_are(thigh, carried):
    assert mean_dice(carried.labels, thigh[1], [1, 2, 3, 5, 6, 7]) > 0.85


def test_no_label_comes_that_was_not_given_and_sides_are_kept(thigh, drawn_in, carried):
    assert set(np.unique(carried.labels.array)) == set(np.unique(drawn_in([0, 4, 8]).array))
    middle = thigh[1].array.shape[2] // 2
    assert (carried.labels.array[:, :, :middle] < 100).all()  # the image's columns run to the subject's left
    assert not ((carried.labels.array[:, :, middle:] > 0) & (carried.labels.array[:, :, middle:] < 100)).any()


@pytest.mark.slow
def test_a_network_helps(thigh, drawn_in, carried):
    image, truth = thigh
    labels = drawn_in([0, 4, 8])

    helped = propagate(labels, [image], given_for_all(labels, [0, 4, 8]), bundle=fast_bundle("thigh"))

    between = [1, 2, 3, 5, 6, 7]
    assert mean_dice(helped.labels, truth, between) > mean_dice(carried.labels, truth, between)


def test_nothing_changes_where_all_slices_are_given(thigh):
    image, truth = thigh

    result = propagate(truth, [image], given_for_all(truth, range(9)))

    assert np.array_equal(result.labels.array, truth.array)
    assert result.filled == ()
    assert result.next_slices == ()


def test_the_chosen_muscle_alone_changes_and_takes_no_voxel_from_others(thigh):
    image, truth = thigh
    wrong = truth.array.copy()
    wrong[1:4][wrong[1:4] == GRACILIS] = 0
    start = Volume(wrong, truth.geometry)

    result = propagate(start, [image], given_for_all(start, [0, 4], [GRACILIS])).labels.array

    assert np.array_equal(result * (result != GRACILIS), wrong * (wrong != GRACILIS))
    assert (result[1:4] == GRACILIS).any(axis=(1, 2)).all()
    assert np.array_equal(result[4:], wrong[4:])


def test_each_muscle_is_carried_from_its_own_slices(thigh):
    image, truth = thigh
    start = Volume(np.where(np.isin(truth.array, [3, 5]), truth.array, 0), truth.geometry)

    result = propagate(start, [image], {3: [0, 2], 5: [4, 6]})

    assert np.array_equal(result.labels.array[[0, 2, 4, 6]] == 3, start.array[[0, 2, 4, 6]] == 3)
    assert set(result.filled) <= {1, 5}
    changed = result.labels.array != start.array
    assert not changed[5][start.array[5] == 3].any()
    assert not changed[1][start.array[1] == 5].any()


@pytest.mark.parametrize(("beyond", "last"), [(0, 3 + ALONE_REACH), (5, 8)])
def test_a_single_slice_is_carried_a_few_slices_and_that_is_said(thigh, drawn_in, beyond, last):
    image, _ = thigh
    labels = drawn_in([3])

    result = propagate(labels, [image], given_for_all(labels, [3]), beyond=beyond)

    assert max(result.filled) == last
    assert bool(result.notes) == (beyond < ALONE_REACH)


def test_slices_beyond_the_outermost_given_ones_are_filled_on_request(thigh, drawn_in):
    image, _ = thigh
    labels = drawn_in([3, 5])
    given = given_for_all(labels, [3, 5])

    assert propagate(labels, [image], given).filled == (4,)
    assert propagate(labels, [image], given, beyond=2).filled == (1, 2, 4, 6, 7)


@pytest.mark.parametrize("axes", ["RAS", "LPI", "LAI"])
def test_the_file_s_order_of_voxels_does_not_matter(thigh, drawn_in, carried, axes):
    image, labels = thigh[0].to_orientation(axes), drawn_in([0, 4, 8]).to_orientation(axes)

    result = propagate(labels, [image], given_for_all(labels, [0, 4, 8]))

    expected = carried.labels.to_orientation(axes)
    assert np.array_equal(result.labels.array, expected.array)


def test_legs_whose_muscles_have_the_same_values_are_carried_each_by_itself(thigh, drawn_in, carried):
    labels = drawn_in([0, 4, 8])
    without_sides = Volume(labels.array % 100, labels.geometry)

    result = propagate(without_sides, [thigh[0]], given_for_all(without_sides, [0, 4, 8])).labels

    agreement = dice(result, Volume(carried.labels.array % 100, labels.geometry))
    assert min(agreement.values()) > 0.99


def test_labels_of_one_leg_without_a_side_are_carried(thigh, drawn_in):
    image, truth = thigh
    half = image.array.shape[2] // 2
    parts = [Volume(v.array[:, :, :half], type(v.geometry)((9, 113, half), v.geometry.affine)) for v in (image, truth)]
    labels = Volume(drawn_in([0, 4, 8]).array[:, :, :half], parts[0].geometry)

    result = propagate(labels, [parts[0]], given_for_all(labels, [0, 4, 8]))

    assert mean_dice(result.labels, parts[1], [1, 2, 3, 5, 6, 7]) > 0.8


def test_without_given_slices_some_are_proposed_and_nothing_changes(thigh):
    image, truth = thigh

    result = propagate(truth, [image], {}, bundle=fast_bundle("thigh"))

    assert np.array_equal(result.labels.array, truth.array)
    assert set(result.next_slices) <= set(range(9))
    assert result.next_slices


def test_it_stops_soon_after_it_is_asked_to_and_moves_on_before(thigh, drawn_in, monkeypatch):
    image, _ = thigh
    labels = drawn_in([0, 4])
    fractions, registered = [], []

    def counted(fixed, moving, check):
        registered.append(len(fractions))
        time.sleep(0.1)  # longer than it takes to be told, also where the processor is busy
        return registration.register(fixed, moving, check)

    def stop_in_the_middle(fraction, message):
        fractions.append(fraction)
        if fraction > 0.2:
            raise Canceled

    monkeypatch.setattr(neighbors, "register", counted)
    with pytest.raises(Canceled):
        propagate(labels, [image], given_for_all(labels, [0, 4]), progress=stop_in_the_middle)

    assert len(fractions) > 4
    assert fractions == sorted(fractions)
    pairs_of_a_leg = 8
    assert len(registered) < pairs_of_a_leg


def test_a_muscle_that_the_given_slices_have_in_different_places_may_be_nowhere_between(thigh):
    image, truth = thigh
    array = np.zeros_like(truth.array)
    rows, columns = (np.flatnonzero((truth.array[4] == GRACILIS).any(axis=axis)) for axis in (1, 0))
    array[0, rows[0], columns[0]] = array[4, rows[-1], columns[-1]] = GRACILIS
    labels = Volume(array, truth.geometry)

    result = propagate(labels, [image], {GRACILIS: [0, 4]})

    assert not result.labels.array[2].any()
    assert np.array_equal(result.labels.array[[0, 4]], array[[0, 4]])
