import cmath
import math

import numpy as np
import pytest

from MuscleSegLib.phantom.physics.multi_gradient_echo import Dixon, opposed_and_in_phase_ms
from MuscleSegLib.phantom.physics.scanner_fields import ScannerFields
from MuscleSegLib.physics import fat_phasors, steady_state

ECHOES = (2.38, 4.763, 7.146, 9.529, 11.911, 14.294, 16.677, 19.06)
DIXON = Dixon(22, 5, ECHOES)

# as the ISMRM fat-water toolbox has them, with water at 4.70 ppm
PEAKS = {0.90: 0.087, 1.30: 0.693, 2.10: 0.128, 2.76: 0.004, 4.31: 0.039, 5.30: 0.048}


def ernst(t1, flip, tr):
    e1 = math.exp(-tr / t1)
    return math.sin(math.radians(flip)) * (1 - e1) / (1 - math.cos(math.radians(flip)) * e1)


def expected(water, fat, te, *, b0=0.0, flip=5.0):
    """Muscle's water and fat, in numbers of their own."""
    phasor = (
        sum(share * cmath.exp(2j * math.pi * 63.8655e-3 * (ppm - 4.70) * te) for ppm, share in PEAKS.items()) / 0.999
    )
    of_water = water * ernst(1130, flip, 22) * math.exp(-te / 28)
    of_fat = fat * ernst(288, flip, 22) * math.exp(-te / 40)
    return (of_water + of_fat * phasor) * cmath.exp(2j * math.pi * b0 * te / 1000)


@pytest.mark.parametrize(("water", "fat"), [(0.8, 0.0), (0.0, 0.9), (0.5, 0.3)])
@pytest.mark.parametrize("b0", [0.0, -37.0])
def test_each_echo_is_the_closed_form(one_voxel, water, fat, b0):
    signal = DIXON.signal(one_voxel(MUSCLE_WATER=water, FAT=fat), b0_hz=np.array([b0]))
    for echo, te in zip(signal[:, 0], ECHOES, strict=True):
        assert echo == pytest.approx(expected(water, fat, te, b0=b0), abs=1e-6)


def test_b1_scales_the_flip_angle(one_voxel):
    signal = DIXON.signal(one_voxel(MUSCLE_WATER=1.0), b1=np.array([0.8]))
    assert abs(signal[0, 0]) == pytest.approx(abs(expected(1, 0, 2.38, flip=4.0)), abs=1e-9)


def test_the_ernst_angle_gives_most_signal():
    # cos(a) = exp(-TR / T1)
    angle = math.degrees(math.acos(math.exp(-22 / 1130)))
    flips = np.array([angle - 1, angle, angle + 1])
    assert steady_state(1130, repetition_ms=22, flip_degrees=flips).argmax() == 1


def test_fat_is_in_phase_at_time_zero():
    assert fat_phasors(0.0, field_strength_t=1.5) == pytest.approx(1)


def test_fat_is_opposed_and_in_phase_where_its_main_peak_says():
    # 3.4 ppm at 63.87 MHz are 217 Hz: a turn in 4.6 ms
    assert opposed_and_in_phase_ms(3) == pytest.approx((2.30, 4.61, 6.91), abs=0.005)
    opposed, in_phase, _ = fat_phasors(opposed_and_in_phase_ms(3), field_strength_t=1.5)
    assert opposed.real < -0.6
    assert in_phase.real > 0.75


@pytest.mark.parametrize("sequence", [DIXON, Dixon(12, 5, opposed_and_in_phase_ms(3))])
def test_unmixing_undoes_mixing(one_voxel, sequence):
    signal = sequence.signal(one_voxel(MUSCLE_WATER=0.55, FAT=0.25))[:, 0]
    water, fat = sequence.unmixing() @ np.concatenate([signal.real, signal.imag])
    assert (water, fat) == pytest.approx((0.55, 0.25), abs=1e-9)


def test_the_map_is_what_unmixing_makes_of_the_raw_images(receive, one_voxel):
    fields = ScannerFields(np.array([25.0, *[0.0] * 9]), np.zeros(10), (0.0, 0.0, 0.0), 0.7)
    images = receive("ff", one_voxel(MUSCLE_WATER=0.5, FAT=0.3), fields=fields, noisy=True)
    echoes = np.stack(
        [images[f"raw/dixon_echo{n:02d}_real"] + 1j * images[f"raw/dixon_echo{n:02d}_imaginary"] for n in range(1, 9)]
    ).reshape(8, -1)
    times = np.array(ECHOES)[:, None]
    still = echoes * np.exp(-2j * np.pi * 25.0 * times / 1000 - 0.7j)
    model = np.array([[expected(1, 0, te), expected(0, 1, te)] for te in ECHOES])
    stacked = np.concatenate([model.real, model.imag])
    water, fat = np.linalg.lstsq(stacked, np.concatenate([still.real, still.imag]), rcond=None)[0]
    # rounded to integers, in one and not in the other
    np.testing.assert_allclose(100 * fat / (water + fat), images["ff"].ravel(), atol=0.3)


def test_the_noise_of_the_map_is_as_small_as_the_echoes_allow(receive, one_voxel):
    # 8 echoes at SNR 40, less decay: at best 100 % / (40 sqrt(8)) = 0.9, for fat that is told from water at no cost
    noise = receive("ff", one_voxel(MUSCLE_WATER=0.8), noisy=True)["ff"]
    assert 0.7 < noise.std() < 2
    assert abs(noise.mean()) < 4 * noise.std() / np.sqrt(noise.size)
