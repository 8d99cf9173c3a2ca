"""T2 of a voxel's whole signal, from a train of spin echoes."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.maps.grids import comparable, require_echo_times
from MuscleSegLib.maps.noise import shows_signal
from MuscleSegLib.maps.plausible import require_decay
from MuscleSegLib.physics import T2_RANGE_MS, monoexponential_t2_ms
from MuscleSegLib.volume import Volume


def t2(echoes: Sequence[Volume], *, echoes_ms: Sequence[float], skip_first: bool = False) -> Volume:
    """Return the T2 of the exponential that is nearest to each voxel's echoes, by least squares.

    It is the T2 of water and fat together: fat prolongs it, and so do stimulated echoes. The first echo holds none of
    those, and leaving it out takes some of what they add away.

    Args:
        echoes: [k, j, i] magnitude images on one grid.
        echoes_ms: Echo times.
        skip_first: Leave the first echo out.

    Returns:
        [k, j, i] float32 map in milliseconds. NaN where there is nothing but noise, and where no T2 fits.

    Raises:
        MuscleSegError: Images lie on different grids, or there are fewer than two echoes.

    """
    where, signals = magnitudes(echoes, echoes_ms, fewest=3 if skip_first else 2)
    first = int(skip_first)
    values = monoexponential_t2_ms(signals[first:], echoes_ms[first:])
    shortest, longest = T2_RANGE_MS
    found = np.full(where.shape, np.nan, np.float32)
    found[where] = np.where((values > shortest) & (values < longest), values, np.nan)
    return Volume(found, echoes[0].geometry, description="T2 (ms)", unit="ms")


def magnitudes(
    echoes: Sequence[Volume], echoes_ms: Sequence[float], *, fewest: int
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Return where echoes show more than noise, [k, j, i], and what they are there, [echo, voxel].

    Raises:
        MuscleSegError: Images lie on different grids, there are too few of them, or they do not decay.

    """
    echoes = comparable(echoes)
    require_echo_times(echoes, echoes_ms)
    if len(echoes) < fewest:
        message = f"{echoes[0].name} and the images with it are {len(echoes)} echoes, and T2 needs {fewest}: give the "
        message += "images of all echoes."
        raise MuscleSegError(message)
    where = shows_signal(echoes[0].array)
    require_decay(echoes, echoes_ms, where)
    return where, np.nan_to_num(np.stack([echo.array[where] for echo in echoes]).astype(np.float64))
