"""Mixtures made by hand: what is put in has to come out."""

import numpy as np
import pytest

from MuscleSegLib.biomarkers.coverage.partial_volume import LEAST_WHOLE, REACH, WeightedVoxels, partial_volume_corrected

SHAPE = (4, 30, 30)
FAT = 90.0


def a_disk(radius=8.0, center=(14.7, 15.2), points=9):
    """Return each voxel's share of a round muscle, [k, j, i], the same in all slices; counted in points."""
    steps = (np.arange(points) + 0.5) / points - 0.5
    j, i = (np.add.outer(np.arange(size), steps).ravel() for size in SHAPE[1:])
    inside = np.hypot(j[:, None] - center[0], i[None, :] - center[1]) < radius
    share = inside.reshape(SHAPE[1], points, SHAPE[2], points).mean(axis=(1, 3))
    return np.broadcast_to(share, SHAPE)


def weighted_voxels(share, values):
    index = np.flatnonzero(share > 0.02)
    return WeightedVoxels(index, share.ravel()[index].astype(np.float64), values.ravel()[index])


def corrected_mean(muscle, shape):
    corrected = partial_volume_corrected(muscle, shape)
    return None if corrected is None else corrected.mean()


def test_fat_around_a_muscle_is_not_in_its_mean():
    share = a_disk()
    values = share * 10.0 + (1 - share) * FAT
    assert np.average(values[share > 0.5], weights=share[share > 0.5]) > 11.5
    assert corrected_mean(weighted_voxels(share, values), SHAPE) == pytest.approx(10.0, abs=1e-9)


def test_fat_that_gathers_near_the_border_is_in_its_mean():
    """40 % in the outer third of the radius and 10 % inside: a muscle of one value would have lost most of the 40."""
    share, inner = a_disk(), a_disk(radius=5.3)
    muscle_values = 40.0 - 30.0 * inner
    values = share * muscle_values + (1 - share) * FAT
    truth = np.average(muscle_values, weights=share)
    assert corrected_mean(weighted_voxels(share, values), SHAPE) == pytest.approx(truth, abs=0.5)


def test_values_that_rise_toward_the_border_go_on_rising_in_it():
    """Fat that grows outward from 10 to 42 %. The border is 4 points fatter than the nearest voxels beside it."""
    share = a_disk()
    _, j, i = np.indices(SHAPE)
    muscle_values = 10.0 + 4.0 * np.hypot(j - 14.7, i - 15.2)
    border = (share > 0.02) & (share <= 0.99)

    corrected = partial_volume_corrected(weighted_voxels(share, share * muscle_values + (1 - share) * FAT), SHAPE)

    places = np.isin(corrected.index, np.flatnonzero(border))
    assert (corrected.values[places] - muscle_values.ravel()[corrected.index[places]]).mean() > -2.5
    assert corrected.mean() == pytest.approx(np.average(muscle_values, weights=share), abs=0.3)


def test_one_voxel_beside_the_border_tells_a_level_and_no_slope():
    share, muscle_values = np.zeros(SHAPE), np.zeros(SHAPE)
    share[:, 5, 5], muscle_values[:, 5, 5] = 1.0, 20.0
    share[0, 9, 9], muscle_values[0, 9, 9] = 1.0, 60.0
    share[:, 5, 6] = 0.5

    corrected = partial_volume_corrected(weighted_voxels(share, muscle_values + 30 * (share == 0.5)), SHAPE)

    assert corrected.values[corrected.fraction == 0.5] == pytest.approx(20.0)


def test_values_that_run_along_and_across_a_muscle_are_averaged_by_its_amount():
    share = a_disk() * np.array([1.0, 1.0, 1.0, 0.0])[:, None, None]
    k, j, _ = np.indices(SHAPE)
    muscle_values = 10.0 + 4.0 * k + 0.5 * j
    values = share * muscle_values + (1 - share) * FAT
    truth = np.average(muscle_values, weights=share)
    assert corrected_mean(weighted_voxels(share, values), SHAPE) == pytest.approx(truth, abs=0.05)


def test_how_the_border_s_values_mix_does_not_matter():
    share = a_disk()
    values = np.where(share > 0.999, 35.0, 150.0 - 80.0 * share**2)
    assert corrected_mean(weighted_voxels(share, values), SHAPE) == pytest.approx(35.0)


def test_a_muscle_at_the_edge_of_the_image_is_not_continued_at_the_other_edge():
    share = np.roll(a_disk(), -15, axis=2)  # the middle at the left edge; its left half at the right one
    left = np.where(np.arange(SHAPE[2]) < 15, share, 0.0)
    values = left * 10.0 + (1 - left) * FAT
    assert corrected_mean(weighted_voxels(left, values), SHAPE) == pytest.approx(10.0, abs=1e-9)


def test_a_muscle_alone_in_its_voxels_has_nothing_to_correct():
    share = np.ones(SHAPE)
    assert corrected_mean(weighted_voxels(share, 7.0 * share), SHAPE) is None


def test_a_muscle_with_hardly_a_voxel_of_its_own_is_not_corrected():
    share = np.full(SHAPE, 0.6)
    share[0, 10, 10 : 10 + LEAST_WHOLE - 1] = 1.0
    assert corrected_mean(weighted_voxels(share, 10.0 * share), SHAPE) is None
    share[0, 10, 10 + LEAST_WHOLE - 1] = 1.0
    assert corrected_mean(weighted_voxels(share, 10.0 * share), SHAPE) == pytest.approx(10.0)


def test_a_thin_end_takes_the_nearest_whole_voxels_values_as_far_as_it_reaches():
    share, muscle_values = np.zeros(SHAPE), np.zeros(SHAPE)
    share[0, 5, 5:11], muscle_values[0, 5, 5:11] = 1.0, 10.0
    share[0, 20, 5:11], muscle_values[0, 20, 5:11] = 1.0, 30.0
    share[0, 5, 11 : 11 + REACH + 1] = 0.5  # an end that lies askew; its last voxel is too far from any whole one
    counted = 6 + 0.5 * REACH
    assert corrected_mean(weighted_voxels(share, share * muscle_values), SHAPE) == pytest.approx(
        (10 * counted + 30 * 6) / (counted + 6)
    )
