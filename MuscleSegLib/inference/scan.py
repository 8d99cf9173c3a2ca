"""A whole scan, as networks from elsewhere want it: turned, resampled, normalized; and the way back."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.bundle import VolumeInput
from MuscleSegLib.inference.cleanup import repaired
from MuscleSegLib.inference.runner import Runner
from MuscleSegLib.progress import Progress
from MuscleSegLib.volume import Geometry, Volume, resample

_AXIS_OF = {"R": 2, "L": 2, "A": 1, "P": 1, "S": 0, "I": 0}  # of a canonical array
_REVERSED = "LPI"


def segment_scan(
    runner: Runner, spec: VolumeInput, labels: tuple[int, ...], image: Volume, progress: Progress
) -> NDArray[np.uint8]:
    """Segment a scan.

    Args:
        runner: The network.
        spec: What it is shown.
        labels: Of its output channels 1 to n, with their side.
        image: Canonical, [k, j, i].
        progress: Raises ``Cancelled`` to stop.

    Returns:
        Labels, [k, j, i], on the image's grid.

    """
    import torch

    grid = grid_for(image.geometry, spec)
    there = image if grid is image.geometry else resample(image, grid, interpolation="linear")
    shown = to_axes(normalized(there.array, spec), spec.axes)
    logits = runner(torch.from_numpy(shown)[None, None], progress, "segmenting the scan")[0]
    best = np.full(image.array.shape, -np.inf, np.float32)
    channels = np.zeros(image.array.shape, np.uint8)
    for channel, probability in enumerate(torch.softmax(logits, dim=0)):
        found = Volume(from_axes(probability.numpy(), spec.axes), grid)
        values = found.array if grid is image.geometry else _back(found, image.geometry, channel)
        surer = values > best
        best[surer], channels[surer] = values[surer], channel
    found_labels = np.array([0, *labels], np.uint8)[channels]
    return repaired(found_labels, image.geometry.spacing_mm)


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
    """Return a volume with the brightness that the network knows."""
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
    """Turn a canonical array [k, j, i] so that its axes run to the directions of ``axes``."""
    flipped = np.flip(array, tuple(_AXIS_OF[letter] for letter in axes if letter in _REVERSED))
    return np.ascontiguousarray(flipped.transpose([_AXIS_OF[letter] for letter in axes]))


def from_axes(array: NDArray[np.float32], axes: str) -> NDArray[np.float32]:
    """Turn what ``to_axes`` turned back."""
    order = [_AXIS_OF[letter] for letter in axes]
    flipped = array.transpose([order.index(axis) for axis in range(3)])
    return np.ascontiguousarray(np.flip(flipped, tuple(_AXIS_OF[letter] for letter in axes if letter in _REVERSED)))


def _back(found: Volume, geometry: Geometry, channel: int) -> NDArray[np.float32]:
    """Look a channel's probability up on the image's grid; what is outside is background."""
    values: NDArray[np.float32] = resample(
        found, geometry, interpolation="linear", fill=1.0 if channel == 0 else 0.0
    ).array
    return values
