"""Maps on other grids than the labels."""

from dataclasses import replace

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813 - everybody's name for it
from scipy import ndimage

from MuscleSegLib.anatomy import scheme
from MuscleSegLib.biomarkers import Measurement
from MuscleSegLib.biomarkers.coverage.arrange import alongside, slices_first
from MuscleSegLib.biomarkers.coverage.shape import shape_of, slices_are_far_apart
from MuscleSegLib.biomarkers.coverage.voxel_fractions import Grid
from MuscleSegLib.phantom import digital_legs
from MuscleSegLib.phantom.protocols import quick
from MuscleSegLib.phantom.scanning import acquire
from MuscleSegLib.volume import Geometry, Volume, read_labels

THIGH = scheme("thigh")


def means(labels, values):
    rows = Measurement(labels, THIGH, maps={"t2": values}).rows()
    return {row.label: row.t2_mean_ms for row in rows if row.t2_mean_ms is not None}


def shares_of(labels, geometry, *, label=1, thickness_mm=None, grown=0):
    """How much of each voxel of a grid a label fills, on the grid as it is stored."""
    arranged = slices_first(labels)
    on_map = alongside(Volume(np.arange(np.prod(geometry.shape)).reshape(geometry.shape), geometry), arranged.geometry)
    mask = arranged.array == label
    grid = Grid(arranged.geometry, on_map.geometry, thickness_mm=thickness_mm)
    between = slices_are_far_apart(arranged.geometry) and not grid.is_same
    shape = shape_of(mask, (0, 0, 0), arranged.geometry, is_interpolated=between)
    (fractions,) = grid.voxel_fractions(shape, grown_by_voxels=(grown,))
    share = np.zeros(np.prod(geometry.shape))
    share[np.ascontiguousarray(on_map.array).ravel()[fractions.index]] = fractions.fraction
    return share.reshape(geometry.shape)


def test_a_coarse_voxel_counts_by_its_share_for_the_muscle_that_fills_more_than_half_of_it(in_a_row):
    # Voxels of 3 mm whose edges are at 0, 3, 6, 9 and 12 mm: half a label voxel off the labels' edges.
    values = in_a_row([10, 20, 30, 40], spacing_mm=3, first_mm=1.5)
    # Adductor from -0.5 to 5.5 mm: all of the first voxel and 2.5 mm of the second. Biceps from 5.5 to 8.5 mm: 2.5 mm
    # of the third. The fourth has nothing.
    labels = in_a_row([1, 1, 1, 1, 1, 1, 2, 2, 2, 0, 0, 0])
    expected = (3 * 10 + 2.5 * 20) / 5.5
    assert means(labels, values) == pytest.approx({1: expected, 2: 30.0}, rel=1e-6)


def test_a_voxel_that_is_filled_by_exactly_half_counts_for_nobody(in_a_row):
    values = in_a_row([10, 20, 30, 40], spacing_mm=3, first_mm=1.5)
    # Adductor to 4.5 mm and biceps from there to 7.5 mm: each has half of the second voxel, biceps half of the third.
    labels = in_a_row([1, 1, 1, 1, 1, 2, 2, 2, 0, 0, 0, 0])
    assert means(labels, values) == {1: 10.0}


def test_the_share_that_counts_can_be_raised(in_a_row):
    values = in_a_row([10, 20, 30, 40], spacing_mm=3, first_mm=1.5)
    labels = in_a_row([1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0])  # five sixths of the second voxel
    rows = [Measurement(labels, THIGH, maps={"t2": values}, minimum_share=share).rows()[0] for share in (0.5, 0.9)]
    assert [row.t2_voxels for row in rows] == [2, 1]
    assert rows[1].t2_mean_ms == 10.0


@pytest.mark.parametrize("share", [0.0, 0.49, 1.0])
def test_a_share_that_two_muscles_can_have_is_refused(in_a_row, share):
    with pytest.raises(ValueError, match="at least 0.5"):
        Measurement(in_a_row([1]), THIGH, maps={"t2": in_a_row([5])}, minimum_share=share).rows()


def test_a_map_reaching_beyond_the_labels_has_no_muscle_there(in_a_row):
    # The label grid ends at 2.5 mm, 0.5 mm into the second voxel of 2 mm.
    values = in_a_row([10, 20, 30], spacing_mm=2, first_mm=1.0)
    assert shares_of(in_a_row([1, 1, 1]), values.geometry).ravel().tolist() == pytest.approx([1, 0.25, 0])


def test_a_thick_label_slice_stands_for_the_leg_halfway_to_the_next(on_grid):
    # Label slices every 24 mm at 0 and 24 mm, filled by a muscle each; map slices of 6 mm every 6 mm from -15 to 39 mm.
    labels = on_grid(np.array([1, 2], dtype=np.uint8).reshape(2, 1, 1), (1, 1, 24))
    values = on_grid(np.arange(10.0).reshape(10, 1, 1), (1, 1, 6), (0, 0, -15))
    # -9, -3, 3 and 9 mm are nearer to the first slice; 15 to 33 mm to the second; -15 and 39 mm outside of both.
    assert shares_of(labels, values.geometry, label=1).ravel().tolist() == [0, 1, 1, 1, 1, 0, 0, 0, 0, 0]
    assert shares_of(labels, values.geometry, label=2).ravel().tolist() == [0, 0, 0, 0, 0, 1, 1, 1, 1, 0]


@pytest.fixture
def a_wedge(on_grid):
    """Labels of 40 pixels of 1 mm in two slices 10 mm apart: the muscle has 10 columns in one, 30 in the other."""
    array = np.zeros((2, 1, 40), dtype=np.uint8)
    array[0, :, :10] = 1
    array[1, :, :30] = 1
    return on_grid(array, (1, 1, 10))


def test_between_two_slices_the_outline_moves_in_a_line(a_wedge, on_grid):
    # Edges at 9.5 and 29.5 mm. Distances to them are blended, so that at 2.5 mm of 10 the edge is at 14.5 mm.
    at_a_quarter = on_grid(np.zeros((1, 1, 40)), (1, 1, 1), (0, 0, 2.5))
    assert np.abs(shares_of(a_wedge, at_a_quarter.geometry, thickness_mm=0.01).sum() - 15) <= 0.5


def test_between_more_slices_it_moves_in_a_curve(on_grid):
    array = np.zeros((4, 1, 260), dtype=np.uint8)
    for plane, columns in zip(array, (100, 180, 220, 220), strict=True):
        plane[:, :columns] = 1
    labels = on_grid(array, (0.25, 0.25, 10))
    halfway = on_grid(np.zeros((1, 1, 260)), (0.25, 0.25, 1), (0, 0, 15))
    # Catmull-Rom halfway between the second and the third: nine sixteenths of both, less one of the others
    expected = (-100 + 9 * 180 + 9 * 220 - 220) / 16
    assert np.abs(shares_of(labels, halfway.geometry, thickness_mm=0.01).sum() - expected) <= 0.5


@pytest.mark.parametrize("shown", [0, 1, 2])
def test_beyond_its_last_slice_a_muscle_tapers_to_its_end_halfway_to_the_next(on_grid, shown):
    array = np.zeros((3, 1, 40), dtype=np.uint8)
    array[shown, :, 10:30] = 1
    labels = on_grid(array, (1, 1, 10))
    away = np.array([-7.5, -5.0, -2.5, 0.0, 2.5, 5.0, 7.5])
    planes = [on_grid(np.zeros((1, 1, 40)), (1, 1, 1), (0, 0, 10 * shown + up)) for up in away]
    widths = [shares_of(labels, plane.geometry, thickness_mm=0.01).sum() for plane in planes]
    expected = np.array([0, 0, 10, 20, 10, 0, 0])
    if shown == 0:  # the map's first slice stands for all of its half below, and there is nothing lower
        expected[1:4] = (0, 20, 20)
    if shown == 2:
        expected[3:6] = (20, 20, 0)
    assert widths == pytest.approx(expected, abs=1)


@pytest.mark.parametrize("name", ["HV002_2_0000", "HV005_1_0000"])
def test_between_slices_real_muscles_are_as_large_as_they_are(name, shared_data):
    """Of every four slices, 4 mm apart, one is kept. Lines would lose 2 to 3 % of the volume."""
    labels = slices_first(read_labels(shared_data / "thigh_labels" / f"{name}.nii.gz")[0])
    kept = one_in_four(labels)
    last = 4 * (len(kept.array) - 1)
    numbers = np.array([k for k in range(last) if k % 4])
    interpolated = wanted = 0
    for value, box in enumerate(ndimage.find_objects(kept.array), start=1):
        wide = (box[0], *(slice(side.start - 1, side.stop + 1) for side in box[1:]))
        first = tuple(side.start for side in wide)
        shape = shape_of(kept.array[wide] == value, first, kept.geometry, is_interpolated=True)
        interpolated += np.count_nonzero(shape.distances_at(numbers / 4) > 0)
        wanted += np.count_nonzero(labels.array[numbers] == value)
    assert interpolated == pytest.approx(wanted, rel=0.01)


def one_in_four(labels):
    """Every fourth slice of a label map, four times as far apart."""
    array = labels.array[::4]
    return Volume(array, Geometry(array.shape, labels.geometry.affine @ np.diag([1, 1, 4, 1])))


def test_a_slice_of_the_map_is_as_thick_as_it_is_said_to_be(on_grid):
    # Muscle in label slices 0 to 2 of 6, 3 mm cubes; a map slice of 6 mm from -1.5 to 4.5 mm and one from 7.5 to 13.5.
    labels = on_grid(np.repeat([1, 0], 3).astype(np.uint8).reshape(6, 1, 1), (3, 3, 3))
    values = on_grid(np.zeros((2, 1, 1)), (3, 3, 9), (0, 0, 1.5))
    # Muscle from -1.5 to 7.5 mm. With no gap, slices are 9 mm: from -3 and from 6 mm, with 7.5 and 1.5 mm of it.
    whole, with_gap = (
        shares_of(labels, values.geometry, thickness_mm=thickness_mm).ravel() for thickness_mm in (None, 6.0)
    )
    assert whole.tolist() == pytest.approx([7.5 / 9, 1.5 / 9], abs=0.06)
    assert with_gap.tolist() == pytest.approx([1.0, 0.0], abs=1e-6)


def test_a_slice_of_a_map_is_as_thick_as_its_header_says_and_as_the_user_says_before_it(on_grid):
    # Muscle from -1.5 to 7.5 mm. The map's one slice is at 6 mm: 9 of its 24 mm are muscle, but all of its middle.
    labels = on_grid(np.repeat([1, 0], 3).astype(np.uint8).reshape(6, 1, 1), (3, 3, 3))
    values = on_grid(np.array([[[40.0]]]), (3, 3, 24), (0, 0, 6))
    stated = replace(values, thickness_mm=2.0)

    def voxels(of_map, **thickness):
        return Measurement(labels, THIGH, maps={"t2": of_map}, thickness_mm=thickness).rows()[0].t2_voxels

    assert (voxels(values), voxels(stated), voxels(stated, t2=24.0), voxels(values, t2=2.0)) == (0, 1, 0, 1)
    # A map whose slices run along the limb is thin across it, and not along it.
    assert voxels(replace(stored_otherwise(values, (2, 1, 0), ()), thickness_mm=2.0)) == 0


def test_an_outline_one_voxel_out_adds_the_voxels_beside_it(on_grid):
    array = np.zeros((1, 7, 7), dtype=np.uint8)
    array[0, 2:5, 2:5] = 1
    labels = on_grid(array, (1, 1, 1))
    # A square of 3 x 3: one voxel is left of it, or four sides of three voxels are added.
    areas = [shares_of(labels, labels.geometry, grown=grown).sum() for grown in (-1, 0, 1)]
    assert areas == [1, 9, 21]


def test_a_map_without_any_label_voxel_gives_no_value_and_keeps_the_volume(in_a_row):
    # Overlaps the label grid, but not the muscle in it.
    row = Measurement(
        in_a_row([0, 0, 0, 1]), THIGH, maps={"t2": in_a_row([30.0, 50.0], first_mm=0.3, dtype=float)}
    ).rows()[0]
    assert (row.t2_mean_ms, row.t2_voxels, row.t2_coverage_percent) == (None, 0, 0.0)
    assert row.volume_cm3 == pytest.approx(0.001)


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
@pytest.mark.parametrize("turned_images", ["labels", "map"])
def test_how_the_axes_are_stored_changes_no_number(a_thigh, order, flips, turned_images):
    labels, values = a_thigh
    expected = means(labels, values)
    if turned_images == "labels":
        labels = stored_otherwise(labels, order, flips)
    else:
        values = stored_otherwise(values, order, flips)
    assert means(labels, values) == pytest.approx(expected, rel=1e-12)


def test_how_a_coarse_map_is_stored_changes_no_number(in_a_row):
    values = in_a_row([10, 20, 30, 40], spacing_mm=3, first_mm=1.5)
    labels = in_a_row([1, 1, 1, 1, 1, 1, 2, 2, 2, 0, 0, 0])
    upright = stored_otherwise(values, (0, 2, 1), (1,))
    assert upright.array.shape == (1, 4, 1)
    assert means(labels, upright) == pytest.approx(means(labels, values), rel=1e-6)


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


def test_on_a_turned_grid_shares_are_those_of_simpleitk(a_ball):
    labels, geometry = a_ball
    for value in (1, 2):
        expected = share_by_simpleitk(labels, geometry, value)
        fractions = shares_of(labels, geometry, label=value)
        # A flat border is off by half a point at most: a twelfth of a voxel here, 0.05 of one there.
        assert np.abs(fractions - expected).max() < 0.14
        assert fractions.sum() == pytest.approx(expected.sum(), rel=0.01)


def test_on_a_turned_grid_the_mean_is_that_of_these_voxels_untouched(a_ball):
    labels, geometry = a_ball
    values = np.random.default_rng(3).normal(50, 5, geometry.shape)
    shares = [share_by_simpleitk(labels, geometry, value) for value in (1, 2)]
    expected = [np.average(values[share > 0.5], weights=share[share > 0.5]) for share in shares]
    # The two ways disagree on a few voxels that are filled by close to half.
    assert list(means(labels, Volume(values, geometry)).values()) == pytest.approx(expected, abs=0.4)


def test_labels_without_a_muscle_give_empty_rows(a_ball):
    labels, geometry = a_ball
    empty = Volume(np.zeros_like(labels.array), labels.geometry)
    assert means(empty, Volume(np.ones(geometry.shape), geometry)) == {}


@pytest.mark.parametrize("shift_mm", [1e-7, 1e-5, 1e-4])
@pytest.mark.slow
def test_how_a_format_rounds_a_header_changes_no_number(shift_mm):
    """Slices of the map end exactly in the middle between slices of the labels, as those of one session often do."""
    legs = digital_legs("thigh", seed=1, legs=1)
    session = acquire(legs, quick(legs.length_mm, legs=1))
    ff = session.images["ff"]
    affine = ff.geometry.affine.copy()
    affine[:3, 3] += shift_mm
    rounded = replace(ff, geometry=Geometry(ff.geometry.shape, affine))

    rows, others = (Measurement(session.labels, THIGH, maps={"ff": ff_map}).rows() for ff_map in (ff, rounded))

    for row, other in zip(rows, others, strict=True):
        assert row.ff_mean_percent == pytest.approx(other.ff_mean_percent, abs=1e-3)
