"""A round muscle made by hand, whose outline lies a little farther in or farther out than it was drawn."""

import numpy as np
import pytest

from MuscleSegLib.anatomy import scheme
from MuscleSegLib.biomarkers import Measurement
from MuscleSegLib.biomarkers.coverage.contour_uncertainty import (
    CONTOUR_SHIFT_PX,
    ContourUncertainty,
    contour_uncertainty,
)
from MuscleSegLib.biomarkers.coverage.partial_volume import WHOLE, WeightedVoxels, partial_volume_corrected
from MuscleSegLib.biomarkers.coverage.shape import ONE_VOXEL
from MuscleSegLib.biomarkers.coverage.voxel_fractions import VoxelFractions

SHAPE = (4, 30, 30)
MUSCLE, FAT = 10.0, 90.0
RADIUS, MOVED = 8.3, CONTOUR_SHIFT_PX * ONE_VOXEL  # pixels


def disk(radius, center=(14.7, 15.2), points=15):
    """Return each voxel's share of a round muscle in one slice, counted in points."""
    steps = (np.arange(points) + 0.5) / points - 0.5
    j, i = (np.add.outer(np.arange(size), steps).ravel() for size in SHAPE[1:])
    inside = np.hypot(j[:, None] - center[0], i[None, :] - center[1]) < radius
    return inside.reshape(SHAPE[1], points, SHAPE[2], points).mean(axis=(1, 3))


def fractions(plane):
    array = np.stack([plane] * SHAPE[0])
    index = np.flatnonzero(array > 0.02)
    return VoxelFractions(index, array.ravel()[index].astype(np.float32))


def without_surroundings_of(true_radii, beside=FAT, center=(14.7, 15.2), drawn_radius=RADIUS):
    """Return a muscle without surroundings, and as it is, when each slice has a true radius."""
    true = np.stack([disk(radius, center) for radius in true_radii])
    values = true * MUSCLE + (1 - true) * beside
    drawn, narrower = fractions(disk(drawn_radius, center)), fractions(disk(drawn_radius - MOVED, center))
    muscle = WeightedVoxels(drawn.index, drawn.fraction.astype(float), values.ravel()[drawn.index])
    without_surroundings = contour_uncertainty(drawn, narrower, SHAPE).remove_surroundings(
        muscle, lambda index: values.ravel()[index]
    )
    return without_surroundings, muscle


def test_an_outline_as_often_farther_in_as_out_lets_in_nothing_on_average():
    without_surroundings, muscle = without_surroundings_of([RADIUS - MOVED, RADIUS + MOVED] * 2)

    assert partial_volume_corrected(muscle, SHAPE).mean() > MUSCLE + 0.12
    assert partial_volume_corrected(without_surroundings, SHAPE).mean() == pytest.approx(MUSCLE, abs=0.03)


def test_only_voxels_near_the_border_change_and_shares_do_not():
    without_surroundings, muscle = without_surroundings_of([RADIUS] * 4)

    changed = without_surroundings.values != muscle.values
    assert np.array_equal(without_surroundings.fraction, muscle.fraction)
    assert 0 < np.count_nonzero(changed) < 0.2 * len(changed)
    assert (muscle.fraction[changed] > WHOLE).all()
    _, j, i = np.unravel_index(muscle.index[changed], SHAPE)
    assert (np.hypot(j - 14.7, i - 15.2) > RADIUS - 1.6).all()


def test_another_muscle_beside_it_with_the_same_value_changes_nothing():
    without_surroundings, muscle = without_surroundings_of([RADIUS - MOVED, RADIUS + MOVED] * 2, beside=MUSCLE)

    assert without_surroundings.values == pytest.approx(muscle.values)


def test_where_nothing_outside_has_a_value_nothing_changes():
    drawn, narrower = fractions(disk(RADIUS)), fractions(disk(RADIUS - MOVED))
    muscle = WeightedVoxels(drawn.index, drawn.fraction.astype(float), np.full(len(drawn.index), MUSCLE))

    without_surroundings = contour_uncertainty(drawn, narrower, SHAPE).remove_surroundings(
        muscle, lambda index: np.full(index.shape, np.nan)
    )

    assert np.array_equal(without_surroundings.values, muscle.values)


def test_voxels_without_a_value_are_no_hindrance():
    drawn, narrower = fractions(disk(RADIUS)), fractions(disk(RADIUS - MOVED))
    uncertainty = contour_uncertainty(drawn, narrower, SHAPE)
    kept = ~np.isin(drawn.index, uncertainty.index[::2])
    muscle = WeightedVoxels(
        drawn.index[kept], drawn.fraction[kept].astype(float), np.full(np.count_nonzero(kept), MUSCLE)
    )
    none = WeightedVoxels(drawn.index[:0], drawn.fraction[:0].astype(float), np.empty(0))

    without_surroundings = uncertainty.remove_surroundings(muscle, lambda index: np.full(index.shape, FAT))

    changed = muscle.index[without_surroundings.values < MUSCLE]
    assert np.array_equal(changed, uncertainty.index[1::2])
    assert not uncertainty.remove_surroundings(none, lambda index: np.full(index.shape, FAT)).values.size


def test_a_muscle_at_the_edge_of_the_image_is_not_mixed_with_what_is_at_the_other_edge():
    """Its middle is the left edge of the image; at the right edge nothing has its value, nor that of fat."""
    at_edge = (14.7, 2.0)
    without_surroundings, muscle = without_surroundings_of([RADIUS - MOVED, RADIUS + MOVED] * 2, center=at_edge)

    assert partial_volume_corrected(without_surroundings, SHAPE).mean() == pytest.approx(MUSCLE, abs=0.03)
    left_column = without_surroundings.index % SHAPE[2] == 0
    deep = left_column & (np.abs(without_surroundings.index // SHAPE[2] % SHAPE[1] - 14.7) < 5)
    assert without_surroundings.values[deep] == pytest.approx(muscle.values[deep])


def test_on_the_grid_of_the_labels_there_is_no_doubt():
    drawn = VoxelFractions(np.arange(100), np.ones(100, np.float32))
    muscle = WeightedVoxels(drawn.index, np.ones(100), np.full(100, MUSCLE))

    uncertainty = contour_uncertainty(drawn, drawn, SHAPE)

    assert not uncertainty.index.size
    assert np.array_equal(
        uncertainty.remove_surroundings(muscle, lambda index: np.full(index.shape, FAT)).values, muscle.values
    )


def test_a_muscle_of_which_nothing_is_left_farther_in_is_half_in_doubt():
    drawn = VoxelFractions(np.array([100]), np.ones(1, np.float32))
    nothing = VoxelFractions(np.empty(0, np.intp), np.empty(0, np.float32))

    assert contour_uncertainty(drawn, nothing, SHAPE).outside == pytest.approx([0.5])


@pytest.mark.parametrize("name", ["ff", "mtr", "t2"])
def test_what_is_taken_out_is_what_a_row_is_made_of(name, on_grid, monkeypatch):
    """Were nobody to take out anything, the row would stay what it is when five more are put in."""
    drawn = np.stack([disk(radius) > 0.5 for radius in (9.0, 8.0, 7.0)])
    labels = on_grid(drawn.astype(np.uint8), (1.0, 1.0, 10.0))
    a_map = on_grid(np.full((5, 20, 20), 40.0), (1.5, 1.5, 5.0))
    column = {"ff": "ff_corrected_percent", "mtr": "mtr_corrected_percent", "t2": "t2_corrected_ms"}[name]
    before = getattr(Measurement(labels, scheme("thigh"), maps={name: a_map}).rows()[0], column)

    monkeypatch.setattr(
        ContourUncertainty,
        "remove_surroundings",
        lambda _, muscle, __: WeightedVoxels(muscle.index, muscle.fraction, muscle.values + 5),
    )

    assert before == pytest.approx(40.0)
    assert getattr(Measurement(labels, scheme("thigh"), maps={name: a_map}).rows()[0], column) == pytest.approx(45.0)
