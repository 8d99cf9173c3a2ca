"""Child processes: started without this process's threads, and ended with it."""

import contextlib
import ctypes
import logging
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiprocessing.queues import Queue

_LOW_PRIORITY = 10
"""Niceness: 0 is usual, 19 the lowest priority."""

_BELOW_NORMAL = 0x4000
"""BELOW_NORMAL_PRIORITY_CLASS of Windows."""

_ONE_THREAD = {
    **{f"{name}_NUM_THREADS": "1" for name in ("OMP", "MKL", "OPENBLAS")},
    "ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS": "1",
}


def pool_of(workers: int, *, gpus: Sequence[str] = ()) -> ProcessPoolExecutor:
    """Return a pool of new processes. A forked child of a process with threads may hang; a spawned one does not.

    Args:
        workers: Number of processes.
        gpus: GPUs as in ``CUDA_VISIBLE_DEVICES``, which the processes take in turn, each seeing its own alone;
            every process sees all where empty.
    """
    context = multiprocessing.get_context("spawn")
    turns = context.Queue()
    for number in range(workers if gpus else 0):
        turns.put(gpus[number % len(gpus)])
    return ProcessPoolExecutor(workers, context, _begin, (turns if gpus else None,))


def lower_priority() -> None:
    """Let this process, and those that it starts, give way to others; nothing undoes it."""
    if hasattr(os, "nice"):
        with contextlib.suppress(OSError):
            os.nice(max(0, _LOW_PRIORITY - os.nice(0)))
    elif sys.platform == "win32":
        kernel = ctypes.WinDLL("kernel32")
        kernel.SetPriorityClass(ctypes.c_void_p(kernel.GetCurrentProcess()), _BELOW_NORMAL)


def usable_cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextlib.contextmanager
def one_thread_each() -> Iterator[None]:
    """Let processes that are started meanwhile compute in one thread: threads of all would wait for one another."""
    before = {name: os.environ.get(name) for name in _ONE_THREAD}
    os.environ.update(_ONE_THREAD)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _begin(gpus: "Queue[str] | None") -> None:
    """Prepare a child process: Ctrl-C is left to the parent, and warnings about single voxels are silent."""
    if gpus is not None:
        os.environ["CUDA_VISIBLE_DEVICES"] = gpus.get()  # before torch asks for it
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.basicConfig(level=logging.ERROR)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this process with a killed parent: the pool's queue never ends, and memory would stay taken."""
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)
