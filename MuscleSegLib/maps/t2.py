"""Monoexponential T2 of a voxel's whole signal, from a train of spin echoes."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.maps.filling import filled_map
from MuscleSegLib.maps.grids import comparable, require_echo_times
from MuscleSegLib.maps.noise import shows_signal
from MuscleSegLib.maps.plausible import require_decay
from MuscleSegLib.physics import T2_RANGE_MS, monoexponential_t2_ms
from MuscleSegLib.translatable import _
from MuscleSegLib.volume import Volume


def t2(echoes: Sequence[Volume], *, echoes_ms: Sequence[float], skip_first: bool = False) -> Volume:
    """Return the T2 of each voxel by a least-squares fit of one exponential.

    It is the T2 of water and fat together: fat prolongs it, and so do stimulated echoes. The first echo holds none of
    them; leaving it out reduces their effect.

    Args:
        echoes: [k, j, i] magnitude images on one grid.
        echoes_ms: Echo times.
        skip_first: Leave the first echo out.

    Returns:
        [k, j, i] float32 map in milliseconds. NaN where there is nothing but noise, and where no T2 fits.

    Raises:
        MuscleSegError: Images lie on different grids, or there are fewer than two echoes.
    """
    mask, signals = magnitudes(echoes, echoes_ms, fewest=3 if skip_first else 2)
    first = int(skip_first)
    values = monoexponential_t2_ms(signals[first:], echoes_ms[first:])
    shortest, longest = T2_RANGE_MS
    values = np.where((values > shortest) & (values < longest), values, np.nan)
    return filled_map(values, mask, echoes[0].geometry, description="T2 (ms)", unit="ms")


def magnitudes(
    echoes: Sequence[Volume], echoes_ms: Sequence[float], *, fewest: int
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Return the mask of voxels with more than noise, [k, j, i], and the echoes in it, [echo, voxel].

    Args:
        echoes: [k, j, i] magnitude images on one grid.
        echoes_ms: Echo times.
        fewest: Number of echoes that the fit needs.

    Raises:
        MuscleSegError: Images lie on different grids, there are too few of them, or they do not decay.
    """
    echoes = comparable(echoes)
    require_echo_times(echoes, echoes_ms)
    if len(echoes) < fewest:
        message = _(
            "{echoes} and the images with it are {echoe_count} echoes, and T2 needs {fewest}: give the images of all "
            "echoes."
        )
        raise MuscleSegError(message, echoes=echoes[0].name, echoe_count=len(echoes), fewest=fewest)
    mask = shows_signal(echoes[0].array)
    require_decay(echoes, echoes_ms, mask)
    return mask, np.nan_to_num(np.stack([echo.array[mask] for echo in echoes]).astype(np.float64))
