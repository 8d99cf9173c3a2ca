import math

import numpy as np
import pytest

from MuscleSegLib.phantom.physics.spin_echo import SpinEcho


@pytest.mark.parametrize(("t1", "t2"), [(1130.0, 35.3), (288.0, 165.0), (1441.0, 290.0)])
def test_the_signal_is_the_closed_form(t1, t2):
    expected = (1 - math.exp(-549 / t1)) * math.exp(-11 / t2)
    assert SpinEcho(549, 11).signal(t1, t2) == pytest.approx(expected, rel=1e-12)


def test_an_image_without_noise_is_the_closed_form_times_a_gain(receive, one_voxel):
    muscle, fat = one_voxel(MUSCLE_WATER=0.8), one_voxel(FAT=0.9)
    ratio = receive("anatomy", muscle)["anatomy"] / receive("anatomy", fat)["anatomy"]
    of_muscle = 0.8 * (1 - math.exp(-549 / 1130)) * math.exp(-11 / 35.3)
    of_fat = 0.9 * (1 - math.exp(-549 / 288)) * math.exp(-11 / 165)
    # 16-bit integers of some 300 and 1000
    np.testing.assert_allclose(ratio, of_muscle / of_fat, rtol=0.003)


def test_blood_that_flows_is_darker_than_its_relaxation_says(receive, one_voxel):
    images = {name: receive("anatomy", one_voxel(**{name: 0.8}))["anatomy"] for name in ("ARTERIAL_BLOOD", "FAT")}
    still = (1 - math.exp(-549 / 1441)) * math.exp(-11 / 290)
    fat = (1 - math.exp(-549 / 288)) * math.exp(-11 / 165)
    assert images["ARTERIAL_BLOOD"].mean() < 0.2 * images["FAT"].mean() * still / fat
