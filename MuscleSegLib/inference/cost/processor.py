"""What the processor is, and how many of its cores and which of its number formats are worth using."""

import contextlib
import os
import platform
import sys
from collections.abc import Iterator
from pathlib import Path


def processor_name() -> str:
    """Return the model's name."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def is_busy() -> bool:
    """Return whether other programs keep the processor busy, so that what is timed now is not what it can do."""
    if not hasattr(os, "getloadavg"):
        return False
    return os.getloadavg()[0] > 0.75 * (os.cpu_count() or 1)


def let_idle_threads_sleep() -> None:
    """Ask for threads that soon sleep while they wait, before torch is imported; after that it has no effect.

    A thread that waits for another in a loop takes the core that the other one needs, when other programs run too: with
    libgomp's own patience, two threads on two busy cores were seen to take 11 s for what takes 0.3 s on idle ones. With
    this one they take 0.9 s and 0.3 s; sleeping at once would take 0.7 s and 0.7 s.
    """
    if "torch" not in sys.modules and "OMP_WAIT_POLICY" not in os.environ:
        os.environ.setdefault("GOMP_SPINCOUNT", "10000")


def has_bfloat16() -> bool:
    """Return whether the processor multiplies bfloat16 itself.

    oneDNN also emulates it wherever there is AVX-512, and says that it is supported there, but that is no faster.
    """
    import torch

    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())


@contextlib.contextmanager
def one_thread_a_core() -> Iterator[None]:
    """Let torch use as many threads as there are cores, and not as many as these pretend to be.

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
    """Return how many cores the process may run on; 0 where the system does not tell."""
    if not hasattr(os, "sched_getaffinity"):
        return 0
    siblings = set()
    for number in os.sched_getaffinity(0):
        with contextlib.suppress(OSError):
            siblings.add(Path(f"/sys/devices/system/cpu/cpu{number}/topology/thread_siblings_list").read_text())
    return len(siblings)
