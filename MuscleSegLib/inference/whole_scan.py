"""Segmentation of a whole scan by a network from elsewhere: turned, resampled, normalized, and brought back."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.bundle import VolumeInput
from MuscleSegLib.inference.cleanup import clean_labels
from MuscleSegLib.inference.runner import Runner
from MuscleSegLib.inference.volume_grid import from_axes, grid_for, normalized, to_axes
from MuscleSegLib.progress import Progress
from MuscleSegLib.translatable import _
from MuscleSegLib.volume import Geometry, Volume, resample


def segment_scan(
    runner: Runner, spec: VolumeInput, labels: tuple[int, ...], image: Volume, progress: Progress
) -> NDArray[np.uint8]:
    """Segment a whole scan.

    Args:
        runner: The network.
        spec: Description of its input.
        labels: Label values of its output channels 1 to n, with their side.
        image: Canonical image, [k, j, i].
        progress: Raises ``Canceled`` to stop.

    Returns:
        Label values, [k, j, i], on the image's grid.
    """
    import torch

    grid = grid_for(image.geometry, spec)
    resampled = image if grid is image.geometry else resample(image, grid, interpolation="linear")
    network_input = to_axes(normalized(resampled.array, spec), spec.axes)
    logits = runner(torch.from_numpy(network_input)[None, None], progress, _("segmenting the scan"))[0]
    highest = np.full(image.array.shape, -np.inf, np.float32)
    channels = np.zeros(image.array.shape, np.uint8)
    for channel, probability in enumerate(torch.softmax(logits, dim=0)):
        on_grid = Volume(from_axes(probability.numpy(), spec.axes), grid)
        values = on_grid.array if grid is image.geometry else _on_image(on_grid, image.geometry, channel)
        higher = values > highest
        highest[higher], channels[higher] = values[higher], channel
    values_of_channels = np.array([0, *labels], np.uint8)
    return clean_labels(values_of_channels[channels], image.geometry.spacing_mm)


def _on_image(probability: Volume, geometry: Geometry, channel: int) -> NDArray[np.float32]:
    """Interpolate a channel's probability on the image's grid; outside the network's grid all is background."""
    values: NDArray[np.float32] = resample(
        probability, geometry, interpolation="linear", fill=1.0 if channel == 0 else 0.0
    ).array
    return values
