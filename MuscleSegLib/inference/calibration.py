"""How fast this computer is: measured in a fraction of a second, and remembered."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from MuscleSegLib.inference.processor import has_bfloat16, is_busy, processor_name
from MuscleSegLib.inference.remembered import remembered

CHANNELS = (16, 64, 256)
ACROSS = 64  # rows and columns of the convolutions that are timed
COPIED = 8_000_000  # numbers
LONGEST_S = 0.06  # that one measurement goes on


@dataclass(frozen=True)
class Speed:
    """What this computer does in a second.

    Attributes:
        macs: Multiply-adds of a 3 x 3 convolution, for each number of ``CHANNELS``.
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
    from torch.nn import functional

    found = {}
    with torch.inference_mode(), torch.autocast("cpu", getattr(torch, precision), enabled=precision != "float32"):
        for channels in CHANNELS:
            side = ACROSS * 16 // channels if channels > 64 else ACROSS
            image = torch.rand(4, channels, side, side).to(memory_format=torch.channels_last)
            weight = torch.rand(channels, channels, 3, 3).to(memory_format=torch.channels_last)
            macs = 9 * channels**2 * 4 * side**2
            found[f"macs_{channels}"] = macs / _fastest(partial(functional.conv2d, image, weight, padding=1))
        numbers = torch.rand(COPIED)
        found["numbers"] = 2 * COPIED / _fastest(numbers.clone)
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
