"""The whole of a measurement: extent, coverage, profiles, edits, turned maps."""

import numpy as np
import pytest

from MuscleSegLib.anatomy import scheme
from MuscleSegLib.biomarkers import Measurement
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import Geometry, Volume

THIGH = scheme("thigh")


def test_areas_and_volume_are_those_of_squares(a_cone):
    row = Measurement(a_cone, THIGH).rows()[2]
    # (4 + 16 + 36 + 16) pixels of 4 mm2 in slices of 10 mm; the largest is the sixth of ten slices, at 10 mm
    assert row.volume_cm3 == pytest.approx(72 * 4 * 10 / 1000)
    assert row.largest_area_cm2 == pytest.approx(36 * 4 / 100)
    assert row.largest_area_position_mm == pytest.approx(10)
    assert row.largest_area_position_percent == pytest.approx(55)


def test_volume_without_gaps_is_that_of_the_slices_alone(a_cone):
    row = Measurement(a_cone, THIGH, thickness_mm={"labels": 8.0}).rows()[2]
    assert row.volume_cm3 == pytest.approx(72 * 4 * 8 / 1000)


def test_contractile_volume_is_that_without_fat(a_cone):
    fat = Volume(np.full(a_cone.array.shape, 25.0), a_cone.geometry)
    row = Measurement(a_cone, THIGH, maps={"ff": fat}).rows()[2]
    assert row.contractile_cm3 == pytest.approx(0.75 * row.volume_cm3)


def test_coverage_is_the_part_of_the_volume_that_the_map_shows(a_cone, on_grid):
    # From 5 mm up: all of slices 5 and 6, which are 52 of 72 pixels. One slice is half in it from 10 mm up: 18 + 16.
    for bottom, pixels in ((5.0, 52), (10.0, 34)):
        values = on_grid(np.full((10, 20, 20), 8.0), (2, 2, 5), (0, 0, bottom + 2.5))
        row = Measurement(a_cone, THIGH, maps={"ff": values}).rows()[2]
        assert row.ff_coverage_percent == pytest.approx(100 * pixels / 72)


def test_a_map_without_values_covers_nothing(a_cone):
    row = Measurement(a_cone, THIGH, maps={"ff": Volume(np.full(a_cone.array.shape, np.nan), a_cone.geometry)}).rows()[
        2
    ]
    assert (row.ff_coverage_percent, row.ff_voxels, row.ff_excluded_voxels) == (0.0, 0, 72)
    assert row.ff_mean_percent is None


def an_oblique_muscle(on_grid):
    """Labels and a fat fraction on one grid, a T2 map with slices of 20 mm every 30, and the true mean T2 in these.

    Gracilis (3) goes sideways by a pixel of 2 mm a slice of 5 mm, and is fatter the nearer to one of its edges, least
    in most of its rows. T2 is 40 ms and one more for each percent of fat; around the muscle it is 150 ms.
    """
    k, j, i = np.indices((12, 40, 40))
    muscle = (j >= 10) & (j < 26) & (i >= 8 + k) & (i < 24 + k)
    fat = np.where(muscle, 5.0 + np.where(j < 23, 8, 11) * np.clip(i - k - 16, 0, None), 90.0)
    t2 = np.where(muscle, 40 + fat, 150.0)
    slices = [slice(0, 4), slice(6, 10)]
    thick = on_grid(np.stack([t2[stretch].mean(axis=0) for stretch in slices]), (2, 2, 30), (0, 0, 7.5))
    truth = np.concatenate([t2[stretch][muscle[stretch]] for stretch in slices]).mean()
    labels = on_grid(np.where(muscle, 3, 0).astype(np.uint8), (2, 2, 5))
    return labels, on_grid(fat, (2, 2, 5)), thick, float(truth)


def test_t2_at_a_muscle_s_border_is_told_by_a_fat_fraction(on_grid):
    labels, fat, t2, truth = an_oblique_muscle(on_grid)

    alone, with_ff = (
        Measurement(labels, THIGH, maps=maps, thickness_mm={"t2": 20.0}).rows()[2].t2_corrected_ms
        for maps in ({"t2": t2}, {"t2": t2, "ff": fat})
    )

    assert alone < truth - 0.5
    assert abs(with_ff - truth) < 0.5 * abs(alone - truth)


def test_a_fat_fraction_without_values_tells_nothing_of_t2(on_grid):
    labels, fat, t2, _ = an_oblique_muscle(on_grid)
    empty = Volume(np.full(fat.array.shape, np.nan), fat.geometry)

    alone, with_ff = (
        Measurement(labels, THIGH, maps=maps, thickness_mm={"t2": 20.0}).rows()[2].t2_corrected_ms
        for maps in ({"t2": t2}, {"t2": t2, "ff": empty})
    )

    assert with_ff == alone


@pytest.fixture
def edited(a_thigh):
    """A measured thigh on a map of its own grid, and its labels without a row of a gracilis."""
    labels, values = a_thigh
    shifted = values.geometry.affine.copy()
    shifted[:3, 3] += (0.2, 0.1, 3.0)
    maps = {"ff": Volume(np.abs(values.array), Geometry(values.geometry.shape, shifted)), "t2": values}
    less = labels.array.copy()
    less[:, 0][less[:, 0] == 3] = 0
    return Measurement(labels, THIGH, maps=maps), Volume(less, labels.geometry), maps


def test_a_row_after_an_edit_is_that_of_the_edited_labels(edited):
    session, labels, maps = edited
    row = session.edited(labels, 3)
    again = Measurement(labels, THIGH, maps=maps).rows()[2]
    for name in ("volume_cm3", "ff_mean_percent", "ff_sd_percent", "ff_voxels", "t2_mean_ms", "ff_coverage_percent"):
        assert getattr(row, name) == pytest.approx(getattr(again, name), rel=1e-9)
    assert session.rows()[2] == row


def test_a_muscle_that_was_deleted_has_an_empty_row_and_comes_back(edited, a_thigh):
    session, labels, _ = edited
    before = session.rows()[2]
    none = Volume(np.where(labels.array == 3, 0, labels.array), labels.geometry)
    gone = session.edited(none, 3)
    assert (gone.muscle, gone.volume_cm3, gone.ff_mean_percent, gone.warnings) == ("gracilis", None, None, "")
    back = session.edited(a_thigh[0], 3)
    assert (back.volume_cm3, back.t2_mean_ms) == pytest.approx((before.volume_cm3, before.t2_mean_ms))


def test_an_edit_on_another_grid_or_of_an_unknown_label_is_refused(edited, in_a_row):
    session, labels, _ = edited
    with pytest.raises(MuscleSegError, match="measure the whole label map"):
        session.edited(in_a_row([3]), 3)
    with pytest.raises(MuscleSegError, match="measure the whole label map"):
        session.edited(labels, 55)


@pytest.mark.parametrize("thickness", [{"ff": 0.0}, {"t2": float("nan")}])
def test_a_slice_without_thickness_is_refused(a_cone, thickness):
    with pytest.raises(MuscleSegError, match="give its thickness"):
        Measurement(a_cone, THIGH, thickness_mm=thickness)


def a_muscle_in_fat(points):
    """Values at RAS points: a spindle of muscle of FF 20 rising to 30 % along the limb, in fat of 90 %."""
    x, y, z = np.moveaxis(points, -1, 0)
    inside = np.hypot(x - 2, y + 1) < 25 - 0.15 * np.abs(z)
    return inside, np.where(inside, 25 + z / 12, 90.0)


def points_of(geometry):
    k, j, i = np.indices(geometry.shape)
    return geometry.world_from_index(np.stack([i, j, k], axis=-1))


def turn(axis, angle):
    """The matrix that turns by an angle in degrees about an axis of the patient, 0 being left-right."""
    cosine, sine = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    matrix, (a, b) = np.eye(3), sorted({0, 1, 2} - {axis})
    matrix[a, a] = matrix[b, b] = cosine
    matrix[a, b], matrix[b, a] = -sine, sine
    return matrix


def a_map(angle, axis=0, thickness_mm=5.0):
    """A map turned by an angle about an axis, each voxel the mean of 4 x 4 x 4 points in it."""
    shape = (40, 48, 48)
    affine = np.eye(4)
    affine[:3, :3] = turn(axis, angle) @ np.diag([1.72, 1.72, thickness_mm])
    affine[:3, 3] = -affine[:3, :3] @ ((np.array(shape[::-1]) - 1) / 2)
    geometry = Geometry(shape, affine)
    offsets = (np.arange(4) + 0.5) / 4 - 0.5
    total = np.zeros(shape)
    for a, b, c in np.stack(np.meshgrid(offsets, offsets, offsets), axis=-1).reshape(-1, 3):
        total += a_muscle_in_fat(points_of(geometry) + affine[:3, :3] @ (a, b, c))[1]
    return Volume(total / 64, geometry)


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.slow
def test_a_map_turned_by_15_degrees_changes_no_number_by_more_than_1_percent(axis):
    affine = np.diag([0.68, 0.68, 15.0, 1.0])
    affine[:3, 3] = (-34, -34, -67.5)
    grid = Geometry((10, 100, 100), affine)
    labels = Volume(a_muscle_in_fat(points_of(grid))[0].astype(np.uint8), grid)
    straight, turned = (Measurement(labels, THIGH, maps={"ff": a_map(angle, axis)}).rows()[0] for angle in (0, 15))
    for name in ("mean_percent", "median_percent", "corrected_percent", "coverage_percent"):
        expected = getattr(straight, f"ff_{name}")
        assert getattr(turned, f"ff_{name}") == pytest.approx(expected, rel=0.01), name
    assert turned.ff_corrected_percent == pytest.approx(25, abs=0.5)
    # Straight slices of 5 mm give the fat fraction in steps of 5 / 12 points, and so their percentiles.
    assert turned.ff_p05_percent == pytest.approx(straight.ff_p05_percent, abs=5 / 12)
