"""Where a magnitude image shows more than noise."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

_NEEDED = 5.0
"""A voxel shows something when it is brighter than this many standard deviations of the noise."""

_NEEDED_OF_BRIGHTEST = 0.02
"""... and than this share of the brightest tissue: where a scanner interpolated, neighbors share their noise, and its
standard deviation comes out too small."""

_FEWEST_OF_AIR = 200
"""Voxels, from which the noise is known to 4 percent."""


def shows_signal(image: NDArray[Any], *, channel: NDArray[Any] | None = None) -> NDArray[np.bool_]:
    """Return where an image shows more than noise.

    Args:
        image: [k, j, i] magnitudes, at best of the acquisition's brightest image.
        channel: [k, j, i], an image of one channel with the same noise, where the magnitudes are a mean of several.

    Returns:
        [k, j, i].

    """
    values = np.nan_to_num(np.asarray(image, dtype=np.float64), posinf=0.0, neginf=0.0)
    brightest = float(np.percentile(values, 99))
    sd = noise_sd(values if channel is None else channel)
    return np.asarray(values > max(_NEEDED * sd, _NEEDED_OF_BRIGHTEST * brightest, 0.0))


def noise_sd(image: NDArray[Any]) -> float:
    """Return the standard deviation of the noise in the planes of an image; 0 where they are too small to tell.

    It is told by the difference of two Laplacians, to which smooth structures are blind: J. Immerkaer, Comput Vis Image
    Underst 1996;64:300-302, 10.1006/cviu.1996.0060, with the median for the mean, so that edges do not count.

    Args:
        image: [k, j, i].

    """
    values = np.asarray(image, dtype=np.float64)
    if min(values.shape[1:]) < 3:
        return 0.0
    once = values[:, :-2] - 2 * values[:, 1:-1] + values[:, 2:]
    twice = once[:, :, :-2] - 2 * once[:, :, 1:-1] + once[:, :, 2:]
    seen = twice[values[:, 1:-1, 1:-1] != 0]  # air that the scanner has blackened tells nothing
    return float(np.median(np.abs(seen)) / 0.6745 / 6) if seen.size else 0.0


def background_sd(air: NDArray[Any]) -> float:
    """Return the standard deviation of each channel's noise from magnitudes where there is nothing else.

    Magnitudes of noise alone are Rayleigh distributed.

    Args:
        air: Of any shape. What is exactly zero was blackened by the scanner and does not count.

    Returns:
        0 where too little is left to tell.

    """
    values = air[np.isfinite(air) & (air > 0)]
    return float(np.median(values) / np.sqrt(2 * np.log(2))) if values.size >= _FEWEST_OF_AIR else 0.0


def without_floor(magnitudes: NDArray[np.floating], sd: float) -> NDArray[np.float64]:
    """Return what magnitudes would be without the noise that lifts weak ones, of their shape.

    H. Gudbjartsson and S. Patz, Magn Reson Med 1995;34:910-914, 10.1002/mrm.1910340618.
    """
    return np.asarray(np.sqrt(np.abs(magnitudes.astype(np.float64) ** 2 - sd**2)))
