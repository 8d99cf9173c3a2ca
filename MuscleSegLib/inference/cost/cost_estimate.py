"""Cost of segmenting one scan, estimated before the network runs: weights, multiply-adds, memory and seconds."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from MuscleSegLib.bundle import Bundle, LegInput, VolumeInput, interleaved
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference.cost.cpu_benchmark import Speed, speed_of_this_computer
from MuscleSegLib.inference.cost.disk_cache import cached_numbers
from MuscleSegLib.inference.cost.processor import LOW_PRECISION_FROM, let_idle_threads_sleep, one_thread_a_core
from MuscleSegLib.inference.cost.tile_plan import BATCH_BYTES, WORKSPACE, count_windows
from MuscleSegLib.inference.network import sketch_of
from MuscleSegLib.inference.volume_grid import grid_for, to_axes
from MuscleSegLib.translatable import _
from MuscleSegLib.volume import Geometry

if TYPE_CHECKING:
    from torch import nn

PROCESS_BYTES = (
    420_000_000  # resident after importing all and loading a small network, measured with torch 2.13 for CPU
)
LEG_MM = 240.0  # side of the window around a thigh
LEGS = 2


@dataclass(frozen=True)
class CostEstimate:
    """Cost of segmenting one scan.

    Attributes:
        parameters: Number of weights.
        macs: Multiply-adds.
        peak_bytes: Peak memory of the process.
        seconds: Duration of the network's forward passes on this computer's processor.

    """

    parameters: int
    macs: int
    peak_bytes: int
    seconds: float


def standard_scan() -> Geometry:
    """Return the scan that costs are estimated for: both thighs, 20 slices of 320 x 320 voxels of 1.36 x 1.36 x 15 mm.

    The geometry's shape is [k, j, i].
    """
    return Geometry((20, 320, 320), np.diag([1.36, 1.36, 15.0, 1.0]))


def estimate_cost(bundle: Bundle, geometry: Geometry | None = None) -> CostEstimate:
    """Estimate the cost of a network without running it; the estimate is cached on this computer.

    Args:
        bundle: The network; its weights are not read.
        geometry: Geometry of a canonical scan of two legs; that of the standard scan where None.

    Raises:
        MuscleSegError: The bundle cannot be used.

    """
    let_idle_threads_sleep()
    import torch

    scan = geometry or standard_scan()
    with one_thread_a_core():
        shape, passes = input_shape(bundle.metadata.input, scan)
        speed = speed_of_this_computer("bfloat16" if passes >= LOW_PRECISION_FROM else "float32")
        sha256 = bundle.metadata.sha256
        key = ("cost", sha256, torch.__version__, *shape, passes, *scan.shape, *asdict(speed).values())
        cost = cached_numbers(key, lambda: _estimate(sketch_of(bundle), bundle, shape, passes, speed, scan))
    counts = {name: int(cost[name]) for name in ("parameters", "macs", "peak_bytes")}
    return CostEstimate(**counts, seconds=cost["seconds"])


def input_shape(spec: LegInput | VolumeInput, scan: Geometry) -> tuple[tuple[int, ...], int]:
    """Return the shape of one input, [1, channel, ...], and the number of inputs of a scan of two legs."""
    slices = scan.shape[0]
    if isinstance(spec, VolumeInput):
        size = to_axes(np.broadcast_to(np.float32(0), grid_for(scan, spec).shape), spec.axes).shape
        return (1, 1, *spec.window), count_windows(size, spec.window, spec.overlap)
    side = round(LEG_MM / spec.pixel_mm / 32) * 32
    if spec.slice_mm is None:
        return (1, spec.channels, side, side), LEGS * slices
    volumes = interleaved(slices, spec.slice_mm, scan.spacing_mm[2])
    return (1, 1, len(range(slices)[volumes[0]]), side, side), LEGS * len(volumes)


def _estimate(
    network: nn.Module, bundle: Bundle, shape: tuple[int, ...], passes: int, speed: Speed, scan: Geometry
) -> dict[str, float]:
    from MuscleSegLib.inference.cost.simulation import simulate

    try:
        simulation = simulate(network, shape)
    except Exception as error:  # a network of somebody else may not take the input that its bundle describes
        message = _(
            "The network {name} cannot be used: it does not run on the input that its bundle describes ({error})."
        )
        raise MuscleSegError(message, name=bundle.metadata.name, error=" ".join(str(error).split())[:200]) from error
    weights = sum(weight.numel() for weight in network.parameters())
    sample_bytes = WORKSPACE * simulation.peak_bytes
    batch = max(1, min(int(BATCH_BYTES // sample_bytes), passes))
    stitching = 0
    if isinstance(bundle.metadata.input, VolumeInput):
        # stitched logits, their weights, and their probabilities
        voxels = int(np.prod(grid_for(scan, bundle.metadata.input).shape))
        stitching = 3 * 4 * (len(bundle.metadata.labels) + 1) * voxels
    seconds = sum(
        speed.seconds(operation.macs, operation.numbers, operation.channels) for operation in simulation.operations
    )
    return {
        "parameters": weights,
        "macs": passes * simulation.macs,
        "peak_bytes": PROCESS_BYTES + 4 * weights + batch * sample_bytes + stitching,
        "seconds": passes * seconds,
    }
