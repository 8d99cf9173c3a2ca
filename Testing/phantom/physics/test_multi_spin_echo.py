import numpy as np
import pytest
from scipy.optimize import curve_fit

from MuscleSegLib.phantom.physics.multi_spin_echo import MultiSpinEcho
from MuscleSegLib.phantom.physics.scanner_fields import ScannerFields
from MuscleSegLib.physics import echo_train, monoexponential_t2_ms

SCAN = MultiSpinEcho(2500, 8.7, 16)
TIMES = 8.7 * np.arange(1, 17)


def test_the_echo_times_are_the_study_s():
    assert SCAN.echoes_ms[0] == 8.7
    assert SCAN.echoes_ms[-1] == 139.2


def test_perfect_pulses_give_exponentials_side_by_side(one_voxel):
    expected = 0.5 * np.exp(-TIMES / 35.3) * (1 - np.exp(-2360.8 / 1130)) + 0.3 * np.exp(-TIMES / 165) * (
        1 - np.exp(-2360.8 / 288)
    )
    signals = SCAN.ideal_signal(one_voxel(MUSCLE_WATER=0.5, FAT=0.3))[:, 0]
    np.testing.assert_allclose(signals, expected, rtol=1e-6)


@pytest.mark.parametrize("t2", [15.0, 35.3, 80.0, 165.0, 300.0])
def test_a_pure_exponential_has_its_own_t2(t2):
    assert monoexponential_t2_ms(700 * np.exp(-TIMES / t2)[:, None], TIMES) == pytest.approx(t2, abs=1e-6)


@pytest.mark.parametrize("fat", [0.05, 0.3, 0.6, 0.9])
def test_a_mixture_has_the_t2_that_scipy_fits(fat):
    mixture = (1 - fat) * np.exp(-TIMES / 35.3) + fat * np.exp(-TIMES / 165)
    (_, expected), _ = curve_fit(lambda t, size, t2: size * np.exp(-t / t2), TIMES, mixture, p0=(1, 60))
    assert monoexponential_t2_ms(mixture[:, None], TIMES) == pytest.approx(expected, abs=1e-3)


def test_nothing_has_a_t2_within_the_range_all_the_same():
    t2_ms = monoexponential_t2_ms(np.zeros((16, 3)), TIMES)
    assert np.isfinite(t2_ms).all()


def test_noise_does_not_move_the_mean(one_voxel):
    clean = SCAN.ideal_signal(one_voxel(MUSCLE_WATER=0.8))
    noise = np.random.default_rng(0).normal(0, clean[0, 0] / 80, (16, 20_000))
    assert monoexponential_t2_ms(clean + noise, TIMES).mean() == pytest.approx(35.3, abs=0.05)


def test_edema_raises_it(one_voxel):
    dry, wet = (
        monoexponential_t2_ms(SCAN.ideal_signal(one_voxel(MUSCLE_WATER=1 - e, EDEMA_WATER=e)), TIMES)[0] for e in (0, 1)
    )
    assert dry == pytest.approx(35.3, abs=1e-6)
    assert wet == pytest.approx(65, abs=1e-6)


def test_raw_echoes_hold_stimulated_ones_and_the_map_does_not(receive, one_voxel):
    weak = ScannerFields(np.zeros(10), np.array([-0.2, *[0.0] * 9]), (0.0, 0.0, 0.0), 0.0)
    images = receive("t2", one_voxel(MUSCLE_WATER=0.8), fields=weak)
    raw = np.array([images[f"raw/t2_echo{number:02d}"].mean() for number in range(1, 17)])
    expected = echo_train(1130, 35.3, spacing_ms=8.7, echoes=16, b1=0.8)
    # rounded to integers
    np.testing.assert_allclose(raw / raw[0], expected / expected[0], atol=0.003)
    np.testing.assert_allclose(images["t2"], 35.3, atol=1e-3)
    assert monoexponential_t2_ms(raw[:, None], TIMES)[0] > 36.5
