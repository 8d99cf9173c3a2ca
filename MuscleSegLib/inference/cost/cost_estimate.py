"""Cost of segmenting one scan, estimated before it is: weights, multiply-adds, memory and seconds."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from MuscleSegLib import __version__
from MuscleSegLib.bundle import Bundle, LegInput, VolumeInput, fast_bundle, find_bundle, interleaved
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference.cost.disk_cache import Numbers, cached_numbers
from MuscleSegLib.inference.cost.processor import (
    cpu_precision,
    let_idle_threads_sleep,
    one_thread_a_core,
    processor_name,
    slices_in,
)
from MuscleSegLib.inference.cost.tile_plan import BATCH_BYTES, WORKSPACE, count_windows
from MuscleSegLib.inference.loading import load_runner
from MuscleSegLib.inference.network import sketch_of
from MuscleSegLib.inference.predict import AT_ONCE
from MuscleSegLib.inference.volume_grid import grid_for, to_axes
from MuscleSegLib.progress import Progress, silent
from MuscleSegLib.translatable import _
from MuscleSegLib.volume import Geometry

if TYPE_CHECKING:
    from MuscleSegLib.inference.cost.simulation import Simulation

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
        seconds: Duration of the segmentation on this computer's processor while it does nothing else: finding the legs,
            loading the network, labeling and the check of the field of view, without reading and writing files.
        is_extrapolated: Whether a smaller tile than the network's window was timed: ``seconds`` are rough.
    """

    parameters: int
    macs: int
    peak_bytes: int
    seconds: float
    is_extrapolated: bool


def standard_scan() -> Geometry:
    """Return the scan that costs are estimated for: both thighs, 20 slices of 320 x 320 voxels of 1.36 x 1.36 x 15 mm.

    The geometry's shape is [k, j, i].
    """
    return Geometry((20, 320, 320), np.diag([1.36, 1.36, 15.0, 1.0]))


def estimate_cost(bundle: Bundle, *, progress: Progress = silent) -> CostEstimate:
    """Estimate the cost of segmenting the standard scan with a network.

    The first call on a computer runs a few forward passes, for seconds; their duration is cached.

    Args:
        bundle: The network.
        progress: Called before each pass of a first call; raises ``Canceled`` to stop.

    Raises:
        MuscleSegError: The bundle cannot be used.
    """
    let_idle_threads_sleep()
    with one_thread_a_core():
        cost = _measured(bundle, progress)
        seconds = cost["legs"] + cost["load"] + cost["labeling"]
        about = bundle.metadata
        if about.is_fine:  # it splits what the default has drawn
            seconds += estimate_cost(find_bundle(about.region), progress=progress).seconds - cost["legs"]
        elif isinstance(about.input, LegInput):
            judge = fast_bundle(about.region)
            if about.confidence is None or about.sha256 != judge.metadata.sha256:
                judging = _measured(judge, progress)
                seconds += judging["load"] + judging["labeling"]
    counts = {name: int(cost[name]) for name in ("parameters", "macs", "peak_bytes")}
    return CostEstimate(**counts, seconds=seconds, is_extrapolated=bool(cost["is_extrapolated"]))


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


def _measured(bundle: Bundle, progress: Progress) -> Numbers:
    """Return the parts of a network's cost, cached."""
    import torch

    shape, passes = input_shape(bundle.metadata.input, standard_scan())
    precision = _precision(bundle, shape, passes)
    computer = (__version__, torch.__version__, processor_name(), torch.get_num_threads(), precision)
    key = ("cost", bundle.metadata.sha256, *computer, passes, *shape)
    return cached_numbers(key, lambda: _measure(bundle, shape, passes, computer, progress))


def _precision(bundle: Bundle, shape: tuple[int, ...], passes: int) -> str:
    """Return the number format that a ``Runner`` chooses."""
    is_whole = isinstance(bundle.metadata.input, LegInput)  # and no window
    return cpu_precision(passes * slices_in(shape) if is_whole else passes)


def _measure(
    bundle: Bundle, shape: tuple[int, ...], passes: int, computer: tuple[object, ...], progress: Progress
) -> Numbers:
    from MuscleSegLib.inference.cost.forward_pass import time_pass
    from MuscleSegLib.inference.cost.labeling_time import time_labeling

    simulation = _simulated(bundle, shape)
    about, scan = bundle.metadata, standard_scan()
    key = ("labeling", *computer, about.input, about.labels, about.confidence is not None)
    labeling = cached_numbers(key, lambda: time_labeling(bundle, scan))
    start = time.thread_time()
    runner = load_runner(bundle, "cpu")
    load = time.thread_time() - start
    together = min(AT_ONCE, passes) if len(shape) == 4 else 1
    duration = time_pass(runner, (together, *shape[1:]), _precision(bundle, shape, passes), progress)
    weights = sum(weight.numel() for weight in runner.network.parameters())
    return {
        "parameters": weights,
        "macs": passes * simulation.macs,
        "peak_bytes": PROCESS_BYTES + 4 * weights + _features_bytes(bundle, simulation, passes, scan),
        "legs": labeling["legs"],
        "load": load,
        "labeling": labeling["labeling"] + passes * duration.seconds,
        "is_extrapolated": duration.is_extrapolated,
    }


def _simulated(bundle: Bundle, shape: tuple[int, ...]) -> Simulation:
    from MuscleSegLib.inference.cost.simulation import simulate

    network = sketch_of(bundle)
    try:
        return simulate(network, shape)
    except Exception as error:  # a network of somebody else may not take the input that its bundle describes
        message = _(
            "The network {name} cannot be used: it does not run on the input that its bundle describes ({error})."
        )
        raise MuscleSegError(message, name=bundle.metadata.name, error=" ".join(str(error).split())[:200]) from error


def _features_bytes(bundle: Bundle, simulation: Simulation, passes: int, scan: Geometry) -> float:
    """Return the memory of a batch's features, and of a whole scan's logits."""
    sample_bytes = WORKSPACE * simulation.peak_bytes
    batch = max(1, min(int(BATCH_BYTES // sample_bytes), passes))
    stitching = 0
    if isinstance(bundle.metadata.input, VolumeInput):
        # stitched logits, their weights, and their probabilities
        voxels = int(np.prod(grid_for(scan, bundle.metadata.input).shape))
        stitching = 3 * 4 * (len(bundle.metadata.labels) + 1) * voxels
    return batch * sample_bytes + stitching
