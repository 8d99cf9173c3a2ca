"""Noise of magnitude images: standard deviation, signal mask, and the noise floor."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

_MIN_SNR = 5.0
"""Signal of a voxel over the standard deviation of the noise from which on it counts as signal."""

_MIN_OF_BRIGHTEST = 0.02
"""Signal of a voxel relative to the brightest tissue, needed too: where a scanner interpolated, neighbors share their
noise, and its standard deviation is underestimated."""

_MIN_AIR_VOXELS = 200
"""Fewest voxels of air, from which the noise is known to 4 percent."""


def shows_signal(image: NDArray[Any], *, channel: NDArray[Any] | None = None) -> NDArray[np.bool_]:
    """Return the mask of voxels with more than noise.

    Args:
        image: [k, j, i] magnitudes, at best of the acquisition's brightest image.
        channel: [k, j, i] image of one channel with the same noise, where the magnitudes are a mean of several.

    Returns:
        [k, j, i] mask.
    """
    values = np.nan_to_num(np.asarray(image, dtype=np.float64), posinf=0.0, neginf=0.0)
    brightest = float(np.percentile(values, 99))
    sd = noise_sd(values if channel is None else channel)
    return np.asarray(values > max(_MIN_SNR * sd, _MIN_OF_BRIGHTEST * brightest, 0.0))


def noise_sd(image: NDArray[Any]) -> float:
    """Return the standard deviation of the noise of an image, in its unit; 0 where its planes are too small.

    The difference of two Laplacians suppresses smooth structures: J. Immerkaer, Comput Vis Image Underst
    1996;64:300-302, 10.1006/cviu.1996.0060, with the median for the mean, so that edges do not count.

    Args:
        image: [k, j, i] values.
    """
    values = np.asarray(image, dtype=np.float64)
    if min(values.shape[1:]) < 3:
        return 0.0
    once = values[:, :-2] - 2 * values[:, 1:-1] + values[:, 2:]
    twice = once[:, :, :-2] - 2 * once[:, :, 1:-1] + once[:, :, 2:]
    unmasked = twice[values[:, 1:-1, 1:-1] != 0]  # air that the scanner set to zero has no noise
    return float(np.median(np.abs(unmasked)) / 0.6745 / 6) if unmasked.size else 0.0


def background_sd(air: NDArray[Any]) -> float:
    """Return the standard deviation of each channel's noise, in the unit of the magnitudes of air.

    Magnitudes of noise alone are Rayleigh distributed.

    Args:
        air: [...] magnitudes. Zeros were set by the scanner and do not count.

    Returns:
        0 where fewer than ``_MIN_AIR_VOXELS`` remain.
    """
    values = air[np.isfinite(air) & (air > 0)]
    return float(np.median(values) / np.sqrt(2 * np.log(2))) if values.size >= _MIN_AIR_VOXELS else 0.0


def without_floor(magnitudes: NDArray[np.floating], sd: float) -> NDArray[np.float64]:
    """Return magnitudes with the noise floor removed, of their shape.

    H. Gudbjartsson and S. Patz, Magn Reson Med 1995;34:910-914, 10.1002/mrm.1910340618.

    Args:
        magnitudes: [...] values.
        sd: Standard deviation of each channel's noise, in their unit.
    """
    return np.asarray(np.sqrt(np.abs(magnitudes.astype(np.float64) ** 2 - sd**2)))
