"""Whether digital legs are legs: who lies beside whom, how large, and in how many pieces."""

import numpy as np
import pytest
from scipy.ndimage import binary_dilation, label

from MuscleSegLib.phantom import Tissue

MIDDLE = 15  # of 30 planes


@pytest.mark.parametrize(
    ("front", "back"),
    [
        ("rectus femoris", "vastus intermedius"),
        ("vastus intermedius", "adductor"),
        ("sartorius", "gracilis"),
        ("adductor", "semitendinosus"),
        ("adductor", "semimembranosus"),
        ("vastus lateralis", "biceps femoris"),
    ],
)
def test_at_mid_thigh_one_muscle_lies_in_front_of_another(thigh, code, front, back):
    assert thigh.center_mm(code[front], MIDDLE)[1] > thigh.center_mm(code[back], MIDDLE)[1] + 15


@pytest.mark.parametrize(
    ("outer", "inner"),
    [
        ("vastus lateralis", "vastus intermedius"),
        ("vastus intermedius", "vastus medialis"),
        ("vastus medialis", "sartorius"),
        ("biceps femoris", "semitendinosus"),
        ("semitendinosus", "semimembranosus"),
        ("adductor", "gracilis"),
    ],
)
def test_at_mid_thigh_one_muscle_lies_lateral_to_another(thigh, code, outer, inner):
    assert thigh.center_mm(code[outer], MIDDLE)[0] > thigh.center_mm(code[inner], MIDDLE)[0] + 10


def test_sartorius_runs_from_the_front_to_the_inner_side_of_the_knee(thigh, code):
    def ahead_of_the_femur_mm(plane):
        return thigh.center_mm(code["sartorius"], plane)[1] - thigh.center_mm(Tissue.MARROW, plane)[1]

    assert ahead_of_the_femur_mm(1) < -20
    assert ahead_of_the_femur_mm(28) > 20


def test_vastus_intermedius_wraps_the_femur(thigh, code):
    bone = np.isin(thigh.tissues[MIDDLE], [Tissue.CORTEX, Tissue.MARROW]) & ~thigh.is_left[MIDDLE]
    around = thigh.tissues[MIDDLE][binary_dilation(bone, iterations=4) & ~bone]
    assert (around[around < Tissue.OTHER_MUSCLE] == code["vastus intermedius"]).mean() > 0.4


@pytest.mark.parametrize(
    ("front", "back"),
    [
        (Tissue.MARROW, "soleus"),
        ("anterior compartment", "lateral compartment"),
        ("deep posterior compartment", "soleus"),
        ("soleus", "gastrocnemius lateralis"),
        ("soleus", "gastrocnemius medialis"),
    ],
)
def test_in_the_upper_calf_one_part_lies_in_front_of_another(calf, code, front, back):
    front_mm, back_mm = (calf.center_mm(code.get(name, name), 20)[1] for name in (front, back))
    assert front_mm > back_mm + 2


@pytest.mark.parametrize(
    ("outer", "inner"),
    [
        ("lateral compartment", "anterior compartment"),
        ("anterior compartment", Tissue.MARROW),
        ("gastrocnemius lateralis", "gastrocnemius medialis"),
        ("lateral compartment", "deep posterior compartment"),
    ],
)
def test_in_the_upper_calf_one_part_lies_lateral_to_another(calf, code, outer, inner):
    outer_mm, inner_mm = (calf.center_mm(code.get(name, name), 20)[0] for name in (outer, inner))
    assert outer_mm > inner_mm + 8


@pytest.mark.parametrize("plane", [3, 10, 16, 22])
def test_the_calf_has_two_bones_and_the_fibula_is_the_lateral_one(calf, plane):
    bones = np.isin(calf.tissues[plane], [Tissue.CORTEX, Tissue.MARROW]) & ~calf.is_left[plane]
    pieces, count = label(bones)
    assert count == 2
    sizes = np.bincount(pieces.ravel())[1:]
    columns = [np.nonzero(pieces == number)[1].mean() for number in (1, 2)]
    assert columns[int(np.argmin(sizes))] > columns[int(np.argmax(sizes))] + 12
    assert sizes.max() > 3 * sizes.min()


def test_the_tibia_lies_under_the_skin(calf):
    bone = (calf.tissues[16] == Tissue.CORTEX) & ~calf.is_left[16]
    # 5 pixels of 1.5 mm from the shin to the skin's outside, and no muscle on the way
    assert (calf.tissues[16][binary_dilation(bone, iterations=9)] == Tissue.AIR).any()


def test_the_gastrocnemii_end_in_the_achilles_tendon(calf, code):
    for name in ("gastrocnemius medialis", "gastrocnemius lateralis"):
        areas = calf.areas_cm2(code[name])
        assert not areas[:8].any()
        assert areas[22] > 5
    tendon = (calf.tissues[2] == Tissue.TENDON) & ~calf.is_left[2]
    soleus = np.nonzero(calf.where(code["soleus"])[2])[0]
    assert np.nonzero(tendon)[0].min() < soleus.mean()


# Cross-sections in cm2 of healthy adults, women and men, and where on the way up (0 to 1).
@pytest.mark.parametrize(
    ("muscle", "place", "least", "most"),
    [
        ("vastus lateralis", 0.6, 18, 36),
        ("vastus intermedius", 0.6, 14, 28),
        ("vastus medialis", 0.2, 17, 34),
        ("vastus medialis", 0.7, 8, 20),
        ("rectus femoris", 0.3, 1, 7),
        ("rectus femoris", 0.8, 7, 15),
        ("adductor", 0.3, 1, 12),
        ("adductor", 0.95, 35, 70),
        ("biceps femoris", 0.0, 6, 14),
        ("biceps femoris", 0.4, 9, 20),
        ("semitendinosus", 0.6, 4, 12),
        ("semimembranosus", 0.2, 7, 17),
        ("sartorius", 0.5, 2.5, 9),
        ("gracilis", 0.6, 3.5, 9),
        ("anterior compartment", 0.6, 7, 15),
        ("deep posterior compartment", 0.4, 6, 14),
        ("gastrocnemius lateralis", 0.8, 6, 14),
        ("gastrocnemius medialis", 0.8, 10, 22),
        ("lateral compartment", 0.5, 4, 9),
        ("soleus", 0.5, 13, 28),
    ],
)
@pytest.mark.parametrize("left", [False, True])
def test_a_muscle_has_the_size_of_a_healthy_one(thigh, calf, code, muscle, place, least, most, left):
    leg = thigh if muscle in THIGH_NAMES else calf
    areas = leg.areas_cm2(code[muscle], left=left)
    assert least <= areas[round(place * (len(areas) - 1))] <= most


THIGH_NAMES = {
    "adductor", "biceps femoris", "gracilis", "rectus femoris", "sartorius", "semimembranosus", "semitendinosus",
    "vastus intermedius", "vastus lateralis", "vastus medialis",
}  # fmt: skip


@pytest.mark.parametrize(
    ("muscle", "grows"),
    [("vastus medialis", -1), ("semimembranosus", -1), ("adductor", 1), ("gastrocnemius medialis", 1)],
)
def test_a_muscle_tapers_where_it_should(thigh, calf, code, muscle, grows):
    areas = (thigh if muscle in THIGH_NAMES else calf).areas_cm2(code[muscle])
    upper, lower = areas[20:28].mean(), areas[3:12].mean()
    assert grows * (upper - lower) > 0.4 * max(upper, lower)


@pytest.mark.slow
@pytest.mark.parametrize(
    "tissue", [Tissue.ARTERY, Tissue.VEIN, Tissue.NERVE, Tissue.SKIN, Tissue.FASCIA, Tissue.CORTEX]
)
def test_every_plane_of_each_leg_has_its_vessels_nerves_and_sheaths(legs, tissue):
    for left in (False, True):
        assert legs.where(tissue, left=left).any(axis=(1, 2)).all()


def test_the_skin_closes_around_the_leg(legs):
    across = np.arange(-216, 216, 0.6)
    tissues = legs.legs.plane(0.0, across[None, :], across[:, None]).tissues
    inside = (tissues > 0) & (tissues != Tissue.SKIN)
    assert not (binary_dilation(inside) & (tissues == Tissue.AIR)).any()


def test_a_muscle_is_in_one_piece_in_each_plane(legs, region, code):
    # but for those of several heads, and where its end is cut into crumbs
    several = {"thigh": {code["adductor"], code["biceps femoris"]}, "calf": {code["anterior compartment"]}}[region]
    for muscle in set(range(1, 11)) - several:
        for left in (False, True):
            for plane in legs.where(muscle, left=left):
                pieces, _ = label(plane, np.ones((3, 3)))
                sizes = np.bincount(pieces.ravel())[1:]
                assert sizes.sum() < 40 or sizes.max() >= 0.9 * sizes.sum()
