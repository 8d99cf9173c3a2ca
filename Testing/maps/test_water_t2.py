"""Against spins that conftest.py follows one by one."""

import numpy as np
import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.maps import water_t2

TIMES = tuple(8.7 * number for number in range(1, 17))
LEVELS = np.array([0.0, 0.1, 0.2, 0.4])
SHAPE = (1, 40, 64)
_, ROW, COLUMN = np.indices(SHAPE)
FAT = np.where((ROW < 6) | (ROW >= 34), 1.0, LEVELS[COLUMN // 16])  # the skin's fat before and behind the muscle


@pytest.fixture
def train(images, spin_echoes):
    """Magnitudes of 16 echoes, with fat of 165 ms, at an SNR of muscle in the first echo."""

    def make(t2_ms, b1, *, snr=50.0, fat=FAT, seen=1.0):
        water, of_fat = spin_echoes(1130, t2_ms, b1), spin_echoes(288, 165, b1)
        clean = seen * ((1 - fat) * water[:, None, None, None] + fat * of_fat[:, None, None, None])
        rng = np.random.default_rng(7)
        noise = rng.standard_normal(clean.shape) + 1j * rng.standard_normal(clean.shape)
        return images(np.rint(1000 * np.abs(clean + water[0] / snr * noise)).astype(np.int16))

    return make


@pytest.mark.parametrize("b1", [0.7, 0.85, 1.0, 1.15, 1.3])
@pytest.mark.parametrize("t2_ms", [30.0, 35.3, 45.0])
def test_it_is_right_within_2_ms_whatever_the_fat_and_the_b1(train, t2_ms, b1):
    fitted = water_t2(train(t2_ms, b1), echoes_ms=TIMES, field_strength_t=1.5)
    for number, level in enumerate(LEVELS):
        block = fitted.t2_ms.array[0, 8:32, 16 * number + 1 : 16 * number + 15]
        assert np.isfinite(block).all()
        assert block.mean() == pytest.approx(t2_ms, abs=2), level


def test_the_refocusing_is_found_but_not_whether_it_is_too_weak_or_too_strong(train):
    for b1, expected in ((0.8, 80), (1.2, 80), (1.0, 100)):
        fitted = water_t2(train(35.3, b1), echoes_ms=TIMES, field_strength_t=1.5)
        assert np.nanmean(fitted.b1_percent.array) == pytest.approx(expected, abs=2)


def test_the_t2_of_fat_is_measured_where_there_is_nothing_else(train):
    assert water_t2(train(35.3, 0.9), echoes_ms=TIMES, field_strength_t=1.5).fat_t2_ms == pytest.approx(165, rel=0.05)


def test_so_it_is_in_adipose_tissue_that_holds_some_water(train):
    watery = np.where(FAT == 1, 0.92, FAT)
    fitted = water_t2(train(35.3, 0.9, fat=watery), echoes_ms=TIMES, field_strength_t=1.5)
    assert fitted.fat_t2_ms == pytest.approx(165, rel=0.05)


def test_noise_that_lifts_late_echoes_does_not_pass_for_fat(train):
    """At an SNR of 50 in the first echo, muscle after 139 ms is as bright as noise: 0.8 ms if nothing is done."""
    seen = np.where((ROW < 3) | (ROW >= 37), 0.0, 1.0)  # the rest is air
    fitted = water_t2(train(35.3, 1.0, seen=seen), echoes_ms=TIMES, field_strength_t=1.5)
    assert np.nanmean(fitted.t2_ms.array[:, 8:32, 1:15]) == pytest.approx(35.3, abs=0.5)


def test_fat_that_is_given_is_taken(train):
    fitted = water_t2(train(35.3, 0.9), echoes_ms=TIMES, field_strength_t=1.5, fat_t2_ms=150.0)
    assert fitted.fat_t2_ms == 150.0


def test_without_any_fat_its_usual_t2_is_taken_with_a_warning(train, caplog):
    fitted = water_t2(train(35.3, 0.9, fat=np.zeros(SHAPE)), echoes_ms=TIMES, field_strength_t=3.0)
    assert fitted.fat_t2_ms == 133
    assert "no fat to calibrate with" in caplog.text


def test_where_there_is_no_water_it_has_no_value(train):
    fitted = water_t2(train(35.3, 0.9), echoes_ms=TIMES, field_strength_t=1.5)
    assert np.isnan(fitted.t2_ms.array[FAT == 1]).mean() > 0.95


@pytest.mark.parametrize(
    ("chosen", "pattern"), [(slice(1, 16), "not those of one train"), (slice(0, 4), "4 echoes, and T2 needs 6")]
)
def test_echoes_that_are_no_whole_train_are_refused(train, chosen, pattern):
    with pytest.raises(MuscleSegError, match=pattern):
        water_t2(train(35.3, 1.0)[chosen], echoes_ms=TIMES[chosen], field_strength_t=1.5)
