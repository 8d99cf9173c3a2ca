"""Duration of a segmentation without its network: finding legs, cutting windows out, pasting and cleaning labels."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import torch
from scipy import ndimage  # noqa: F401 - imported here, so that its import is not timed
from torch import Tensor, nn

from MuscleSegLib.bundle import Bundle
from MuscleSegLib.inference.labeling import label_muscles
from MuscleSegLib.inference.stopwatch import Stopwatch
from MuscleSegLib.progress import silent
from MuscleSegLib.volume import Geometry, Volume

BLOCKS = 4  # along rows and along columns of the labels: a leg has ten muscles
RADIUS_MM, MIDDLE_MM = 80.0, 95.0  # of a leg, and its distance from the midline


def time_labeling(bundle: Bundle, scan: Geometry) -> dict[str, float]:
    """Time the segmentation of two disks by a network that computes next to nothing.

    Args:
        bundle: Network whose input and labels are taken; its weights are not read.
        scan: Geometry of a canonical scan.

    Returns:
        Seconds of "legs" (finding them) and of "labeling".
    """
    classes = len(bundle.metadata.labels) + 1
    about = replace(bundle.metadata, sha256=f"{classes} blocks")
    watch = Stopwatch(time.thread_time)
    blocks = _BlocksBundle(bundle.folder, about)
    label_muscles([_two_disks(scan)], blocks, device="cpu", legs=2, progress=silent, watch=watch)
    return {"legs": watch.seconds["legs"], "labeling": watch.seconds["network"]}


class _BlocksBundle(Bundle):
    """Bundle of a network of the same labels that computes next to nothing."""

    def load(self) -> nn.Module:
        return _Blocks(len(self.metadata.labels) + 1).eval()


class _Blocks(nn.Module):
    """Network whose labels are square blocks, whatever the input shows."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.classes = classes

    def forward(self, images: Tensor) -> Tensor:
        """Map [batch, channel, ...] to logits [batch, class, ...]."""
        rows, columns = (torch.arange(size, device=images.device) * BLOCKS // size for size in images.shape[-2:])
        labels = (BLOCKS * rows[:, None] + columns) % self.classes
        channels = torch.arange(self.classes, device=images.device).view(-1, *[1] * (images.dim() - 2))
        return (10.0 * (channels == labels)).expand(len(images), self.classes, *images.shape[2:])


def _two_disks(scan: Geometry) -> Volume:
    _, rows, columns = scan.shape
    row_mm, column_mm = scan.spacing_mm[1], scan.spacing_mm[0]
    row = (np.arange(rows)[:, None] - (rows - 1) / 2) * row_mm
    column = (np.arange(columns) - (columns - 1) / 2) * column_mm
    disks = (np.abs(column) - MIDDLE_MM) ** 2 + row**2 < RADIUS_MM**2
    noise = np.abs(np.random.default_rng(0).normal(0, 0.01, scan.shape))
    return Volume((noise + disks).astype(np.float32), scan)
