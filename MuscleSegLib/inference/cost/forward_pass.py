"""Duration of a network's forward pass on this computer's processor, timed at its window, batch and precision."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from MuscleSegLib.inference.cost.simulation import simulate
from MuscleSegLib.inference.cost.tile_plan import TilePlan
from MuscleSegLib.progress import Progress

if TYPE_CHECKING:
    from torch import nn

    from MuscleSegLib.inference.runner import Runner

LONGEST_S = 10.0  # of a pass; a longer one is extrapolated from a small tile
ENOUGH_S = 0.3  # of timed passes: some clocks have steps of 0.016 s
MOST_PASSES = 30
HALVINGS = 3  # of the window's longest axis, to the small tile


@dataclass(frozen=True)
class PassDuration:
    """Duration of a forward pass.

    Attributes:
        seconds: Seconds per slice or window.
        is_extrapolated: Whether a smaller tile was timed, and scaled by its multiply-adds.
    """

    seconds: float
    is_extrapolated: bool


def time_pass(runner: Runner, shape: Sequence[int], precision: str, progress: Progress) -> PassDuration:
    """Time a forward pass, after one on a small tile, which warms up and tells whether the pass would take too long.

    Args:
        runner: The network, on the CPU.
        shape: Shape of the input, [sample, channel, ...]; as many samples are computed together as in inference.
        precision: Number format of the features.
        progress: Called before each pass; raises ``Canceled`` to stop.

    Raises:
        MuscleSegError: The memory does not suffice even for small tiles, or the logits are not finite.
    """
    images = torch.rand(tuple(shape), generator=torch.Generator().manual_seed(0))
    plan = runner.plan(images)
    window, channels = tuple(images.shape[2:]), images.shape[1]
    tile = _small_tile(runner.network, plan.tile, channels)
    macs = [simulate(runner.network, (1, channels, *size)).macs for size in (window, tile)]
    message = f"timing the network {runner.name}, once on this computer"
    with torch.inference_mode():
        progress(0.0, message)
        part = images[(slice(1), slice(None), *map(slice, tile))]
        seconds = _seconds_of(lambda: runner.run(part, precision)) * macs[0] / macs[1]
        if plan.tile != window or seconds > LONGEST_S:
            return PassDuration(seconds, is_extrapolated=tile != window)
        progress(0.3, message)
        batch = images[: plan.batch]
        seconds = _repeated(lambda: runner.run(batch, precision))
    return PassDuration(seconds / len(batch), is_extrapolated=False)


def _small_tile(network: nn.Module, tile: tuple[int, ...], channels: int) -> tuple[int, ...]:
    """Return a smaller tile, or the same where the network takes no other."""
    plan = TilePlan(1, tile)
    for _ in range(HALVINGS):
        plan = plan.smaller() or plan
    try:
        simulate(network, (1, channels, *plan.tile))
    except Exception:  # a network of somebody else may raise anything
        return tile
    return plan.tile


def _repeated(work: Callable[[], object]) -> float:
    """Return the seconds of one run; the first of short ones is left out."""
    first = _seconds_of(work)
    if first >= ENOUGH_S:
        return first
    return _seconds_of(work, min(MOST_PASSES, math.ceil(ENOUGH_S / max(first, ENOUGH_S / MOST_PASSES))))


def _seconds_of(work: Callable[[], object], runs: int = 1) -> float:
    """Return the seconds of one run in the processor time of this thread, which shares the work with the others.

    Time in which other programs have the processor is not counted, so that a busy computer gives the same number.
    """
    start = time.thread_time()
    for _ in range(runs):
        work()
    return (time.thread_time() - start) / runs
