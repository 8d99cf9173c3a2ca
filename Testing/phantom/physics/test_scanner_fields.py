import numpy as np
import pytest

from MuscleSegLib.phantom.physics.scanner_fields import ScannerFields

X, Y = np.meshgrid(np.linspace(-215, 215, 44), np.linspace(-215, 215, 44))
HEIGHTS = (-150.0, 0.0, 150.0)


@pytest.fixture(params=range(10))
def fields(request):
    return ScannerFields.draw(np.random.default_rng(request.param))


def in_the_legs(values):
    return values[np.hypot(X, Y) < 200]


def test_b0_and_b1_are_as_far_off_as_at_one_and_a_half_tesla(fields):
    for height in HEIGHTS:
        assert np.abs(in_the_legs(fields.b0_hz_at(X, Y, height))).max() < 120
        b1 = in_the_legs(fields.b1_at(X, Y, height))
        assert b1.min() > 0.6
        assert b1.max() < 1.25


def test_the_coil_sees_every_place(fields):
    for height in HEIGHTS:
        assert in_the_legs(fields.coil_at(X, Y, height)).min() > 0.4


@pytest.mark.parametrize("field", ["b0_hz_at", "b1_at", "coil_at"])
def test_fields_are_smooth(fields, field):
    values = getattr(fields, field)(X, Y, 40.0)
    steps = np.abs(np.diff(values, axis=0))  # over 10 mm
    assert steps.max() < (12 if field == "b0_hz_at" else 0.06)


def test_the_fields_are_not_those_of_another_seed(fields):
    other = ScannerFields.draw(np.random.default_rng(99))
    assert not np.allclose(fields.b0_hz_at(X, Y, 0.0), other.b0_hz_at(X, Y, 0.0))


def test_the_coil_hears_less_from_the_ends(fields):
    middle, end = (fields.coil_at(X, Y, height).mean() for height in (0.0, 150.0))
    assert 0.7 < end / middle < 0.95


def test_images_are_shaded_by_the_coil_and_maps_are_not(receive, one_voxel):
    shaded = ScannerFields(np.zeros(10), np.zeros(10), (2.0, 0.0, 0.0), 0.0)
    muscle = one_voxel(MUSCLE_WATER=0.6, FAT=0.2)
    # columns run to the left over 31 pixels of 1.5 mm: by 2 in 200 mm
    expected = (1 - 2 * 23.25 / 200) / (1 + 2 * 23.25 / 200)
    for scan, name in (("anatomy", "anatomy"), ("mtr", "raw/mt_off"), ("t2", "raw/t2_echo01")):
        image = receive(scan, muscle, fields=shaded)[name].astype(float)
        np.testing.assert_allclose(image[:, -1] / image[:, 0], expected, rtol=0.01)
    for name in ("ff", "mtr", "t2"):
        np.testing.assert_allclose(np.ptp(receive(name, muscle, fields=shaded)[name]), 0, atol=1e-4)
