import numpy as np
import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.maps import t2

TIMES = np.array([10.0, 20.0, 30.0, 40.0])


def decay(*t2_ms):
    return 800 * np.exp(-TIMES[:, None] / np.array(t2_ms)).reshape(4, 1, 1, -1)


def test_it_is_the_t2_of_an_exponential(images):
    fitted = t2(images(decay(20.0, 35.3, 120.0)), echoes_ms=TIMES)
    np.testing.assert_allclose(fitted.array.ravel(), [20.0, 35.3, 120.0], rtol=1e-5)
    assert fitted.array.dtype == np.float32


def test_a_first_echo_that_lacks_stimulated_ones_can_be_left_out(images):
    echoes = decay(50.0, 60.0)
    echoes[0] *= 0.8
    whole, later = (t2(images(echoes), echoes_ms=TIMES, skip_first=skip).array.ravel() for skip in (False, True))
    assert (whole > [55, 65]).all()
    np.testing.assert_allclose(later, [50.0, 60.0], rtol=1e-5)


def test_what_is_dark_or_grows_has_no_value(images):
    echoes = np.concatenate([decay(50.0), decay(50.0) * 0.001, decay(50.0)[::-1]], axis=-1)
    np.testing.assert_array_equal(np.isnan(t2(images(echoes), echoes_ms=TIMES).array.ravel()), [False, True, True])


def test_one_echo_is_no_decay(images):
    with pytest.raises(MuscleSegError, match="1 echoes, and T2 needs 2"):
        t2(images(decay(50.0)[:1]), echoes_ms=TIMES[:1])


def test_noisy_voxels_get_what_scipy_finds_for_them(images):
    from scipy.optimize import curve_fit

    noisy = decay(25.0, 40.0, 60.0, 90.0) + np.random.default_rng(4).normal(0, 16, (4, 1, 1, 4))
    fitted = t2(images(noisy), echoes_ms=TIMES).array.ravel()
    for voxel, signals in zip(fitted, noisy.reshape(4, -1).T, strict=True):
        (_, best), _ = curve_fit(lambda time, size, t2_ms: size * np.exp(-time / t2_ms), TIMES, signals, p0=(800, 50))
        assert voxel == pytest.approx(best, rel=1e-3)
