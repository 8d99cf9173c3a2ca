import numpy as np
import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.maps import magnetization_transfer_ratio


def test_it_is_the_share_that_the_pulse_takes_in_percent(images):
    off, on = images(np.array([[[[100, 200, 80]]], [[[60, 200, 20]]]], dtype=np.int16))
    np.testing.assert_allclose(magnetization_transfer_ratio(off, on).array.ravel(), [40, 0, 75])


def test_unsigned_integers_do_not_wrap_around(images):
    off, on = images(np.array([[[[100]]], [[[110]]]], dtype=np.uint16))
    assert magnetization_transfer_ratio(off, on).array.item() == pytest.approx(-10)


def test_air_has_no_value(images):
    rng = np.random.default_rng(0)
    truth = np.zeros((1, 40, 40))
    truth[:, 10:30, 10:30] = 400
    noisy = [np.abs(part * truth + 10 * (rng.standard_normal(truth.shape) + 1j * rng.standard_normal(truth.shape)))
             for part in (1.0, 0.5)]  # fmt: skip
    ratio = magnetization_transfer_ratio(*images(np.stack(noisy))).array
    assert np.isfinite(ratio[truth > 0]).all()
    assert np.isnan(ratio[truth == 0]).mean() > 0.98


def test_images_on_different_grids_are_refused(images):
    off, on = images(np.ones((1, 1, 2, 2)))[0], images(np.ones((1, 1, 2, 3)))[0]
    with pytest.raises(MuscleSegError, match="do not lie on the same grid"):
        magnetization_transfer_ratio(off, on)
