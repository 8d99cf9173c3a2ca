"""What a network costs before it is run: weights, multiply-adds, memory, and seconds on this computer."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from MuscleSegLib.bundle import Bundle, LegInput, VolumeInput, interleaved
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference.cost.cpu_benchmark import Speed, speed_of_this_computer
from MuscleSegLib.inference.cost.disk_cache import remembered
from MuscleSegLib.inference.cost.processor import let_idle_threads_sleep, one_thread_a_core
from MuscleSegLib.inference.cost.tile_plan import BATCH_BYTES, WORKSPACE, windows
from MuscleSegLib.inference.loading import sketch_of
from MuscleSegLib.inference.runner import PAYS_FROM
from MuscleSegLib.inference.scan import grid_for, to_axes
from MuscleSegLib.volume import Geometry

if TYPE_CHECKING:
    from torch import nn

PROCESS_BYTES = (
    420_000_000  # resident after importing all and loading a small network, measured with torch 2.13 for CPU
)
LEG_MM = 240.0  # side of the window around a thigh
LEGS = 2


@dataclass(frozen=True)
class Price:
    """What segmenting one scan costs.

    Attributes:
        parameters: Weights.
        macs: Multiply-adds.
        peak_bytes: Most memory that the process holds.
        seconds: That the network takes on this computer's processor.

    """

    parameters: int
    macs: int
    peak_bytes: int
    seconds: float


def standard_scan() -> Geometry:
    """Return the scan that prices are for: both thighs, 20 slices of 320 x 320 voxels of 1.36 x 1.36 x 15 mm."""
    return Geometry((20, 320, 320), np.diag([1.36, 1.36, 15.0, 1.0]))


def price_of(bundle: Bundle, geometry: Geometry | None = None) -> Price:
    """Estimate what a bundle costs, without running it; remembered for each computer.

    Args:
        bundle: Its weights are not read.
        geometry: Of a canonical scan of two legs; the standard one where None.

    Raises:
        MuscleSegError: The bundle cannot be used.

    """
    let_idle_threads_sleep()
    import torch

    scan = geometry or standard_scan()
    with one_thread_a_core():
        shape, runs = shown(bundle.metadata.input, scan)
        precision = "bfloat16" if runs >= PAYS_FROM else "float32"
        speed = speed_of_this_computer(precision)
        key = ("price", bundle.metadata.sha256, torch.__version__, *shape, runs, *scan.shape, *asdict(speed).values())
        found = remembered(key, lambda: _estimate(sketch_of(bundle), bundle, shape, runs, speed, scan))
    whole = {name: int(found[name]) for name in ("parameters", "macs", "peak_bytes")}
    return Price(**whole, seconds=found["seconds"])


def shown(spec: LegInput | VolumeInput, scan: Geometry) -> tuple[tuple[int, ...], int]:
    """Return the shape of one input, [1, channel, ...], and how many of it a scan of two legs makes."""
    slices = scan.shape[0]
    if isinstance(spec, VolumeInput):
        size = to_axes(np.broadcast_to(np.float32(0), grid_for(scan, spec).shape), spec.axes).shape
        return (1, 1, *spec.window), windows(size, spec.window, spec.overlap)
    side = round(LEG_MM / spec.pixel_mm / 32) * 32
    if spec.slice_mm is None:
        return (1, spec.channels, side, side), LEGS * slices
    volumes = interleaved(slices, spec.slice_mm, scan.spacing_mm[2])
    return (1, 1, len(range(slices)[volumes[0]]), side, side), LEGS * len(volumes)


def _estimate(
    network: nn.Module, bundle: Bundle, shape: tuple[int, ...], runs: int, speed: Speed, scan: Geometry
) -> dict[str, float]:
    from MuscleSegLib.inference.cost.simulation import simulate

    try:
        found = simulate(network, shape)
    except Exception as error:  # a network of somebody else may not take what its bundle says that it does
        message = f"The network {bundle.metadata.name} cannot be used: it does not run on the input that its bundle "
        message += f"describes ({' '.join(str(error).split())[:200]})."
        raise MuscleSegError(message) from error
    weights = sum(weight.numel() for weight in network.parameters())
    one = WORKSPACE * found.peak_bytes
    batch = max(1, min(int(BATCH_BYTES // one), runs))
    logits = 0
    if isinstance(bundle.metadata.input, VolumeInput):
        # what is stitched, its weights, and its probabilities
        logits = 3 * 4 * (len(bundle.metadata.labels) + 1) * int(np.prod(grid_for(scan, bundle.metadata.input).shape))
    seconds = sum(speed.seconds(one.macs, one.numbers, one.channels) for one in found.operations)
    return {
        "parameters": weights,
        "macs": runs * found.macs,
        "peak_bytes": PROCESS_BYTES + 4 * weights + batch * one + logits,
        "seconds": runs * seconds,
    }
