"""Processes side by side: each loads its networks once, and one that dies takes no other scan with it."""

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

from MuscleSegLib.child_processes import one_thread_each, pool_of
from MuscleSegLib.cohort.memory_watch import MemoryWatch
from MuscleSegLib.cohort.working import Job, Outcome, record_failure, work_on
from MuscleSegLib.inference import Device, keep_networks, usable_gpus

ENDED = (
    "Its process was ended from outside, most likely by the operating system for want of memory: use fewer processes, "
    "or a computer with more memory."
)

_WAITING = 2
"""Jobs of a process that are sent to the pool at a time: those that a death makes suspect are few."""
_WATCHED_EVERY_S = 0.1


@dataclass(frozen=True)
class _Pools:
    """What every pool is made with: the number of processes, what they do, their GPUs, and the watch over them."""

    workers: int
    do: Callable[[Job], Outcome]
    gpus: Sequence[str]
    watch: MemoryWatch


def gpus_of(device: Device) -> list[str]:
    """Return the GPUs of a device as ``CUDA_VISIBLE_DEVICES`` names them; none for "cpu", or where there is none."""
    count = 0 if device == "cpu" else usable_gpus()
    visible = [name.strip() for name in os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",") if name.strip()]
    return visible[:count] or [str(number) for number in range(count)]


def in_processes(
    jobs: Sequence[Job],
    *,
    workers: int,
    do: Callable[[Job], Outcome] | None = None,
    gpus: Sequence[str] = (),
    memory_limit: int | None = None,
) -> Iterator[Outcome]:
    """Do jobs in processes of one thread each, and yield the outcomes as they come.

    When a process dies, its pool dies with it. What was being done is tried again, a process for each job, which then
    has the computer to itself; a job whose process dies then, too, has failed.

    Args:
        jobs: Jobs.
        workers: Number of processes.
        do: Does a job; a function of a module, which another process can find.
            Where None, ``work_on`` with networks kept.
        gpus: GPUs, as ``gpus_of`` gives them, which the processes take in turn.
        memory_limit: Most bytes of a process; None where only the computer's memory limits all together.

    Raises:
        MuscleSegError: The output cannot be written to.
    """
    remaining = deque(jobs)
    pools = _Pools(workers, do or work_with_kept_networks, gpus, MemoryWatch(memory_limit))
    while remaining:
        suspects = yield from _pooled(remaining, workers, pools)
        for suspect in suspects:
            pools.watch.reason = ""
            died = yield from _pooled(deque([suspect]), 1, pools)
            if died:
                yield record_failure(suspect, pools.watch.reason or ENDED)


def work_with_kept_networks(job: Job) -> Outcome:
    """Work on a scan in a process that keeps its networks for the next one."""
    keep_networks()
    return work_on(job)


def _pooled(remaining: deque[Job], workers: int, pools: _Pools) -> Generator[Outcome, None, list[Job]]:
    """Yield outcomes of jobs that are taken from a queue; return those in work when a process died."""
    running: dict[Future[Outcome], Job] = {}
    others = set(multiprocessing.active_children())
    with one_thread_each():
        pool = pool_of(min(workers, len(remaining)), gpus=pools.gpus)
        try:
            while remaining or running:
                while remaining and len(running) < _WAITING * workers:
                    job = remaining[0]
                    running[pool.submit(pools.do, job)] = job
                    remaining.popleft()  # now that the pool, which may have died, has taken it
                for future in wait(running, timeout=_WATCHED_EVERY_S, return_when=FIRST_COMPLETED).done:
                    outcome = future.result()
                    del running[future]
                    yield outcome
                pools.watch.check(set(multiprocessing.active_children()) - others)
        except BrokenProcessPool:
            # Outcomes that came at the same moment are recorded: such a job is only looked up again.
            return list(running.values())
        finally:
            pool.shutdown(cancel_futures=True)
    return []
