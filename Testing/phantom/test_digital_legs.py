import itertools
import sys
from subprocess import run

import numpy as np
import pytest

from MuscleSegLib.anatomy import LEFT_OFFSET
from MuscleSegLib.anatomy import region as region_of
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.phantom import Tissue, digital_legs

COARSE_MM = np.arange(-216.0, 216.0, 4.0)


def coarse(legs, z_mm=0.0):
    return legs.plane(z_mm, COARSE_MM[None, :], COARSE_MM[:, None])


@pytest.mark.slow
def test_the_same_seed_gives_the_same_legs(legs, region):
    again, once = coarse(digital_legs(region, seed=4, fat_fraction=3)), coarse(legs.legs)
    for name in ("tissues", "fat", "edema", "is_left"):
        np.testing.assert_array_equal(getattr(again, name), getattr(once, name))


@pytest.mark.slow
def test_ten_seeds_give_ten_people(ten):
    planes = [coarse(legs) for legs in ten]
    for first, second in itertools.combinations(range(10), 2):
        # Not the noise of an outline: a fifth of a leg is something else in somebody else.
        differ, leg = planes[first].tissues != planes[second].tissues, planes[first].tissues > 0
        assert differ.sum() > 0.2 * leg.sum()
        assert ten[first].fat_percent() != ten[second].fat_percent()


@pytest.mark.slow
def test_people_differ_in_size_and_in_the_fat_under_their_skin(ten):
    tissues = [coarse(legs).tissues for legs in ten]
    for codes, ratio in ((range(1, 22), 1.2), ([Tissue.SUBCUTANEOUS_FAT], 1.5)):
        areas = [np.isin(each, list(codes)).sum() for each in tissues]
        assert max(areas) > ratio * min(areas)


def test_both_legs_have_all_the_muscles_of_the_region(legs, region):
    expected = {muscle.code for muscle in region_of(region).muscles}
    for left in (False, True):
        present = set(np.unique(legs.tissues[(legs.is_left == left)])) - {0}
        assert present & set(range(1, 11)) == expected


def test_the_left_leg_lies_to_the_left(legs):
    *_, columns = np.nonzero(legs.tissues > 0)
    is_left = legs.is_left[legs.tissues > 0]
    middle = legs.tissues.shape[2] / 2
    assert columns[is_left].max() < middle <= columns[~is_left].min()


def test_the_left_leg_is_shaped_as_a_left_one(legs, region):
    outer, inner = {"thigh": (9, 10), "calf": (5, 4)}[
        region
    ]  # vastus lateralis and medialis, peronei and gastrocnemius
    columns = [np.nonzero(legs.where(code, left=True)[15])[1].mean() for code in (outer, inner)]
    assert columns[0] < columns[1]


def test_the_legs_are_alike_but_no_mirror_images(legs):
    right, left = ((legs.tissues > 0) & (legs.is_left == left) for left in (False, True))
    assert right.sum() == pytest.approx(left.sum(), rel=0.12)
    assert (right != left[:, :, ::-1]).any()


def test_one_leg_is_a_right_one_in_the_middle(region):
    legs = digital_legs(region, seed=4, legs=1)
    plane = coarse(legs)
    rows, columns = np.nonzero(plane.tissues)
    assert len(legs.legs) == 1
    assert not plane.is_left.any()
    assert abs(COARSE_MM[columns].mean()) < 15
    assert abs(COARSE_MM[rows].mean()) < 15


@pytest.mark.slow
def test_both_legs_fit_into_a_field_of_view_of_432_mm(ten):
    for legs in ten:
        for z_mm in (-150, 0, 150):
            tissues = coarse(legs, z_mm).tissues
            assert not tissues[[0, -1]].any()
            assert not tissues[:, [0, -1]].any()


def test_a_plane_has_the_shape_that_its_points_broadcast_to(legs):
    plane = legs.legs.plane(0.0, np.zeros((1, 5)), np.zeros((7, 1)))
    assert {array.shape for array in (plane.tissues, plane.fat, plane.edema, plane.is_left)} == {(7, 5)}


def test_a_point_is_what_it_is_whatever_else_is_asked_for(legs):
    whole = coarse(legs.legs)
    row = legs.legs.plane(0.0, COARSE_MM[None, :], COARSE_MM[50:51, None])
    np.testing.assert_array_equal(row.tissues[0], whole.tissues[50])
    np.testing.assert_allclose(row.fat[0], whole.fat[50], atol=1e-6)


def test_planes_that_are_near_are_alike(legs):
    # Half a millimeter up, at most a few points in a hundred lie across a border.
    for z_mm in (-120.0, -60.0, 0.0, 60.0, 120.0):
        low, high = coarse(legs.legs, z_mm), coarse(legs.legs, z_mm + 0.5)
        leg = (low.tissues > 0).sum()
        assert (low.tissues != high.tissues).sum() < 0.04 * leg
        assert np.abs(low.fat - high.fat).sum() < 0.03 * leg


def test_beyond_the_ends_all_is_as_at_the_end(legs):
    end, beyond = coarse(legs.legs, 150.0), coarse(legs.legs, 151.0)
    assert (end.tissues != beyond.tissues).sum() < 0.05 * (end.tissues > 0).sum()
    assert (coarse(legs.legs, 400.0).tissues > 0).sum() == pytest.approx((end.tissues > 0).sum(), rel=0.05)


def test_far_from_the_legs_is_air_without_fat(legs):
    plane = legs.legs.plane(0.0, np.full((2, 2), 400.0), np.full((2, 2), 400.0))
    assert not plane.tissues.any()
    assert not plane.fat.any()
    assert not legs.fat[legs.tissues == 0].any()


def test_the_truth_has_the_label_values_of_both_legs(legs, region):
    codes = {muscle.code for muscle in region_of(region).muscles}
    assert legs.legs.fat_percent().keys() == codes | {code + LEFT_OFFSET for code in codes}


def test_an_unknown_region_is_refused():
    with pytest.raises(MuscleSegError, match="choose thigh or calf"):
        digital_legs("arm", seed=0)


@pytest.mark.parametrize("fat_fraction", [0.0, 0.3, 95.0, float("nan")])
def test_a_fat_fraction_that_cannot_be_made_is_refused(fat_fraction):
    with pytest.raises(MuscleSegError, match="cannot be made"):
        digital_legs("thigh", seed=0, fat_fraction=fat_fraction)


def test_importing_the_room_does_not_import_scipy():
    code = "import sys, MuscleSegLib.phantom; sys.exit('scipy' in sys.modules)"
    assert run([sys.executable, "-c", code], check=False).returncode == 0
