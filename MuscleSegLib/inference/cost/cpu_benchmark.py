"""Benchmark of this computer's processor: convolutions and memory traffic, timed in a fraction of a second."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from MuscleSegLib.inference.cost.disk_cache import cached_numbers
from MuscleSegLib.inference.cost.processor import is_busy, processor_name
from MuscleSegLib.networks.precision import has_bfloat16

CHANNELS = (16, 64, 256)
ACROSS = (160, 64, 32)  # rows and columns of the timed convolutions, about those of networks
MOVED = (1, 16, 256, 256)  # shape about that of a network's features, which stay in the processor's caches
LONGEST_S = 0.06  # of one measurement


@dataclass(frozen=True)
class Speed:
    """Operations of this computer per second.

    Attributes:
        macs: Multiply-adds of a 3 x 3 convolution with its normalization, for each number of ``CHANNELS``.
        numbers: Numbers read and written by operations that compute nothing.

    """

    macs: tuple[float, ...]
    numbers: float

    def seconds(self, macs: int, numbers: int, channels: int) -> float:
        """Return the duration of an operation: computing or moving, whichever takes longer."""
        moving = numbers / self.numbers
        return max(moving, macs / self._macs_with(channels)) if macs else moving

    def _macs_with(self, channels: int) -> float:
        """Interpolate between the measured channels; below the fewest the rate falls with them."""
        if channels < CHANNELS[0]:
            return self.macs[0] * max(channels, 1) / CHANNELS[0]
        place = math.log2(min(channels, CHANNELS[-1]) / CHANNELS[0]) / 2
        below = min(int(place), len(CHANNELS) - 2)
        share = place - below
        return float(self.macs[below] ** (1 - share) * self.macs[below + 1] ** share)


def speed_of_this_computer(precision: str) -> Speed:
    """Return the processor's speed, measured now or, where it was not busy, earlier.

    Args:
        precision: "float32", or "bfloat16", for which a processor without it is measured with float32.

    """
    import torch

    used = precision if precision == "float32" or has_bfloat16(torch.device("cpu")) else "float32"
    key = ("speed", processor_name(), torch.__version__, torch.get_num_threads(), used)
    rates = cached_numbers(key, lambda: _measure(used), keep=not is_busy())
    return Speed(tuple(rates[f"macs_{channels}"] for channels in CHANNELS), rates["numbers"])


def _measure(precision: str) -> dict[str, float]:
    import torch
    from torch import nn
    from torch.nn import functional

    rates = {}
    with torch.inference_mode(), torch.autocast("cpu", getattr(torch, precision), enabled=precision != "float32"):
        for channels, side in zip(CHANNELS, ACROSS, strict=True):
            image = torch.rand(1, channels, side, side).to(memory_format=torch.channels_last)
            layers = nn.Sequential(nn.Conv2d(channels, channels, 3, padding=1), nn.BatchNorm2d(channels), nn.ReLU())
            block = layers.eval().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
            rates[f"macs_{channels}"] = 9 * channels**2 * side**2 / _fastest(partial(block, image))
        features = torch.rand(MOVED)
        rates["numbers"] = 2 * features.numel() / _fastest(partial(functional.relu, features))
    return rates


def _fastest(work: Callable[[], object]) -> float:
    """Return the seconds of the fastest of some runs; the slower ones waited for the processor."""
    work()
    start, best = time.perf_counter(), math.inf
    while time.perf_counter() - start < LONGEST_S:
        before = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - before)
    return best
