"""Grid, axes and intensities of the volume that a network for whole scans is shown, and the way back."""

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.bundle import VolumeInput
from MuscleSegLib.volume import Geometry

_AXIS_OF = {"R": 2, "L": 2, "A": 1, "P": 1, "S": 0, "I": 0}  # of a canonical array
_REVERSED = "LPI"


def grid_for(geometry: Geometry, spec: VolumeInput) -> Geometry:
    """Return the canonical grid with the network's spacing that fills the same box, or the same grid."""
    if spec.spacing_mm is None:
        return geometry
    wanted = np.empty(3)
    for letter, spacing in zip(spec.axes, spec.spacing_mm, strict=True):
        wanted[2 - _AXIS_OF[letter]] = spacing  # i, j, k
    ratio = wanted / np.array(geometry.spacing_mm)
    if np.allclose(ratio, 1, atol=1e-3):
        return geometry
    size = np.maximum(1, np.rint(np.array(geometry.shape[::-1]) / ratio)).astype(int)
    scale = np.diag([*ratio, 1.0])
    scale[:3, 3] = (np.array(geometry.shape[::-1]) - 1 - (size - 1) * ratio) / 2  # the same middle
    return Geometry((int(size[2]), int(size[1]), int(size[0])), geometry.affine @ scale)


def normalized(array: NDArray[np.generic], spec: VolumeInput) -> NDArray[np.float32]:
    """Return a volume, [k, j, i], with its intensities normalized as the network was trained on."""
    values = array.astype(np.float32)
    if spec.normalization in ("zscore", "zscore-nonzero"):
        counted = values != 0 if spec.normalization == "zscore-nonzero" else np.ones(values.shape, dtype=bool)
        some = values[counted]
        spread = float(some.std()) if some.size else 0.0
        middle = float(some.mean()) if some.size else 0.0
        return np.where(counted, (values - middle) / max(spread, 1e-8), 0).astype(np.float32)
    percentiles = spec.percentiles if spec.normalization == "percentiles" else (0.0, 100.0)
    low, high = np.percentile(values, percentiles)
    scaled: NDArray[np.float32] = np.clip((values - low) / max(high - low, 1e-8), 0, 1).astype(np.float32)
    return scaled


def to_axes(array: NDArray[np.float32], axes: str) -> NDArray[np.float32]:
    """Permute and flip a canonical array, [k, j, i], so that its axes run to the directions of ``axes``."""
    flipped = np.flip(array, tuple(_AXIS_OF[letter] for letter in axes if letter in _REVERSED))
    return np.ascontiguousarray(flipped.transpose([_AXIS_OF[letter] for letter in axes]))


def from_axes(array: NDArray[np.float32], axes: str) -> NDArray[np.float32]:
    """Return an array with the axes ``axes`` as a canonical one, [k, j, i]: the inverse of ``to_axes``."""
    order = [_AXIS_OF[letter] for letter in axes]
    flipped = array.transpose([order.index(axis) for axis in range(3)])
    return np.ascontiguousarray(np.flip(flipped, tuple(_AXIS_OF[letter] for letter in axes if letter in _REVERSED)))
