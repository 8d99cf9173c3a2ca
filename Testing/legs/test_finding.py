from dataclasses import replace

import numpy as np
import pytest

from MuscleSegLib.anatomy import Side
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.legs import find_legs
from MuscleSegLib.volume import canonical, read_volume

THIGHS = [(-95.0, 0.0, 80.0, 85.0), (95.0, 5.0, 80.0, 80.0)]
TOUCHING_THIGHS = [(-80.0, 0.0, 82.0, 85.0), (80.0, 0.0, 82.0, 85.0)]


def middle_mm(mask, image):
    """The mean place of a mask, towards the right, front and head."""
    return image.geometry.world_from_index(np.argwhere(mask)[:, ::-1]).mean(axis=0)


@pytest.mark.parametrize("thighs", [THIGHS, TOUCHING_THIGHS], ids=["apart", "touching"])
def test_of_two_legs_the_right_one_is_on_the_right_and_comes_first(image_of_ellipses, thighs):
    image = image_of_ellipses(thighs)

    right, left = find_legs(image)

    assert (right.side, left.side) == (Side.RIGHT, Side.LEFT)
    assert middle_mm(right.mask, image) == pytest.approx([thighs[1][0], thighs[1][1], 0.0], abs=4)
    assert middle_mm(left.mask, image) == pytest.approx([thighs[0][0], thighs[0][1], 0.0], abs=4)


def test_every_voxel_is_on_one_side_and_no_more(image_of_ellipses):
    right, left = find_legs(image_of_ellipses(THIGHS))

    assert (right.region ^ left.region).all()


def test_a_leg_as_wide_as_high_is_one_leg_without_a_side(image_of_ellipses):
    (leg,) = find_legs(image_of_ellipses([(30.0, 0.0, 85.0, 80.0)]))

    assert leg.side is None
    assert leg.region.all()


def test_a_hand_beside_a_leg_is_not_a_leg(image_of_ellipses):
    (leg,) = find_legs(image_of_ellipses([(-20.0, 0.0, 85.0, 80.0), (120.0, 0.0, 20.0, 28.0)]))

    assert leg.side is None


def test_who_knows_the_number_of_legs_can_say_it(image_of_ellipses):
    image = image_of_ellipses([(0.0, 0.0, 85.0, 80.0)])

    assert len(find_legs(image, 2)) == 2


def test_legs_that_lean_keep_their_own_center_in_each_slice(image_of_ellipses):
    slices = [image_of_ellipses([(-95.0, lean, 60.0, 60.0), (95.0, lean, 60.0, 60.0)]) for lean in (-30, -10, 10, 30)]
    image = replace(slices[0], array=np.stack([plane.array[0] for plane in slices] + [slices[-1].array[0]] * 2))

    right, _ = find_legs(image)

    rows_mm = np.diff(right.centers[:4, 0]) * image.geometry.spacing_mm[1]
    assert rows_mm == pytest.approx([20, 20, 20], abs=8)


def test_a_pelvis_is_halved_where_the_thighs_below_it_part(image_of_ellipses):
    thighs = image_of_ellipses([(-70.0, 0.0, 55.0, 70.0), (110.0, 0.0, 55.0, 70.0)], slices=4)
    pelvis = image_of_ellipses([(20.0, 0.0, 160.0, 90.0)], slices=2)
    image = image_of_ellipses([], slices=6)
    image = replace(image, array=np.concatenate([thighs.array, pelvis.array]))

    right, _ = find_legs(image)

    halves = image.geometry.world_from_index(np.array([[np.flatnonzero(right.region[5, 0])[0], 0, 5]]))
    assert halves[0, 0] == pytest.approx(20, abs=10)


@pytest.mark.parametrize("degrees", [-25.0, 0.0, 15.0])
def test_legs_that_lie_turned_on_the_table_are_parted_along_their_own_direction(image_of_ellipses, degrees):
    cosine, sine = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    image = image_of_ellipses([(-80 * cosine, -80 * sine, 70.0, 70.0), (80 * cosine, 80 * sine, 70.0, 70.0)])

    right, left = find_legs(image)

    assert np.rad2deg(right.angle) == pytest.approx(degrees, abs=2)
    assert middle_mm(right.mask, image) == pytest.approx([80 * cosine, 80 * sine, 0.0], abs=4)
    assert middle_mm(left.mask, image) == pytest.approx([-80 * cosine, -80 * sine, 0.0], abs=4)


def test_more_air_around_the_legs_changes_nothing(image_of_ellipses):
    image = image_of_ellipses(THIGHS)
    wide = np.pad(image.array, ((0, 0), (40, 40), (40, 40)), constant_values=0.01)
    padded = replace(image, array=wide, geometry=type(image.geometry)(wide.shape, image.geometry.affine))

    right, padded_right = find_legs(image)[0], find_legs(padded)[0]

    assert np.array_equal(padded_right.mask[:, 40:-40, 40:-40], right.mask)


def test_an_image_without_a_leg_is_refused(image_of_ellipses):
    with pytest.raises(MuscleSegError, match="No leg was found"):
        find_legs(image_of_ellipses([(0.0, 0.0, 10.0, 10.0)]))


@pytest.mark.parametrize("name", ["bilateral_healthy", "Thigh_001_0000", "Thigh_001_0001", "Thigh_003_0001"])
def test_real_scans_show_two_legs_of_like_size(shared_data, name):
    image = canonical(read_volume(shared_data / "thigh_cases" / f"{name}.nii.gz"))

    right, left = find_legs(image)

    assert middle_mm(right.mask, image)[0] > middle_mm(left.mask, image)[0]
    assert 0.8 < right.mask.sum() / left.mask.sum() < 1.25


def test_real_calves_are_parted_as_their_labels_are(shared_data):
    image = canonical(read_volume(shared_data / "calf_cases" / "t1_slice.nii.gz"))
    labels = canonical(read_volume(shared_data / "calf_cases" / "t1_slice_labels.nii.gz")).array

    right, left = find_legs(image)

    assert right.mask[(labels > 0) & (labels < 100)].mean() > 0.99
    assert left.mask[labels > 100].mean() > 0.99
