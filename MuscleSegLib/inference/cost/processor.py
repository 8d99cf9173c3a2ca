"""The processor: its name, its load, and how many of its threads are worth using."""

import contextlib
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from MuscleSegLib.networks.precision import has_bfloat16

LOW_PRECISION_FROM = 4
"""Slices or windows from which low precision pays: a sample is computed in both precisions, which takes its time."""


def processor_name() -> str:
    """Return the name of the processor's model."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def cpu_precision(samples: int) -> str:
    """Return the number format in which a network computes so many slices or windows: "float32" or "bfloat16"."""
    import torch

    is_low = samples >= LOW_PRECISION_FROM and has_bfloat16(torch.device("cpu"))
    return "bfloat16" if is_low else "float32"


def slices_in(shape: Sequence[int]) -> int:
    """Return the number of slices in one input of a network, [sample, channel, (slice,) row, column]."""
    return shape[2] if len(shape) == 5 else 1


def let_idle_threads_sleep() -> None:
    """Ask for threads that soon sleep while they wait, before torch is imported; after that it has no effect.

    A thread that waits for another in a loop takes the core that the other one needs, when other programs run too: with
    libgomp's own patience, two threads on two busy cores were seen to take 11 s for what takes 0.3 s on idle ones. With
    this one they take 0.9 s and 0.3 s; sleeping at once would take 0.7 s and 0.7 s.
    """
    if "torch" not in sys.modules and "OMP_WAIT_POLICY" not in os.environ:
        os.environ.setdefault("GOMP_SPINCOUNT", "10000")


@contextlib.contextmanager
def one_thread_a_core() -> Iterator[None]:
    """Limit torch to one thread a physical core, without hyper-threads.

    Fewer stay fewer: somebody asked for them, with ``OMP_NUM_THREADS`` for instance.
    """
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(min(before, _cores() or before))
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _cores() -> int:
    """Return the number of physical cores the process may run on; 0 where the system does not tell."""
    if not hasattr(os, "sched_getaffinity"):
        return 0
    siblings = set()
    for number in os.sched_getaffinity(0):
        with contextlib.suppress(OSError):
            siblings.add(Path(f"/sys/devices/system/cpu/cpu{number}/topology/thread_siblings_list").read_text())
    return len(siblings)
