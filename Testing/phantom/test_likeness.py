"""Whether the digital thigh is a thigh: who lies beside whom, and how large."""

import numpy as np
import pytest
from scipy.ndimage import binary_dilation, binary_fill_holes, label


def area_cm2(labels, value):
    """Cross-sections of a muscle in every slice, from the knee up."""
    i_mm, j_mm, _ = labels.geometry.spacing_mm
    return (labels.array == value).sum(axis=(1, 2)) * i_mm * j_mm / 100


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
def test_at_mid_thigh_one_muscle_lies_in_front_of_another(middle, code, front, back):
    assert middle.center(code[front]).anterior > middle.center(code[back]).anterior + 15


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
def test_at_mid_thigh_one_muscle_lies_lateral_to_another(middle, code, outer, inner):
    assert middle.center(code[outer]).lateral > middle.center(code[inner]).lateral + 10


def test_gracilis_is_the_most_medial_muscle(middle, code):
    others = [middle.center(value).lateral for name, value in code.items() if name != "gracilis"]
    assert middle.center(code["gracilis"]).lateral < min(others)


@pytest.fixture
def femur(middle, code):
    """The hole that vastus intermedius and its neighbors leave, in pixels of 1 mm, less a margin of 2 mm."""
    around = [code[name] for name in ("vastus intermedius", "vastus medialis", "adductor")]
    closed = binary_dilation(np.isin(middle.codes, around), iterations=2)
    return binary_fill_holes(closed) & ~closed


def test_vastus_intermedius_wraps_the_femur(middle, code, femur):
    # A shaft of 24 to 32 mm, less the margin.
    assert 300 < femur.sum() < 620
    around = middle.codes[binary_dilation(femur, iterations=6) & ~femur]
    assert (around[around > 0] == code["vastus intermedius"]).mean() > 0.5


def test_the_femur_is_bright_marrow_in_dark_cortex(middle, femur):
    fat, center = np.percentile(middle.anatomy, 98), np.argwhere(femur).mean(axis=0).round().astype(int)
    assert middle.anatomy[tuple(center)] > 0.7 * fat
    # A wall of 5 to 6 mm is more than half of the shaft's area.
    assert 0.3 < (middle.anatomy[femur] < 0.15 * fat).mean() < 0.8


def test_sartorius_runs_from_the_front_to_the_inner_side_of_the_knee(labels, code):
    def ahead_of_vastus_intermedius_mm(k):
        rows = [np.nonzero(labels.array[k] == code[name])[0].mean() for name in ("vastus intermedius", "sartorius")]
        return (rows[0] - rows[1]) * labels.geometry.spacing_mm[1]

    assert ahead_of_vastus_intermedius_mm(1) < -20
    assert ahead_of_vastus_intermedius_mm(18) > 20


# Cross-sections in cm2 of healthy adults, and where on the way from knee to groin (0 to 1).
@pytest.mark.parametrize(
    ("muscle", "place", "least", "most"),
    [
        ("vastus lateralis", 0.6, 25, 36),
        ("vastus intermedius", 0.6, 20, 32),
        ("vastus medialis", 0.2, 25, 40),
        ("vastus medialis", 0.7, 11, 20),
        ("rectus femoris", 0.35, 2, 6),
        ("rectus femoris", 0.8, 8, 14),
        ("adductor", 0.3, 1, 10),
        ("adductor", 0.95, 35, 50),
        ("biceps femoris", 0.0, 7, 13),
        ("biceps femoris", 0.5, 14, 20),
        ("semitendinosus", 0.15, 1, 4),
        ("semitendinosus", 0.7, 9, 18),
        ("semimembranosus", 0.2, 14, 20),
        ("semimembranosus", 0.9, 1.5, 5),
        ("sartorius", 0.5, 5, 9),
        ("gracilis", 0.2, 1.5, 4),
        ("gracilis", 0.7, 5, 8),
    ],
)
@pytest.mark.parametrize("left", [0, 100])
def test_a_muscle_has_the_size_of_a_healthy_one(labels, code, muscle, place, least, most, left):
    areas = area_cm2(labels, code[muscle] + left)
    assert least <= areas[round(place * (len(areas) - 1))] <= most


@pytest.mark.parametrize(("muscle", "grows"), [("vastus medialis", -1), ("semimembranosus", -1), ("adductor", 1)])
def test_a_muscle_tapers_where_it_should(labels, code, muscle, grows):
    areas = area_cm2(labels, code[muscle])
    upper, lower = areas[14:].mean(), areas[2:8].mean()
    assert grows * (upper - lower) > 0.4 * max(upper, lower)


def test_a_muscle_is_in_one_piece_in_each_slice(labels, code):
    # but for the adductor, where artery and vein pass through it
    for value in set(np.unique(labels.array)) - {0, code["adductor"], code["adductor"] + 100}:
        for codes in labels.array:
            pieces, _ = label(codes == value, np.ones((3, 3)))
            sizes = np.bincount(pieces.ravel())[1:]
            assert sizes.size == 0 or sizes.max() >= 0.95 * sizes.sum()
