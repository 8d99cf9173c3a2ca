import math

import numpy as np
import pytest

from MuscleSegLib.phantom.physics.mt_gradient_echo import MagnetizationTransfer, mtr_percent
from MuscleSegLib.phantom.physics.scanner_fields import ScannerFields

SCAN = MagnetizationTransfer(36, 10, 3.5)


def test_without_fat_the_ratio_is_that_of_muscle_water(one_voxel):
    assert mtr_percent(*SCAN.signals(one_voxel(MUSCLE_WATER=0.8))) == pytest.approx(54, abs=1e-6)


def test_fat_has_none(one_voxel):
    assert mtr_percent(*SCAN.signals(one_voxel(FAT=0.8))) == pytest.approx(0, abs=1e-6)


def test_the_signal_without_the_pulse_is_the_closed_form(one_voxel):
    e1, flip = math.exp(-36 / 1130), math.radians(10)
    expected = 0.8 * math.sin(flip) * (1 - e1) / (1 - math.cos(flip) * e1) * math.exp(-3.5 / 28)
    assert SCAN.signals(one_voxel(MUSCLE_WATER=0.8))[0] == pytest.approx(expected, abs=1e-9)


def test_it_falls_with_fat_about_as_in_oil_and_water(one_voxel):
    # measured: from 42 to 26 between 5 and 40 percent of oil, so by 0.46 a percent
    few, much = (mtr_percent(*SCAN.signals(one_voxel(MUSCLE_WATER=1 - f, FAT=f)))[0] for f in (0.05, 0.40))
    assert (few - much) / 35 == pytest.approx(0.46, rel=0.4)


def test_patients_with_9_percent_of_fat_have_48(one_voxel):
    assert mtr_percent(*SCAN.signals(one_voxel(MUSCLE_WATER=0.9124, FAT=0.0876)))[0] == pytest.approx(48.0, abs=1)


def test_edema_lowers_it(one_voxel):
    dry, wet = (
        mtr_percent(*SCAN.signals(one_voxel(MUSCLE_WATER=1 - edema, EDEMA_WATER=edema)))[0] for edema in (0, 0.5)
    )
    assert wet < dry - 5


def test_a_weak_transmitter_lowers_the_raw_ratio_and_not_the_map(receive, one_voxel):
    weak = ScannerFields(np.zeros(10), np.array([-0.2, *[0.0] * 9]), (0.0, 0.0, 0.0), 0.0)
    images = receive("mtr", one_voxel(MUSCLE_WATER=0.8), fields=weak)
    assert mtr_percent(images["raw/mt_off"].mean(), images["raw/mt_on"].mean()) == pytest.approx(0.8 * 54, abs=0.2)
    np.testing.assert_allclose(images["mtr"], 54, atol=1e-4)
