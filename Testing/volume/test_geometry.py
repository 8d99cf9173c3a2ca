import nibabel
import numpy as np
import pytest
from nibabel.affines import apply_affine

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import Geometry


def box(center, size, degrees=0.0):
    """A grid of 1 mm voxels whose outer box is ``size`` mm around ``center``, turned about the z axis."""
    cosine, sine = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    affine = np.eye(4)
    affine[:2, :2] = [[cosine, -sine], [sine, cosine]]
    affine[:3, 3] = center - affine[:3, :3] @ ((np.array(size) - 1) / 2)
    return Geometry(tuple(size[::-1]), affine)


def test_indices_become_the_points_that_nibabel_finds(any_affine):
    indices = np.random.default_rng(0).uniform(-3, 9, size=(2, 7, 3))
    points = Geometry((3, 4, 5), any_affine).world_from_index(indices)
    np.testing.assert_allclose(points, apply_affine(any_affine, indices), atol=1e-10)


def test_points_become_the_indices_that_they_came_from(oblique_affine):
    geometry = Geometry((3, 4, 5), oblique_affine)
    np.testing.assert_allclose(geometry.index_from_world(geometry.world_from_index((1, 2, 0.5))), (1, 2, 0.5))


def test_spacing_and_volume_do_not_depend_on_how_the_grid_lies(any_affine):
    geometry = Geometry((3, 4, 5), any_affine)
    np.testing.assert_allclose(geometry.spacing_mm, (0.75, 1.25, 6.0))
    assert geometry.voxel_volume_mm3 == pytest.approx(0.75 * 1.25 * 6.0)


def test_axis_codes_are_those_of_nibabel(any_affine):
    assert Geometry((3, 4, 5), any_affine).axis_codes == "".join(nibabel.aff2axcodes(any_affine))


@pytest.mark.parametrize("degrees", [44.0, 45.0, 46.0, 135.0])
def test_axis_codes_are_distinct_however_oblique_the_axes(degrees):
    codes = box((0, 0, 0), (5, 4, 3), degrees).axis_codes
    assert sorted(codes.translate(str.maketrans("LPI", "RAS"))) == ["A", "R", "S"]


def test_the_affine_is_a_copy_that_nobody_can_change():
    affine = np.eye(4)
    geometry = Geometry((1, 1, 1), affine)
    affine[0, 3] = 5.0
    assert geometry.affine[0, 3] == 0.0
    with pytest.raises(ValueError, match="read-only"):
        geometry.affine[0, 3] = 5.0


@pytest.mark.parametrize(
    "affine",
    [
        np.diag([1.0, np.nan, 1.0, 1.0]),
        np.diag([1.0, 0.0, 1.0, 1.0]),
        np.array([[1.0, 1, 0, 0], [1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]),
        np.diag([1.0, 1.0, 1.0, 2.0]),
        np.eye(3),
    ],
    ids=["not finite", "no thickness", "flat", "not affine", "too small"],
)
def test_a_position_that_makes_no_sense_is_refused(affine):
    with pytest.raises(MuscleSegError, match="position of the image"):
        Geometry((2, 2, 2), affine)


def test_tiny_voxels_are_no_reason_to_refuse_a_grid():
    assert Geometry((2, 2, 2), np.diag([1e-4, 1e-4, 1e-4, 1.0])).voxel_volume_mm3 == pytest.approx(1e-12)


@pytest.mark.parametrize("shape", [(0, 4, 5), (4, 5)])
def test_a_shape_that_is_no_volume_is_refused(shape):
    with pytest.raises(MuscleSegError, match="3D"):
        Geometry(shape, np.eye(4))


def test_rounding_to_32_bit_leaves_the_grid_the_same(any_affine):
    assert Geometry((30, 500, 500), any_affine).is_close(Geometry((30, 500, 500), any_affine.astype(np.float32)))


def test_a_turn_that_moves_only_the_far_corner_makes_another_grid():
    affine = np.eye(4)
    affine[1, 0] = 1e-4  # 0.05 mm at voxel 499
    assert not Geometry((1, 1, 500), np.eye(4)).is_close(Geometry((1, 1, 500), affine))
    assert Geometry((1, 1, 50), np.eye(4)).is_close(Geometry((1, 1, 50), affine))


def test_another_number_of_slices_makes_another_grid():
    assert not Geometry((3, 4, 5), np.eye(4)).is_close(Geometry((2, 4, 5), np.eye(4)))


def test_a_tolerance_can_be_given():
    shifted = np.eye(4)
    shifted[2, 3] = 0.4
    assert Geometry((3, 4, 5), np.eye(4)).is_close(Geometry((3, 4, 5), shifted), tolerance_mm=0.5)


def test_boxes_that_cross_without_holding_each_others_corners_overlap():
    assert box((0, 0, 0), (40, 2, 2)).overlaps(box((0, 0, 0), (2, 40, 2), degrees=10))


def test_turned_boxes_whose_bounding_boxes_overlap_may_be_apart():
    # Turned by 45 degrees, the square of half width 5 reaches 7.07 along x + y = 7.07 only on its corners; its face
    # normal to (1, 1) lies 5 from the center. The corner of the other at (4, 4) is 5.66 from it, that at (3, 3) 4.24.
    turned = box((0, 0, 0), (10, 10, 4), degrees=45)
    assert not turned.overlaps(box((9, 9, 0), (10, 10, 4)))
    assert turned.overlaps(box((8, 8, 0), (10, 10, 4)))


@pytest.mark.parametrize(("height", "expected"), [(2.9, False), (2.7, True)])
def test_sticks_that_cross_with_an_edge_above_an_edge_are_apart(height, expected):
    # Sticks of 2 x 2 mm along x and along y, both turned by 45 degrees about their length: the lower one reaches up to
    # 1.414 mm and the upper one down to height - 1.414 mm. No face of either lies between them.
    half = np.sqrt(0.5)
    lower, upper = np.eye(4), np.eye(4)
    lower[:3, :3] = [[1, 0, 0], [0, half, -half], [0, half, half]]
    upper[:3, :3] = [[half, 0, half], [0, 1, 0], [-half, 0, half]]
    lower[:3, 3] = -lower[:3, :3] @ (19.5, 0.5, 0.5)
    upper[:3, 3] = (0, 0, height) - upper[:3, :3] @ (0.5, 19.5, 0.5)
    assert Geometry((2, 2, 40), lower).overlaps(Geometry((2, 40, 2), upper)) == expected


def test_boxes_that_only_touch_do_not_overlap():
    assert not box((0, 0, 0), (10, 10, 4)).overlaps(box((10, 0, 0), (10, 10, 4)))
    assert box((0, 0, 0), (10, 10, 4)).overlaps(box((9.9, 0, 0), (10, 10, 4)))


def test_a_box_inside_another_overlaps_it_either_way_round():
    outer, inner = box((0, 0, 0), (40, 40, 40)), box((3, 2, 1), (2, 2, 2), degrees=30)
    assert outer.overlaps(inner)
    assert inner.overlaps(outer)


def test_boxes_overlap_wherever_a_point_lies_in_both():
    generator = np.random.default_rng(1)
    agreeing = 0
    for _ in range(60):
        first, second = (
            box(generator.uniform(-9, 9, 3), (12, 6, 6), degrees=generator.uniform(0, 180)) for _ in range(2)
        )
        points = first.world_from_index(generator.uniform(-0.5, np.array([12, 6, 6]) - 0.5, size=(3000, 3)))
        indices = second.index_from_world(points)
        shared = bool(np.all((indices > -0.5) & (indices < np.array([12, 6, 6]) - 0.5), axis=1).any())
        assert first.overlaps(second) or not shared
        agreeing += first.overlaps(second) == shared
    assert agreeing >= 57  # the 3000 points may miss a sliver that both boxes share
