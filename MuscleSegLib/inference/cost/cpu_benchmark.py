"""How fast this computer is: measured in a fraction of a second, and remembered."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from MuscleSegLib.inference.cost.disk_cache import remembered
from MuscleSegLib.inference.cost.processor import has_bfloat16, is_busy, processor_name

CHANNELS = (16, 64, 256)
ACROSS = (160, 64, 32)  # rows and columns of the convolutions that are timed, about those that networks have
MOVED = (1, 16, 256, 256)  # numbers, about those of a network's features: they stay near the processor
LONGEST_S = 0.06  # that one measurement goes on


@dataclass(frozen=True)
class Speed:
    """What this computer does in a second.

    Attributes:
        macs: Multiply-adds of a 3 x 3 convolution with its normalization, for each number of ``CHANNELS``.
        numbers: Read and written, where there is nothing to compute.

    """

    macs: tuple[float, ...]
    numbers: float

    def seconds(self, macs: int, numbers: int, channels: int) -> float:
        """Return how long an operation takes: what it computes or what it moves, whichever takes longer."""
        moving = numbers / self.numbers
        return max(moving, macs / self._macs_with(channels)) if macs else moving

    def _macs_with(self, channels: int) -> float:
        """Interpolate between the channels that were measured; below the fewest the rate falls with them."""
        if channels < CHANNELS[0]:
            return self.macs[0] * max(channels, 1) / CHANNELS[0]
        place = math.log2(min(channels, CHANNELS[-1]) / CHANNELS[0]) / 2
        below = min(int(place), len(CHANNELS) - 2)
        share = place - below
        return float(self.macs[below] ** (1 - share) * self.macs[below + 1] ** share)


def speed_of_this_computer(precision: str) -> Speed:
    """Measure the processor, or remember what was measured when it was not busy.

    Args:
        precision: "float32", or "bfloat16", for which a processor that has it not is measured with float32.

    """
    import torch

    used = precision if precision == "float32" or has_bfloat16() else "float32"
    key = ("speed", processor_name(), torch.__version__, torch.get_num_threads(), used)
    found = remembered(key, lambda: _measure(used), keep=not is_busy())
    return Speed(tuple(found[f"macs_{channels}"] for channels in CHANNELS), found["numbers"])


def _measure(precision: str) -> dict[str, float]:
    import torch
    from torch import nn
    from torch.nn import functional

    found = {}
    with torch.inference_mode(), torch.autocast("cpu", getattr(torch, precision), enabled=precision != "float32"):
        for channels, side in zip(CHANNELS, ACROSS, strict=True):
            image = torch.rand(1, channels, side, side).to(memory_format=torch.channels_last)
            layers = nn.Sequential(nn.Conv2d(channels, channels, 3, padding=1), nn.BatchNorm2d(channels), nn.ReLU())
            block = layers.eval().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
            found[f"macs_{channels}"] = 9 * channels**2 * side**2 / _fastest(partial(block, image))
        features = torch.rand(MOVED)
        found["numbers"] = 2 * features.numel() / _fastest(partial(functional.relu, features))
    return found


def _fastest(work: Callable[[], object]) -> float:
    """Return the seconds of the fastest of some runs, since others only wait for the processor longer."""
    work()
    start, best = time.perf_counter(), math.inf
    while time.perf_counter() - start < LONGEST_S:
        before = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - before)
    return best
