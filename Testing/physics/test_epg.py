"""Against spins that are followed one by one, and against what is known without any calculation."""

import numpy as np
import pytest

from MuscleSegLib.physics import echo_train

SPINS = 256


def followed_one_by_one(t1, t2, *, spacing, echoes, b1, refocusing=180.0):
    """Rotate and relax spins that are spread over a full turn in half an echo spacing; return the mean at each echo.

    Longitudinal magnetization recovers toward 1, as in life.
    """
    angles = 2 * np.pi * np.arange(SPINS) / SPINS
    spins = np.tile([0.0, 0.0, 1.0], (SPINS, 1))

    def about(axis, degrees):
        turn = np.deg2rad(degrees)
        cosine, sine = np.cos(turn), np.sin(turn)
        if axis == "x":
            return np.array([[1, 0, 0], [0, cosine, -sine], [0, sine, cosine]])
        return np.array([[cosine, 0, sine], [0, 1, 0], [-sine, 0, cosine]])

    def half_a_spacing_passes():
        nonlocal spins
        x, y, z = spins.T
        decay, recovery = np.exp(-spacing / 2 / t2), np.exp(-spacing / 2 / t1)
        spins = np.stack(
            [
                decay * (np.cos(angles) * x - np.sin(angles) * y),
                decay * (np.sin(angles) * x + np.cos(angles) * y),
                1 + recovery * (z - 1),
            ],
            axis=1,
        )

    spins = spins @ about("y", 90 * b1).T  # from z to x
    signals = []
    for _ in range(echoes):
        half_a_spacing_passes()
        spins = spins @ about("x", refocusing * b1).T
        half_a_spacing_passes()
        signals.append(spins[:, 0].mean())
    return np.array(signals)


@pytest.mark.parametrize(("t1", "t2"), [(1130, 35.3), (288, 165), (1441, 290)])
@pytest.mark.parametrize("b1", [0.5, 0.8, 1.0, 1.2])
def test_the_train_is_that_of_spins_followed_one_by_one(t1, t2, b1):
    expected = followed_one_by_one(t1, t2, spacing=8.7, echoes=16, b1=b1)
    np.testing.assert_allclose(echo_train(t1, t2, spacing_ms=8.7, echoes=16, b1=b1), expected, atol=1e-10)


def test_so_is_one_of_smaller_refocusing_pulses():
    expected = followed_one_by_one(1130, 35.3, spacing=8.7, echoes=16, b1=0.9, refocusing=120)
    signals = echo_train(1130, 35.3, spacing_ms=8.7, echoes=16, b1=0.9, refocusing_degrees=120)
    np.testing.assert_allclose(signals, expected, atol=1e-10)


def test_perfect_pulses_give_a_pure_exponential():
    signals = echo_train(1130, 35.3, spacing_ms=8.7, echoes=16)
    np.testing.assert_allclose(signals, np.exp(-8.7 * np.arange(1, 17) / 35.3), rtol=1e-12)


def test_weak_pulses_make_the_second_echo_brighter_than_the_first():
    # without relaxation the first echo is sin(a/2)^2 of the signal, and the stimulated one comes with the second
    first, second, *_ = echo_train(1e9, 1e9, spacing_ms=8.7, echoes=2, b1=120 / 180)
    assert first / np.sin(np.deg2rad(60)) == pytest.approx(0.75)
    assert second > first


def test_many_are_made_together():
    t2 = np.array([30.0, 60.0, 90.0])
    signals = echo_train(1000.0, t2[:, None], spacing_ms=8.7, echoes=5, b1=np.array([0.8, 1.0]))
    assert signals.shape == (5, 3, 2)
    np.testing.assert_allclose(signals[:, 2, 0], echo_train(1000, 90, spacing_ms=8.7, echoes=5, b1=0.8), rtol=1e-12)
