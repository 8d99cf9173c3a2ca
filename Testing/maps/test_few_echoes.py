"""Against signals that conftest.py computes."""

import numpy as np
import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.maps import Excitation, few_echo_fat_fraction

FAT = np.array([[[0.0, 0.1, 0.3, 0.45]]])
HALF_TURN_MS = 1000 / (2 * 3.4 * 42.577 * 1.5)


def magnitudes(images, gradient_echoes, halves, *, fat=FAT, **how):
    times = tuple(round(half * HALF_TURN_MS, 2) for half in halves)
    return images(1000 * np.abs(gradient_echoes(fat, np.full(fat.shape, 33.0), times, **how))), times


@pytest.mark.parametrize(("halves", "near"), [((1, 2, 3), 1.5), ((2, 3, 4), 2), ((1, 2), 1.5), ((2, 3), 2)])
def test_below_half_it_is_the_share_of_fat(images, gradient_echoes, halves, near):
    echoes, times = magnitudes(images, gradient_echoes, halves)
    fat_fraction = few_echo_fat_fraction(echoes, echoes_ms=times, field_strength_t=1.5).array
    np.testing.assert_allclose(fat_fraction, 100 * FAT, atol=near)  # fat's T2* of 40 ms is taken for that of water


def test_above_half_it_is_too_low(images, gradient_echoes):
    echoes, times = magnitudes(images, gradient_echoes, (1, 2, 3), fat=np.array([[[0.85]]]))
    assert few_echo_fat_fraction(echoes, echoes_ms=times, field_strength_t=1.5).array.item() < 50


def test_t1_weighting_is_undone(images, gradient_echoes):
    echoes, times = magnitudes(images, gradient_echoes, (1, 2, 3), excitation=(22, 5))
    raw, undone = (
        few_echo_fat_fraction(echoes, echoes_ms=times, field_strength_t=1.5, excitation=excitation).array
        for excitation in (None, Excitation(22, 5))
    )
    np.testing.assert_allclose(undone, 100 * FAT, atol=1.5)
    assert (raw[FAT > 0.2] > 100 * FAT[FAT > 0.2] + 1.5).all()


def test_where_there_is_nothing_it_has_no_value(images, gradient_echoes):
    echoes, times = magnitudes(images, gradient_echoes, (1, 2, 3))
    for echo in echoes:
        echo.array[..., 0] = 0
    fat_fraction = few_echo_fat_fraction(echoes, echoes_ms=times, field_strength_t=1.5).array
    np.testing.assert_array_equal(np.isnan(fat_fraction).ravel(), [True, False, False, False])


@pytest.mark.parametrize("halves", [(1, 3), (1, 1.5), (1, 2, 4), (1, 2, 3, 4)])
def test_other_echo_times_are_refused(images, gradient_echoes, halves):
    echoes, times = magnitudes(images, gradient_echoes, halves)
    with pytest.raises(MuscleSegError, match="not by turns opposed to and in phase"):
        few_echo_fat_fraction(echoes, echoes_ms=times, field_strength_t=1.5)
