"""Whether images are what they are taken for, as far as physics tells."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.maps.noise import noise_sd
from MuscleSegLib.volume import Volume

_MUCH_LESS = 0.6
"""Where fat and water mix, as at every border of muscle, opposed phase has far less signal than in phase. T2* and noise
take less from the other."""

_SHARE_EXCHANGED = 0.003
"""Of the voxels with signal, that have to tell."""

MOST_GROWTH, MOST_LATER_GROWTH = 1.3, 1.12
"""From the first spin echo to the second, which stimulated echoes lift by less, and from any other to the next."""

_CLEAR = 5.0
"""Standard deviations of noise above which a voxel tells how it decays."""

_FEWEST, _MOST_VOXELS = 50, 50000

_LEAST_SPREAD, _MORE_SPREAD = 0.5, 2.5
"""Spread over voxels of the logarithm of what an echo loses to the next: of images that are no echoes it is more than
this, and this many times that of the others."""


def require_opposed(opposed: NDArray[np.floating], in_phase: NDArray[np.floating], names: tuple[str, str]) -> None:
    """Check that of two magnitudes it is the opposed-phase ones that lose signal where fat and water mix.

    Args:
        opposed: (n,) of voxels with signal.
        in_phase: (n,) of the same.
        names: Of both images.

    Raises:
        MuscleSegError: It is the other ones.

    """
    if not opposed.size:
        return
    right = float(np.mean(opposed < _MUCH_LESS * in_phase))
    wrong = float(np.mean(in_phase < _MUCH_LESS * opposed))
    if wrong > max(2 * right, _SHARE_EXCHANGED):
        message = f"{names[0]}, taken as opposed phase, has more signal than {names[1]}, taken as in phase, where fat "
        message += "and water mix: the two images are exchanged, or not opposed and in phase."
        raise MuscleSegError(message)


def require_decay(echoes: Sequence[Volume], echoes_ms: Sequence[float], where: NDArray[np.bool_]) -> None:
    """Check that spin echoes lose signal from each to the next, all of them alike.

    Args:
        echoes: [k, j, i] magnitude images in the order of echo times.
        echoes_ms: Echo times.
        where: [k, j, i] where they show more than noise.

    Raises:
        MuscleSegError: They do not: one is no echo (such as a T2 map), or they are in another order.

    """
    inside = np.flatnonzero(where)
    inside = inside[:: max(1, inside.size // _MOST_VOXELS)]
    signals = [np.nan_to_num(echo.array.reshape(-1)[inside].astype(np.float64)) for echo in echoes]
    floors = [max(_CLEAR * noise_sd(echo.array), np.finfo(np.float64).tiny) for echo in echoes]
    bad = [f"{_called(echoes[0])} and {_called(echoes[-1])}"] if _grows(signals) else []
    changes = [_change(signals, floors, number) for number in range(len(echoes) - 1)]
    spreads = [spread for _, spread in changes if spread is not None]
    usual = float(np.median(spreads)) if len(spreads) > 2 else np.inf
    for number, (growth, spread) in enumerate(changes):
        is_uneven = spread is not None and spread > max(_LEAST_SPREAD, _MORE_SPREAD * usual)
        if growth > np.log(MOST_GROWTH if number == 0 else MOST_LATER_GROWTH) or is_uneven:
            bad += [f"{_called(echoes[n])} ({echoes_ms[n]:g} ms)" for n in (number, number + 1)]
    if bad:
        message = f"Signal does not decay from echo to echo, between {', '.join(dict.fromkeys(bad))}: give the echoes "
        message += "alone, in the order of their echo times, without maps or other images among them."
        raise MuscleSegError(message)


def _grows(signals: Sequence[NDArray[np.float64]]) -> bool:
    return bool(np.median(signals[-1]) > np.median(signals[0])) if signals[0].size else False


def _change(signals: Sequence[NDArray[np.float64]], floors: Sequence[float], number: int) -> tuple[float, float | None]:
    """Return how much signal grows to the next echo, as a logarithm, and how unevenly (None: too few voxels)."""
    before, after = signals[number], signals[number + 1]
    growth = float(np.log(max(np.median(after), floors[number + 1])) - np.log(max(np.median(before), floors[number])))
    clear = (before > floors[number]) & (after > floors[number + 1])
    if np.count_nonzero(clear) < _FEWEST:
        return growth, None
    ratio = np.log(after[clear] / before[clear])
    low, high = np.percentile(ratio, (10, 90))
    return growth, float(high - low)


def _called(volume: Volume) -> str:
    return volume.name if volume.path is None else volume.path.name
