"""Way back from the network's window to the image's grid: the most likely class of every voxel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.inference.window import Window

if TYPE_CHECKING:
    from torch import Tensor

_MIXED = 255
"""Mark of a cell whose corners differ; there are fewer classes."""

Classes = NDArray[np.uint8]


def most_likely(values: NDArray[np.float32]) -> tuple[NDArray[np.float32], Classes]:
    """Return the highest of the classes' values and the first class that has it, both [...].

    ``argmax`` takes several times as long, torch's too.

    Args:
        values: Logits or probabilities, [class, ...], of fewer than 255 classes.
    """
    highest, classes = values[0].copy(), np.zeros(values.shape[1:], np.uint8)
    for index, value in enumerate(values[1:], start=1):
        is_higher = (value > highest).view(np.uint8)
        np.maximum(classes, np.multiply(is_higher, np.uint8(index), out=is_higher), out=classes)
        np.maximum(highest, value, out=highest)
    return highest, classes


def paste_classes(
    logits: Tensor, window: Window, index: int, shape: tuple[int, int]
) -> tuple[slice, slice, NDArray[np.uint8]]:
    """Return the class with the highest logit at the volume's voxels, the logits interpolated linearly.

    Between four pixels with one class, that class stays the highest; logits are interpolated elsewhere alone.

    Args:
        logits: Logits in the window, [class, row, column], on the CPU.
        window: Position of the window.
        index: Index of the slice.
        shape: (rows, columns) of the volume.

    Returns:
        The volume's rows and columns around all classes but the background, class 0, and the classes there,
        [row, column], 0 beyond the window.
    """
    classes = most_likely(logits.numpy())[1]
    rows, columns = _range_of(classes, window, index, shape)
    inverse = np.linalg.inv(window.steps)
    down, across = (
        np.add.outer(
            step[0] * (np.arange(rows.start, rows.stop) - window.origins[index, 0]),
            step[1] * (np.arange(columns.start, columns.stop) - window.origins[index, 1]),
        )
        for step in inverse
    )
    cells = _cells(classes)
    row, column = (np.clip(place + 1, 0, len(cells) - 1).astype(np.intp) for place in (down, across))
    pasted = cells.take(row * len(cells) + column)
    mixed = np.flatnonzero(pasted == _MIXED)
    pasted.put(mixed, _interpolated(logits, down.take(mixed), across.take(mixed)))
    return rows, columns, pasted


def paste_likeliest(
    log_probability: NDArray[np.float64], window: Window, index: int, shape: tuple[int, int]
) -> tuple[slice, slice, NDArray[np.uint8]]:
    """Return what ``paste_classes`` does, from logarithms of probabilities in an array, [class, row, column]."""
    import torch

    return paste_classes(torch.from_numpy(log_probability.astype(np.float32)), window, index, shape)


def _range_of(classes: Classes, window: Window, index: int, shape: tuple[int, int]) -> tuple[slice, slice]:
    """Return the volume's rows and columns around the pixels that are not background, and one pixel around them."""
    places = [np.flatnonzero((classes > 0).any(axis=axis)) for axis in (1, 0)]
    if not len(places[0]):
        return slice(0, 0), slice(0, 0)
    ends = np.array([(row, column) for row in places[0][[0, -1]] for column in places[1][[0, -1]]], float)
    ends += [(-1, -1), (-1, 1), (1, -1), (1, 1)]
    corners = window.origins[index] + ends @ window.steps.T
    first = np.clip(np.floor(corners.min(axis=0)), 0, shape).astype(int)
    last = np.clip(np.ceil(corners.max(axis=0)) + 1, first, shape).astype(int)
    return slice(first[0], last[0]), slice(first[1], last[1])


def _cells(classes: Classes) -> Classes:
    """Return the class common to the corners of each square of four pixels, [row + 1, column + 1] of its first corner.

    Squares beyond the window are 0, and those on its last row and column ``_MIXED``.
    """
    size = len(classes)
    cells = np.zeros((size + 2, size + 2), np.uint8)
    corner = classes[:-1, :-1]
    is_same = (corner == classes[1:, :-1]) & (corner == classes[:-1, 1:]) & (corner == classes[1:, 1:])
    cells[1:size, 1:size] = np.where(is_same, corner, _MIXED)
    cells[size, 1 : size + 1] = cells[1 : size + 1, size] = _MIXED
    return cells


def _interpolated(logits: Tensor, down: NDArray[np.float64], across: NDArray[np.float64]) -> Classes:
    """Return the classes at places in the window, [place], given in pixels down and across; 0 beyond its pixels."""
    import torch
    from torch.nn import functional

    end = logits.shape[-1] - 1
    grid = torch.from_numpy((2 * np.stack([across, down], axis=-1) / end - 1).astype(np.float32))
    sampled = functional.grid_sample(
        logits[None], grid[None, None], mode="bilinear", padding_mode="border", align_corners=True
    )
    classes = most_likely(sampled[0, :, 0].numpy())[1]
    classes[(down > end) | (across > end)] = 0
    return classes
