"""A muscle made by hand, of which a T2 map with thick slices sees little wholly, and a fat fraction map more."""

import numpy as np
import pytest

from MuscleSegLib.biomarkers.coverage.fat_covariate import fat_covariate_correction
from MuscleSegLib.biomarkers.coverage.partial_volume import WeightedVoxels, partial_volume_corrected
from MuscleSegLib.biomarkers.coverage.voxel_fractions import Grid
from MuscleSegLib.volume import Geometry

T2_SHAPE, FF_SHAPE = (2, 20, 20), (12, 20, 20)
THICKNESS_MM = 20.0
FAT_T2 = 150.0


def geometry(shape, slice_mm, first_mm, angle=0.0):
    """Slices of 2 mm pixels, turned around the limb."""
    cosine, sine = 2 * np.cos(angle), 2 * np.sin(angle)
    return Geometry(
        shape, np.array([[cosine, -sine, 0, 0], [sine, cosine, 0, 0], [0, 0, slice_mm, first_mm], [0, 0, 0, 1.0]])
    )


FF_GEOMETRY = geometry(FF_SHAPE, 5.0, 0.0)
T2_GEOMETRY = geometry(T2_SHAPE, 30.0, 7.5)  # over slices 0 to 3 and 6 to 9 of the fat fraction; 4, 5, 10, 11: gaps


def a_muscle(t2_of_fat, *, gap_percent=20.0):
    """Return corrected voxels of T2, all voxels of T2, those of fat, and the true mean T2.

    It fills columns 5 to 14 in all slices, with 10 to 30 % of fat from row to row, and rows 5 to 8 of columns 15 and
    16, of 30 %, in every second slice of the fat fraction: half of the T2 voxels there.
    """
    fat = np.tile(np.linspace(10, 30, 10)[None, :, None], (12, 1, 20))
    fat = np.pad(fat, ((0, 0), (5, 5), (0, 0)))
    share = np.zeros(FF_SHAPE)
    share[:, 5:15, 5:15] = 1.0
    share[::2, 5:9, 15:17] = 1.0
    fat[:, :, 15:17] = 30.0
    fat[[4, 5, 10, 11]] = gap_percent
    index = np.flatnonzero(share)
    of_fat = WeightedVoxels(index, share.ravel()[index], fat.ravel()[index])

    thick = np.stack([share[0:4].mean(axis=0), share[6:10].mean(axis=0)])
    true_t2 = np.where(thick > 0, t2_of_fat(fat[[0, 6]]), 0.0)
    seen = thick * true_t2 + (1 - thick) * FAT_T2
    index = np.flatnonzero(thick)
    of_t2 = WeightedVoxels(index, thick.ravel()[index], seen.ravel()[index])
    return partial_volume_corrected(of_t2, T2_SHAPE), of_t2, of_fat, float(np.average(true_t2, weights=thick))


def with_covariate(corrected, muscle, fat, *, beside=None):
    return fat_covariate_correction(corrected, muscle, beside or grid(), fat, FF_SHAPE)


def grid(of_map=T2_GEOMETRY):
    return Grid(FF_GEOMETRY, of_map, thickness_mm=THICKNESS_MM)


def test_a_border_that_is_fatter_than_the_voxels_beside_it_has_the_t2_of_its_fat():
    """Columns 15 and 16 are 4 of 104 voxels: by those beside them they have 10 to 17 % of fat, and not 30."""
    corrected, muscle, fat, true = a_muscle(lambda percent: 40 + percent + 0.01 * percent**2)

    assert corrected.mean() < true - 0.5
    assert with_covariate(corrected, muscle, fat).mean() == pytest.approx(true, abs=0.01)


def test_a_border_too_far_from_whole_voxels_has_the_t2_of_its_fat_where_its_slice_has_any():
    """Two more voxels, five columns farther out, of a slice with whole voxels; the same in one without is not asked."""
    corrected, muscle, fat, _ = a_muscle(lambda percent: 40 + percent)
    far = np.ravel_multi_index(([0, 1], [7, 7], [19, 19]), T2_SHAPE)
    of_fat = np.ravel_multi_index(([0, 6], [7, 7], [19, 19]), FF_SHAPE)
    muscle, fat = with_more(muscle, far, 0.5, FAT_T2), with_more(fat, of_fat, 1.0, 25.0)
    in_first = corrected.index < T2_SHAPE[1] * T2_SHAPE[2]
    only_first = WeightedVoxels(corrected.index[in_first], corrected.fraction[in_first], corrected.values[in_first])
    second_is_thin = WeightedVoxels(
        muscle.index, np.where(muscle.index < T2_SHAPE[1] * T2_SHAPE[2], muscle.fraction, 0.5), muscle.values
    )

    both, first = with_covariate(corrected, muscle, fat), with_covariate(only_first, second_is_thin, fat)

    assert dict(zip(both.index, both.values, strict=True))[far[0]] == pytest.approx(65.0)
    assert set(far) <= set(both.index)
    assert far[0] in first.index
    assert far[1] not in first.index


def with_more(muscle, index, share, value):
    order = np.argsort(np.r_[muscle.index, index])
    more = [np.r_[muscle.index, index], np.r_[muscle.fraction, [share] * 2], np.r_[muscle.values, [value] * 2]]
    return WeightedVoxels(*(array[order] for array in more))


def test_what_lies_in_the_gaps_between_slices_does_not_matter():
    few, much = (with_covariate(*a_muscle(lambda percent: 40 + percent, gap_percent=gap)[:3]) for gap in (20.0, 80.0))

    assert np.array_equal(few.values, much.values)


def test_voxels_that_the_muscle_fills_stay_what_they_are():
    corrected, muscle, fat, _ = a_muscle(lambda percent: 40 + percent)

    adjusted = with_covariate(corrected, muscle, fat)

    is_whole = adjusted.fraction == 1
    assert np.array_equal(adjusted.index, np.sort(corrected.index))
    assert np.array_equal(adjusted.values[is_whole], muscle.values[muscle.fraction == 1])


def test_where_t2_does_not_go_with_fat_nothing_changes():
    corrected, muscle, fat, true = a_muscle(lambda percent: 40 + 0 * percent)

    assert with_covariate(corrected, muscle, fat).values == pytest.approx(40.0)
    assert corrected.mean() == pytest.approx(true)


def test_a_fat_fraction_beyond_what_was_seen_counts_as_the_farthest_that_was():
    """A straight line would give the 90 % of fat an own T2 of 130 ms; nobody saw what lies beyond 30 %."""
    corrected, muscle, fat, _ = a_muscle(lambda percent: 40 + percent)
    border = fat.index % 20 >= 15
    fatter = WeightedVoxels(fat.index, fat.fraction, np.where(border, 90.0, fat.values))

    assert with_covariate(corrected, muscle, fatter).values.max() == pytest.approx(70.0, abs=0.01)


@pytest.mark.parametrize("reason", ["grids are turned", "few voxels", "elsewhere along the limb", "all of one fat"])
def test_where_fat_can_tell_nothing_nothing_changes(reason):
    corrected, muscle, fat, _ = a_muscle(lambda percent: 40 + percent)
    beside = grid()
    if reason == "grids are turned":
        beside = grid(geometry(T2_SHAPE, 30.0, 7.5, angle=0.2))
    elif reason == "few voxels":
        some = (corrected.fraction < 1) | (np.arange(len(corrected.fraction)) < 20)
        corrected = WeightedVoxels(corrected.index[some], corrected.fraction[some], corrected.values[some])
    elif reason == "elsewhere along the limb":
        beside = grid(geometry(T2_SHAPE, 30.0, 500.0))
    else:
        fat = WeightedVoxels(fat.index, fat.fraction, np.full(len(fat.index), 20.0))

    assert with_covariate(corrected, muscle, fat, beside=beside).values == pytest.approx(corrected.values)
