"""Images that are not what they are given as."""

from functools import partial

import numpy as np
import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.maps import few_echo_fat_fraction, t2, two_point_fat_fraction, water_t2
from MuscleSegLib.volume import Geometry, Volume

GRID = Geometry((2, 60, 60), np.diag([1.0, 1.0, 5.0, 1.0]))
TIMES = [10.0 * number for number in range(1, 13)]


@pytest.fixture
def train():
    """Twelve echoes of a disc of muscle (T2 38 ms) in fat (150 ms), with the noise of a magnitude image."""
    _, j, i = np.indices(GRID.shape) - 30
    radius, rng = np.hypot(j, i), np.random.default_rng(0)
    t2_ms, density = np.where(radius < 18, 38.0, 150.0), np.where(radius < 26, np.where(radius < 18, 900, 600), 0)

    def echo(time):
        noise = rng.normal(0, 5, (2, *GRID.shape))
        return Volume(np.hypot(density * np.exp(-time / t2_ms) + noise[0], noise[1]), GRID)

    return [echo(time) for time in TIMES], Volume(np.where(density > 0, t2_ms, 0), GRID)


@pytest.mark.parametrize("place", [0, 3, 8, 12])
@pytest.mark.parametrize("of_water", [False, True])
def test_a_t2_map_among_the_echoes_is_refused(train, place, of_water):
    echoes, fitted = train
    echoes, times = [*echoes[:place], fitted, *echoes[place:]], [*TIMES, 130.0]
    fit = partial(water_t2, field_strength_t=3.0) if of_water else t2
    with pytest.raises(MuscleSegError, match="Signal does not decay"):
        fit(echoes, echoes_ms=times)


@pytest.mark.parametrize(
    "order",
    [
        sorted(range(12), key=lambda number: str(number + 1)),  # as a shell lists them: 1, 10, 11, 12, 2
        list(range(12))[::-1],
        [0, 1, 2, 8, 3, *range(4, 8), *range(9, 12)],
    ],
)
def test_echoes_in_another_order_than_their_times_are_refused(train, order):
    echoes, _ = train
    assert np.isfinite(t2(echoes, echoes_ms=TIMES).array).any()
    with pytest.raises(MuscleSegError, match="Signal does not decay"):
        t2([echoes[number] for number in order], echoes_ms=TIMES)


@pytest.mark.parametrize("make", ["two points", "two echoes", "three echoes"])
def test_opposed_and_in_phase_exchanged_are_refused(make):
    """A disc of lean muscle in fat, whose border holds every mixture."""
    _, j, i = np.indices(GRID.shape) - 30
    fat = np.clip((np.hypot(j, i) - 14) / 8, 0.03, 0.95)
    opposed, in_phase = Volume(1000 * np.abs(1 - 2 * fat), GRID), Volume(np.full(GRID.shape, 950.0), GRID)
    right = {
        "two points": (two_point_fat_fraction, (opposed, in_phase), {}),
        "two echoes": (few_echo_fat_fraction, ([opposed, in_phase],), {"echoes_ms": [2.3, 4.6]}),
        "three echoes": (few_echo_fat_fraction, ([opposed, in_phase, opposed],), {"echoes_ms": [2.3, 4.6, 6.9]}),
    }
    call, images, options = right[make]
    options = options | ({"field_strength_t": 1.5} if options else {})
    assert np.isfinite(call(*images, **options).array).any()
    exchanged = images[::-1] if make == "two points" else ([in_phase, opposed, in_phase][: len(images[0])],)
    with pytest.raises(MuscleSegError, match="exchanged"):
        call(*exchanged, **options)
