import numpy as np
import pytest

from MuscleSegLib.phantom import MUSCLES, Tissue
from MuscleSegLib.phantom.tissue_values import CONTENTS, LARMOR_MHZ, POOLS, Pool, pool_constants
from MuscleSegLib.physics import FAT_PEAKS


def test_every_tissue_and_every_pool_has_values():
    assert set(CONTENTS) == set(Tissue)
    assert set(POOLS) == set(Pool)


def test_all_muscles_are_alike():
    assert {CONTENTS[muscle] for muscle in MUSCLES} == {CONTENTS[Tissue.MUSCLE_1]}


def test_transverse_relaxation_is_faster_than_longitudinal_and_slower_than_t2_star():
    for constants in POOLS.values():
        assert constants.t2_star_ms < constants.t2_ms < constants.t1_ms


def test_values_come_in_the_pools_order():
    assert pool_constants("t2_ms")[Pool.FAT] == POOLS[Pool.FAT].t2_ms


def test_fat_turns_slower_than_water_by_some_220_hz():
    ppm, shares = np.array(FAT_PEAKS).T
    # 0.331 + 2.356 + 0.333 + 0.008 + 0.015 - 0.029 = 3.014 ppm, weighted, of 63.87 MHz
    assert (ppm * shares).sum() * LARMOR_MHZ == pytest.approx(-192.5, abs=0.5)
    assert ppm[shares.argmax()] * LARMOR_MHZ == pytest.approx(-217, abs=1)
