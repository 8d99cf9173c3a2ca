"""Plausibility of images: opposed against in phase, and decay from echo to echo."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.maps.noise import noise_sd
from MuscleSegLib.translatable import _, joined
from MuscleSegLib.volume import Volume

_MAX_OPPOSED_RATIO = 0.6
"""Ratio of opposed to in phase below which fat and water cancel, as at every border of muscle; T2* and noise lower the
reverse ratio by less."""

_MIN_EXCHANGED_SHARE = 0.003
"""Share of the voxels with signal whose reverse ratio shows that the images are exchanged."""

MOST_GROWTH, MOST_LATER_GROWTH = 1.3, 1.12
"""Largest plausible growth from the first spin echo to the second, which stimulated echoes lift by less, and from any
other to the next."""

_MIN_SNR = 5.0
"""Signal of a voxel over the standard deviation of the noise from which on its decay counts."""

_MIN_VOXELS, _MAX_VOXELS = 50, 50000

_MIN_SPREAD, _MIN_SPREAD_RATIO = 0.5, 2.5
"""Spread over voxels of the logarithm of the ratio of an echo to the next: images that are no echoes exceed this, and
this many times the spread of the others."""


def require_opposed(opposed: NDArray[np.floating], in_phase: NDArray[np.floating], names: tuple[str, str]) -> None:
    """Check that opposed-phase magnitudes, and not the in-phase ones, lose signal where fat and water mix.

    Args:
        opposed: [voxel] magnitudes of voxels with signal.
        in_phase: [voxel] magnitudes of the same voxels.
        names: Names of both images, for the message.

    Raises:
        MuscleSegError: The in-phase ones do.
    """
    if not opposed.size:
        return
    right = float(np.mean(opposed < _MAX_OPPOSED_RATIO * in_phase))
    wrong = float(np.mean(in_phase < _MAX_OPPOSED_RATIO * opposed))
    if wrong > max(2 * right, _MIN_EXCHANGED_SHARE):
        message = _(
            "{names}, taken as opposed phase, has more signal than {names_2}, taken as in phase, where fat and water "
            "mix: the two images are exchanged, or not opposed and in phase."
        )
        raise MuscleSegError(message, names=names[0], names_2=names[1])


def require_decay(echoes: Sequence[Volume], echoes_ms: Sequence[float], mask: NDArray[np.bool_]) -> None:
    """Check that the signal of spin echoes decays from each to the next, by similar ratios over voxels.

    Args:
        echoes: [k, j, i] magnitude images in the order of echo times.
        echoes_ms: Echo times.
        mask: [k, j, i] voxels with more than noise.

    Raises:
        MuscleSegError: It does not: an image is no echo (such as a T2 map), or they are in another order.
    """
    inside = np.flatnonzero(mask)
    inside = inside[:: max(1, inside.size // _MAX_VOXELS)]
    signals = [np.nan_to_num(echo.array.reshape(-1)[inside].astype(np.float64)) for echo in echoes]
    floors = [max(_MIN_SNR * noise_sd(echo.array), np.finfo(np.float64).tiny) for echo in echoes]
    implausible: list[str] = (
        [joined(_(" and "), (_short_name(echoes[0]), _short_name(echoes[-1])))] if _grows(signals) else []
    )
    changes = [_change(signals, floors, number) for number in range(len(echoes) - 1)]
    spreads = [spread for _, spread in changes if spread is not None]
    usual = float(np.median(spreads)) if len(spreads) > 2 else np.inf
    for number, (growth, spread) in enumerate(changes):
        is_uneven = spread is not None and spread > max(_MIN_SPREAD, _MIN_SPREAD_RATIO * usual)
        if growth > np.log(MOST_GROWTH if number == 0 else MOST_LATER_GROWTH) or is_uneven:
            implausible += [f"{_short_name(echoes[n])} ({echoes_ms[n]:g} ms)" for n in (number, number + 1)]
    if implausible:
        message = _(
            "Signal does not decay from echo to echo, between {images}: give the echoes alone, in the order of "
            "their echo times, without maps or other images among them."
        )
        raise MuscleSegError(message, images=joined(", ", dict.fromkeys(implausible)))


def _grows(signals: Sequence[NDArray[np.float64]]) -> bool:
    return bool(np.median(signals[-1]) > np.median(signals[0])) if signals[0].size else False


def _change(signals: Sequence[NDArray[np.float64]], floors: Sequence[float], number: int) -> tuple[float, float | None]:
    """Return the logarithmic growth of the signal to the next echo, and its spread (None: too few voxels)."""
    before, after = signals[number], signals[number + 1]
    growth = float(np.log(max(np.median(after), floors[number + 1])) - np.log(max(np.median(before), floors[number])))
    clear = (before > floors[number]) & (after > floors[number + 1])
    if np.count_nonzero(clear) < _MIN_VOXELS:
        return growth, None
    ratio = np.log(after[clear] / before[clear])
    low, high = np.percentile(ratio, (10, 90))
    return growth, float(high - low)


def _short_name(volume: Volume) -> str:
    return volume.name if volume.path is None else volume.path.name
