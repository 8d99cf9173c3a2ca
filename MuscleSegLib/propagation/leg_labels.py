"""Labels of one leg in the network's frame: the share of each muscle in each pixel."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.inference.window import Window

Array = NDArray[np.float32]

SAMPLES = 3
"""Places down and across a pixel at which the labels are looked up."""


def shares_of(labels: NDArray[np.uint8], values: Sequence[int], window: Window, index: int) -> Array:
    """Return the share of each muscle in a slice's pixels, [muscle, row, column].

    Args:
        labels: Label values of the slice, [row, column].
        values: Label values of the muscles.
        window: The leg's window.
        index: Index of the slice.
    """
    size = window.images.shape[-1]
    inner = (np.arange(size * SAMPLES) + 0.5) / SAMPLES - 0.5
    places = window.origins[index][:, None, None] + np.tensordot(
        window.steps, np.stack(np.meshgrid(inner, inner, indexing="ij")), axes=1
    )
    rows, columns = np.rint(places).astype(np.intp)
    inside = (rows >= 0) & (columns >= 0) & (rows < labels.shape[0]) & (columns < labels.shape[1])
    sampled = np.where(inside, labels[rows * inside, columns * inside], 0)
    blocks = sampled.reshape(size, SAMPLES, size, SAMPLES)
    return np.stack([(blocks == value).mean(axis=(1, 3), dtype=np.float32) for value in values])
