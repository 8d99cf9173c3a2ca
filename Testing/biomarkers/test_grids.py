"""Maps on other grids than the labels."""

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813 - everybody's name for it

from MuscleSegLib.anatomy import scheme
from MuscleSegLib.biomarkers import labels_on_grid, measure
from MuscleSegLib.volume import Geometry, Volume

THIGH = scheme("thigh")


def means(labels, values):
    rows = measure(labels, THIGH, maps={"t2": values})
    return {row.label: row.t2_mean_ms for row in rows if row.t2_mean_ms is not None}


def test_a_coarse_voxel_counts_for_the_muscle_that_fills_more_than_half_of_it(in_a_row):
    # Voxels of 3 mm whose edges are at 0, 3, 6, 9 and 12 mm: half a label voxel off the labels' edges.
    values = in_a_row([10, 20, 30, 40], spacing_mm=3, first_mm=1.5)
    # Adductor from -0.5 to 5.5 mm: all of the first voxel and 2.5 mm of the second. Biceps from 5.5 to 8.5 mm: 2.5 mm
    # of the third. The fourth has nothing.
    labels = in_a_row([1, 1, 1, 1, 1, 1, 2, 2, 2, 0, 0, 0])
    assert means(labels, values) == {1: 15.0, 2: 30.0}


def test_a_voxel_that_is_filled_by_exactly_half_counts_for_nobody(in_a_row):
    values = in_a_row([10, 20, 30, 40], spacing_mm=3, first_mm=1.5)
    # Adductor to 4.5 mm and biceps from there to 7.5 mm: each has half of the second voxel, biceps half of the third.
    labels = in_a_row([1, 1, 1, 1, 1, 2, 2, 2, 0, 0, 0, 0])
    assert means(labels, values) == {1: 10.0}


def test_the_share_that_counts_can_be_raised(in_a_row):
    values = in_a_row([10, 20, 30, 40], spacing_mm=3, first_mm=1.5)
    labels = in_a_row([1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0])  # five sixths of the second voxel
    assert labels_on_grid(labels, values.geometry).ravel().tolist() == [1, 1, 0, 0]
    assert labels_on_grid(labels, values.geometry, minimum_share=0.9).ravel().tolist() == [1, 0, 0, 0]


@pytest.mark.parametrize("share", [0.0, 0.49, 1.0])
def test_a_share_that_two_muscles_can_have_is_refused(in_a_row, share):
    with pytest.raises(ValueError, match="at least 0.5"):
        measure(in_a_row([1]), THIGH, maps={"t2": in_a_row([5])}, minimum_share=share)


def test_a_map_reaching_beyond_the_labels_has_no_muscle_there(in_a_row):
    # The label grid ends at 2.5 mm, 0.5 mm into the second voxel of 2 mm.
    values = in_a_row([10, 20, 30], spacing_mm=2, first_mm=1.0)
    assert labels_on_grid(in_a_row([1, 1, 1]), values.geometry).ravel().tolist() == [1, 0, 0]


def test_a_thick_label_slice_stands_for_the_leg_halfway_to_the_next(on_grid):
    # Label slices every 24 mm at 0 and 24 mm; map slices every 6 mm from -15 to 39 mm.
    labels = on_grid(np.array([1, 2], dtype=np.uint8).reshape(2, 1, 1), (1, 1, 24))
    values = on_grid(np.arange(10.0).reshape(10, 1, 1), (1, 1, 6), (0, 0, -15))
    # -9, -3, 3 and 9 mm are nearer to the first slice; 15 to 33 mm to the second; -15 and 39 mm outside of both.
    assert labels_on_grid(labels, values.geometry).ravel().tolist() == [0, 1, 1, 1, 1, 2, 2, 2, 2, 0]


def test_a_map_without_any_label_voxel_gives_no_value_and_keeps_the_volume(in_a_row):
    # Overlaps the label grid, but not the muscle in it.
    row = measure(in_a_row([0, 0, 0, 1]), THIGH, maps={"t2": in_a_row([30.0, 50.0], first_mm=0.3, dtype=float)})[0]
    assert (row.t2_mean_ms, row.volume_cm3) == (None, 0.001)


def stored_otherwise(volume, order, flips):
    """The same voxels at the same places of the patient, with array axes permuted and then reversed."""
    array, affine = volume.array.transpose(order), volume.geometry.affine.copy()
    # Column c of the affine is array axis 2 - c.
    affine[:3, :3] = affine[:3, [2 - order[2 - column] for column in range(3)]]
    for axis in flips:
        affine[:3, 3] += affine[:3, 2 - axis] * (array.shape[axis] - 1)
        affine[:3, 2 - axis] *= -1
        array = np.flip(array, axis)
    return Volume(np.ascontiguousarray(array), Geometry(array.shape, affine))


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (2, 0, 1)])
@pytest.mark.parametrize("flips", [(), (2,), (0, 1), (0, 1, 2)])
@pytest.mark.parametrize("what", ["labels", "map"])
def test_how_the_axes_are_stored_changes_no_number(a_thigh, order, flips, what):
    labels, values = a_thigh
    expected = means(labels, values)
    if what == "labels":
        labels = stored_otherwise(labels, order, flips)
    else:
        values = stored_otherwise(values, order, flips)
    assert means(labels, values) == pytest.approx(expected, rel=1e-12)


def test_how_a_coarse_map_is_stored_changes_no_number(in_a_row):
    values = in_a_row([10, 20, 30, 40], spacing_mm=3, first_mm=1.5)
    labels = in_a_row([1, 1, 1, 1, 1, 1, 2, 2, 2, 0, 0, 0])
    upright = stored_otherwise(values, (0, 2, 1), (1,))
    assert upright.array.shape == (1, 4, 1)
    assert means(labels, upright) == {1: 15.0, 2: 30.0}  # as above


@pytest.fixture
def a_ball():
    """A ball of label 1, its core label 2, in voxels of 1 x 1 x 2 mm, and a map grid of 1.5 x 4 x 3 mm turned 20°."""
    k, j, i = np.indices((20, 40, 40))
    distance = np.sqrt((i - 19.5) ** 2 + (j - 18) ** 2 + ((k - 9.3) * 2) ** 2)
    array = (distance < 15).astype(np.uint8) + (distance < 8)
    labels = Volume(array, Geometry(array.shape, np.diag([1, 1, 2, 1])))
    cosine, sine = np.cos(np.deg2rad(20)), np.sin(np.deg2rad(20))
    affine = np.eye(4)
    affine[:3, :3] = np.array([[cosine, -sine, 0], [sine, cosine, 0], [0, 0, 1]]) @ np.diag([1.5, 4, 3])
    affine[:3, 3] = (8.3, -6.1, -2.2)
    return labels, Geometry((17, 12, 32), affine)


def share_by_simpleitk(labels, geometry, value, fine=10):
    """The share of each voxel that a label fills: SimpleITK's nearest neighbor on a grid ten times as fine."""
    affine, shape = geometry.affine, geometry.shape
    image = sitk.GetImageFromArray((labels.array == value).astype(np.uint8))
    image.SetSpacing((1.0, 1.0, 2.0))  # axes as those of the patient but for the sign: any one frame will do here
    corner = affine[:3, 3] + affine[:3, :3] @ np.full(3, 0.5 / fine - 0.5)
    spacing = np.linalg.norm(affine[:3, :3], axis=0)
    sizes = [size * fine for size in reversed(shape)]
    direction = (affine[:3, :3] / spacing).ravel().tolist()
    image = sitk.Resample(
        image, sizes, sitk.Transform(), sitk.sitkNearestNeighbor, corner.tolist(), (spacing / fine).tolist(), direction
    )
    blocks = sitk.GetArrayFromImage(image).reshape(shape[0], fine, shape[1], fine, shape[2], fine)
    return blocks.mean(axis=(1, 3, 5))


def test_on_a_turned_grid_the_voxels_are_those_that_a_muscle_fills(a_ball):
    labels, geometry = a_ball
    found = labels_on_grid(labels, geometry)
    # A flat border is off by half a point at most: a twelfth of the voxel here (6 points along k), a twentieth there.
    for value in (1, 2):
        share = share_by_simpleitk(labels, geometry, value)
        assert (found[share > 0.64] == value).all()
        assert (found[share < 0.36] != value).all()
        assert np.count_nonzero(share > 0.64) > 50


def test_on_a_turned_grid_the_mean_is_that_of_these_voxels_untouched(a_ball):
    labels, geometry = a_ball
    values = np.random.default_rng(3).normal(50, 20, geometry.shape)
    expected = [values[share_by_simpleitk(labels, geometry, value) > 0.5].mean() for value in (1, 2)]
    # The two ways disagree on a few voxels that are filled by close to half.
    assert list(means(labels, Volume(values, geometry)).values()) == pytest.approx(expected, abs=1.0)


def test_a_map_of_many_batches_gives_what_one_batch_gives(a_ball, monkeypatch):
    labels, geometry = a_ball
    whole = labels_on_grid(labels, geometry)
    monkeypatch.setattr("MuscleSegLib.biomarkers.sampling._POINTS_AT_ONCE", 5000)
    np.testing.assert_array_equal(labels_on_grid(labels, geometry), whole)


def test_labels_without_a_muscle_are_background_on_every_grid(a_ball):
    labels, geometry = a_ball
    empty = Volume(np.zeros_like(labels.array), labels.geometry)
    assert not labels_on_grid(empty, geometry).any()
