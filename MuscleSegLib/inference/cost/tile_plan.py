"""How much a network is shown at once, so that it fits into the memory."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from MuscleSegLib.inference.cost.disk_cache import remembered

if TYPE_CHECKING:
    from torch import nn

BATCH_BYTES = 24_000_000  # of features: larger batches are no faster, and leave the processor's caches
SMALLEST = 64  # pixels along a tile's side: in fewer, a network of six levels sees next to nothing
STEP = 32  # pixels: what such a network divides by
WORKSPACE = 1.35
"""Memory that torch takes over that of the features: copies in the order that its convolutions want."""
RESERVE_BYTES = 60_000_000  # for the labels, and what else the process does


@dataclass(frozen=True)
class Plan:
    """What is shown at once.

    Attributes:
        batch: Slices or volumes.
        tile: Voxels along each axis.

    """

    batch: int
    tile: tuple[int, ...]

    def smaller(self) -> Plan | None:
        """Return the next smaller plan, or None where there is none."""
        if self.batch > 1:
            return Plan(self.batch // 2, self.tile)
        longest = max(range(len(self.tile)), key=lambda axis: self.tile[axis])
        halved = math.ceil(self.tile[longest] / 2 / STEP) * STEP
        if self.tile[longest] <= SMALLEST or halved >= self.tile[longest]:
            return None
        return Plan(1, tuple(halved if axis == longest else size for axis, size in enumerate(self.tile)))


@dataclass
class Need:
    """How much memory a network needs, beside its weights.

    Attributes:
        network: Its weights are not read.
        key: What tells it from others.
        least: Bytes for the smallest input that was asked for; 0 before.

    """

    network: nn.Module
    key: str
    least: float = 0.0

    def bytes_for(self, shape: Sequence[int]) -> float:
        """Return the bytes for an input of [batch, channel, ...]."""
        import torch

        from MuscleSegLib.inference.cost.simulation import simulate

        one = (1, *shape[1:])
        found = remembered(
            ("memory", self.key, torch.__version__, *one),
            lambda: {"bytes": simulate(self.network, one).peak_bytes},
        )
        need = WORKSPACE * found["bytes"]
        self.least = min(self.least or need, need)
        return shape[0] * need


def within(available: int, need: Need, samples: Sequence[int], wanted: tuple[int, ...]) -> Plan | None:
    """Return the largest plan that fits.

    Args:
        available: Bytes.
        need: Of the network.
        samples: How many there are, and their channels.
        wanted: Voxels of a tile, if there is memory for it.

    Returns:
        None where even the smallest tile does not fit.

    """
    plan: Plan | None = Plan(1, wanted)
    while plan is not None:
        one = need.bytes_for((1, samples[1], *plan.tile))
        if one <= available - RESERVE_BYTES:
            batch = int(min(BATCH_BYTES, available - RESERVE_BYTES) // one)
            return Plan(max(1, min(batch, samples[0])), plan.tile)
        plan = plan.smaller()
    return None


def windows(spatial: Sequence[int], tile: Sequence[int], overlap: float) -> int:
    """Return how many windows MONAI's ``sliding_window_inference`` takes."""
    count = 1
    for size, side in zip(spatial, tile, strict=True):
        step = size if side >= size else max(1, int(side * (1 - overlap)))
        count *= 1 + math.ceil(max(0, size - side) / step)
    return count
