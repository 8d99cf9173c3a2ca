"""Tiles and batches that fit into the memory, from an estimate of the memory that a network needs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from MuscleSegLib.inference.cost.disk_cache import cached_numbers

if TYPE_CHECKING:
    from torch import nn

BATCH_BYTES = 24_000_000  # of features: larger batches are no faster, and leave the processor's caches
SMALLEST = 64  # pixels along a tile's side: in fewer, a network of six levels sees next to nothing
STEP = 32  # pixels: tiles of a network with five halvings are multiples of it
WORKSPACE = 1.35
"""Torch's memory over that of the features: copies in the order that its convolutions need."""
RESERVE_BYTES = 60_000_000  # for the labels and the rest of the process


@dataclass(frozen=True)
class TilePlan:
    """Batch and tile sizes of one forward pass.

    Attributes:
        batch: Slices or volumes.
        tile: Voxels along each axis.
    """

    batch: int
    tile: tuple[int, ...]

    def smaller(self) -> TilePlan | None:
        """Return the next smaller plan, or None for the smallest."""
        if self.batch > 1:
            return TilePlan(self.batch // 2, self.tile)
        longest = max(range(len(self.tile)), key=lambda axis: self.tile[axis])
        halved = math.ceil(self.tile[longest] / 2 / STEP) * STEP
        if self.tile[longest] <= SMALLEST or halved >= self.tile[longest]:
            return None
        return TilePlan(1, tuple(halved if axis == longest else size for axis, size in enumerate(self.tile)))


@dataclass
class MemoryEstimate:
    """Memory of a network's features, without that of its weights.

    Attributes:
        network: The network; its weights are not read.
        key: Unique name of the network, for the cache.
        least: Bytes for the smallest input asked about so far; 0 before the first.
    """

    network: nn.Module
    key: str
    least: float = 0.0

    def bytes_for(self, shape: Sequence[int]) -> float:
        """Return the bytes for an input of shape [batch, channel, ...]."""
        import torch

        from MuscleSegLib.inference.cost.simulation import simulate

        sample_shape = (1, *shape[1:])
        cached = cached_numbers(
            ("memory", self.key, torch.__version__, *sample_shape),
            lambda: {"bytes": simulate(self.network, sample_shape).peak_bytes},
        )
        sample_bytes = WORKSPACE * cached["bytes"]
        self.least = min(self.least or sample_bytes, sample_bytes)
        return shape[0] * sample_bytes


def largest_tile_plan(
    available: int, memory: MemoryEstimate, samples: Sequence[int], wanted: tuple[int, ...]
) -> TilePlan | None:
    """Return the largest plan that fits into the memory, or None where not even the smallest tile does.

    Args:
        available: Bytes.
        memory: Estimate for the network.
        samples: Number of samples and of their channels.
        wanted: Voxels of the tile where memory is ample.
    """
    plan: TilePlan | None = TilePlan(1, wanted)
    while plan is not None:
        sample_bytes = memory.bytes_for((1, samples[1], *plan.tile))
        if sample_bytes <= available - RESERVE_BYTES:
            batch = int(min(BATCH_BYTES, available - RESERVE_BYTES) // sample_bytes)
            return TilePlan(max(1, min(batch, samples[0])), plan.tile)
        plan = plan.smaller()
    return None


def count_windows(spatial: Sequence[int], tile: Sequence[int], overlap: float) -> int:
    """Return the number of windows that MONAI's ``sliding_window_inference`` takes."""
    count = 1
    for size, side in zip(spatial, tile, strict=True):
        step = size if side >= size else max(1, int(side * (1 - overlap)))
        count *= 1 + math.ceil(max(0, size - side) / step)
    return count
