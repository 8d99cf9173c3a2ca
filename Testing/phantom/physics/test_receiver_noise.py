import numpy as np
import pytest

from MuscleSegLib.phantom.physics.receiving import complex_noise, magnitude


def test_both_channels_have_the_sd_that_is_asked_for():
    noise = complex_noise(np.random.default_rng(0), (200, 200), 3.0)
    assert noise.real.std() == pytest.approx(3, rel=0.02)
    assert noise.imag.std() == pytest.approx(3, rel=0.02)
    assert np.corrcoef(noise.real.ravel(), noise.imag.ravel())[0, 1] == pytest.approx(0, abs=0.02)


def test_in_air_a_magnitude_is_rayleigh():
    air = magnitude(np.zeros((200, 200)), complex_noise(np.random.default_rng(0), (200, 200), 1.0))
    assert air.mean() == pytest.approx(np.sqrt(np.pi / 2), rel=0.01)


def test_a_magnitude_is_rician():
    # its second moment is signal^2 + 2 sd^2
    signal = magnitude(np.full((200, 200), 2.0), complex_noise(np.random.default_rng(0), (200, 200), 1.0))
    assert (signal**2).mean() == pytest.approx(6, rel=0.02)


def test_the_noise_of_an_image_is_that_of_its_snr(receive, one_voxel):
    muscle = receive("anatomy", one_voxel(MUSCLE_WATER=0.8), noisy=True)["anatomy"]
    assert muscle.mean() / muscle.std() == pytest.approx(30, rel=0.1)
