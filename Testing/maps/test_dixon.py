"""Against signals that conftest.py computes, at the SNR of real scans."""

import numpy as np
import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.maps import Excitation, water_and_fat

EIGHT = tuple(2.38 + 2.383 * number for number in range(8))
THREE = (2.30, 4.61, 6.91)
LEVELS = np.array([0.0, 0.1, 0.3, 0.5, 0.7, 0.9])
SLICES, ROWS, COLUMNS = 3, 24, 72
SLICE, ROW, COLUMN = np.indices((SLICES, ROWS, COLUMNS))
FAT = LEVELS[COLUMN // 12]
FIELDS = {
    "100 Hz": np.full(FAT.shape, 100.0),
    "-100 Hz": np.full(FAT.shape, -100.0),
    "a ramp along the levels": np.linspace(-100, 100, COLUMNS)[COLUMN],
    "a ramp across them": np.linspace(-100, 100, ROWS)[ROW],
    "a bowl": 200.0 * (COLUMN / (COLUMNS - 1) - 0.5) ** 2 * 4 - 100,
}


@pytest.fixture
def scanned(images, gradient_echoes):
    """Scan six levels of fat side by side: real and imaginary images, at an SNR of muscle in the first echo."""

    def scan(b0, echoes_ms, *, snr=50.0, **how):
        signals = gradient_echoes(FAT, b0, echoes_ms, **how)
        sd = np.exp(-echoes_ms[0] / 28) / snr
        rng = np.random.default_rng(3)
        noisy = signals + sd * (rng.standard_normal(signals.shape) + 1j * rng.standard_normal(signals.shape))
        return images(np.rint(1000 * noisy.real).astype(np.int16)), images(np.rint(1000 * noisy.imag).astype(np.int16))

    return scan


def errors_of(fat_fraction):
    values = fat_fraction.array
    return np.array([values[..., 12 * n : 12 * (n + 1)].mean() - 100 * level for n, level in enumerate(LEVELS)])


@pytest.mark.parametrize("echoes_ms", [EIGHT, THREE], ids=["eight echoes", "three echoes"])
@pytest.mark.parametrize("field", FIELDS)
def test_the_fat_fraction_is_right_within_a_point_and_never_swapped(scanned, field, echoes_ms):
    separated = water_and_fat(
        *scanned(FIELDS[field], echoes_ms, excitation=(22, 5)),
        echoes_ms=echoes_ms,
        field_strength_t=1.5,
        excitation=Excitation(22, 5),
    )
    assert np.abs(errors_of(separated.fat_fraction)).max() < 1
    assert np.abs(separated.fat_fraction.array - 100 * FAT).max() < 12  # a swap would be off by 80, or by 40


def test_without_noise_it_is_right_to_a_tenth_and_so_are_b0_and_t2_star(scanned):
    separated = water_and_fat(
        *scanned(FIELDS["a ramp along the levels"], EIGHT, snr=5000), echoes_ms=EIGHT, field_strength_t=1.5
    )
    assert np.abs(errors_of(separated.fat_fraction)).max() < 0.1
    np.testing.assert_allclose(separated.b0_hz.array, FIELDS["a ramp along the levels"], atol=0.5)
    assert separated.t2_star_ms.array[FAT == 0].mean() == pytest.approx(28, abs=0.5)


def test_t1_weighting_that_is_not_undone_shows_as_too_much_fat(scanned):
    separated = water_and_fat(
        *scanned(FIELDS["100 Hz"], EIGHT, excitation=(22, 5)), echoes_ms=EIGHT, field_strength_t=1.5
    )
    # steady states of fat and water by hand: sin 5 (1 - E1) / (1 - cos 5 E1) is 0.0833 and 0.0729 of M0
    ratio = 0.0833 / 0.0729
    expected = 100 * 0.5 * ratio / (0.5 * ratio + 0.5) - 50
    assert errors_of(separated.fat_fraction)[3] == pytest.approx(expected, abs=1)


def test_a_scanner_that_lets_phases_turn_the_other_way_gives_the_same(scanned, images):
    real, imaginary = scanned(FIELDS["a bowl"], EIGHT)
    reversed_images = images(np.stack([-image.array for image in imaginary]))
    forward, backward = (
        water_and_fat(real, parts, echoes_ms=EIGHT, field_strength_t=1.5).fat_fraction.array
        for parts in (imaginary, reversed_images)
    )
    np.testing.assert_allclose(forward, backward, atol=1e-3)


def test_it_works_at_3_tesla(scanned):
    echoes = tuple(1.2 + 1.0 * number for number in range(6))
    separated = water_and_fat(
        *scanned(FIELDS["a ramp across them"], echoes, field_strength_t=3.0), echoes_ms=echoes, field_strength_t=3.0
    )
    assert np.abs(errors_of(separated.fat_fraction)).max() < 1


def test_air_has_no_value(scanned, images):
    real, imaginary = scanned(FIELDS["a bowl"], EIGHT)
    rng = np.random.default_rng(1)
    for image in (*real, *imaginary):
        image.array[:, :8] = np.rint(18 * rng.standard_normal(image.array[:, :8].shape))
    values = water_and_fat(real, imaginary, echoes_ms=EIGHT, field_strength_t=1.5).fat_fraction.array
    assert np.isnan(values[:, :8]).mean() > 0.98
    assert np.isfinite(values[:, 8:]).all()


def test_noise_is_not_cut_off_at_zero(scanned):
    separated = water_and_fat(*scanned(FIELDS["100 Hz"], EIGHT), echoes_ms=EIGHT, field_strength_t=1.5)
    assert (separated.fat_fraction.array[FAT == 0] < 0).mean() == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize("echoes_ms", [(4.605, 9.21, 13.815), (2.3, 4.6)], ids=["in phase only", "two"])
def test_echo_times_that_cannot_tell_are_refused(scanned, echoes_ms):
    with pytest.raises(MuscleSegError, match="do not tell fat from water"):
        water_and_fat(*scanned(FIELDS["100 Hz"], echoes_ms), echoes_ms=echoes_ms, field_strength_t=1.5)


@pytest.mark.parametrize(
    ("echoes_ms", "pattern"), [(EIGHT[:7], "8 echoes .* and 7 echo times"), (EIGHT[::-1], "do not grow")]
)
def test_echo_times_that_do_not_fit_are_refused(scanned, echoes_ms, pattern):
    real, imaginary = scanned(FIELDS["100 Hz"], EIGHT)
    with pytest.raises(MuscleSegError, match=pattern):
        water_and_fat(real, imaginary, echoes_ms=echoes_ms, field_strength_t=1.5)


@pytest.mark.parametrize("step_ms", [2.8, 2.0], ids=["too long", "too short"])
def test_echo_times_that_explain_nothing_are_refused(scanned, step_ms):
    wrong = tuple(2.38 + step_ms * number for number in range(8))
    with pytest.raises(MuscleSegError, match="explains the echoes .* check the echo times"):
        water_and_fat(*scanned(FIELDS["a bowl"], EIGHT), echoes_ms=wrong, field_strength_t=1.5)


def test_a_wrong_field_strength_is_refused(scanned):
    with pytest.raises(MuscleSegError, match="at 3 T, do not tell fat from water"):
        water_and_fat(*scanned(FIELDS["a bowl"], EIGHT), echoes_ms=EIGHT, field_strength_t=3.0)


def test_magnitudes_in_place_of_a_real_part_are_refused(scanned, images):
    real, imaginary = scanned(FIELDS["100 Hz"], EIGHT)
    magnitudes = images(
        np.stack(
            [
                np.hypot(real_part.array, imaginary_part.array)
                for real_part, imaginary_part in zip(real, imaginary, strict=True)
            ]
        )
    )
    nothing = images(np.zeros((8, *FAT.shape)))
    with pytest.raises(MuscleSegError, match="imaginary images .* are empty"):
        water_and_fat(magnitudes, nothing, echoes_ms=EIGHT, field_strength_t=1.5)


def test_images_of_nothing_have_no_value(images):
    nothing = images(np.zeros((8, *FAT.shape)))
    assert np.isnan(water_and_fat(nothing, nothing, echoes_ms=EIGHT, field_strength_t=1.5).fat_fraction.array).all()


def test_images_on_different_grids_are_refused(scanned, images):
    real, imaginary = scanned(FIELDS["100 Hz"], EIGHT)
    with pytest.raises(MuscleSegError, match="do not lie on the same grid"):
        water_and_fat(real, [*imaginary[:7], *images(np.ones((1, 1, 2, 2)))], echoes_ms=EIGHT, field_strength_t=1.5)


@pytest.mark.parametrize("level", [0.97, 1.0])
@pytest.mark.parametrize("b0", [-100.0, 0.0, 100.0])
@pytest.mark.parametrize("echoes_ms", [EIGHT, THREE], ids=["eight echoes", "three echoes"])
def test_fat_alone_is_not_taken_for_water(images, gradient_echoes, echoes_ms, b0, level):
    fat = np.full((2, 16, 16), level)
    rng = np.random.default_rng(2)
    signals = gradient_echoes(fat, np.full(fat.shape, b0), echoes_ms)
    signals = 1000 * signals + 20 * (rng.standard_normal(signals.shape) + 1j * rng.standard_normal(signals.shape))
    separated = water_and_fat(images(signals.real), images(signals.imag), echoes_ms=echoes_ms, field_strength_t=1.5)
    assert separated.fat_fraction.array.mean() == pytest.approx(100 * level, abs=1)


def test_a_voxel_gets_what_scipy_finds_for_it(scanned):
    """One phase, one field and decays of water and fat that are free: without noise there is one best answer."""
    from scipy.optimize import least_squares

    real, imaginary = scanned(FIELDS["a ramp along the levels"], EIGHT, snr=1000)
    separated = water_and_fat(real, imaginary, echoes_ms=EIGHT, field_strength_t=1.5).fat_fraction.array
    times = np.array(EIGHT) / 1000
    peaks = {-3.80: 0.087, -3.40: 0.693, -2.60: 0.128, -1.94: 0.004, -0.39: 0.039, 0.60: 0.048}
    turning = sum(share * np.exp(2j * np.pi * 42.577 * 1.5 * ppm * times) for ppm, share in peaks.items()) / 0.999

    def left(values, signal):
        water, fat, phase, b0, of_water, of_fat = values
        model = (water * np.exp(-of_water * times) + fat * turning * np.exp(-of_fat * times)) * np.exp(
            1j * (phase + 2 * np.pi * b0 * times)
        )
        return np.concatenate([(model - signal).real, (model - signal).imag])

    for column in (16, 28, 40, 52, 64):
        signal = np.array(
            [a.array[1, 9, column] + 1j * b.array[1, 9, column] for a, b in zip(real, imaginary, strict=True)]
        )
        fat, b0 = FAT[1, 9, column], FIELDS["a ramp along the levels"][1, 9, column]
        best = least_squares(
            left, [1000 * (1 - fat), 1000 * fat, 0.7, b0, 35, 25], args=(signal,), x_scale=[1e3, 1e3, 1, 10, 10, 10]
        ).x
        assert separated[1, 9, column] == pytest.approx(100 * best[1] / (best[0] + best[1]), abs=0.5)
