"""Processes side by side: each loads its networks once, and one that dies takes no other scan with it."""

from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool

from MuscleSegLib.child_processes import one_thread_each, pool_of
from MuscleSegLib.cohort.working import Job, Outcome, record_failure, work_on
from MuscleSegLib.inference import keep_networks

ENDED = (
    "Its process was ended from outside, most likely by the operating system for want of memory: use fewer processes, "
    "or a computer with more memory."
)

_WAITING = 2
"""Jobs of a process that are sent to the pool at a time: those that a death makes suspect are few."""


def in_processes(jobs: Sequence[Job], *, workers: int, do: Callable[[Job], Outcome] | None = None) -> Iterator[Outcome]:
    """Do jobs in processes of one thread each, and yield the outcomes as they come.

    When a process dies, its pool dies with it. What was being done is tried again, a process for each job; a job whose
    process dies then, too, has failed.

    Args:
        jobs: Jobs.
        workers: Number of processes.
        do: Does a job; a function of a module, which another process can find.
            Where None, ``work_on`` with networks kept.

    Raises:
        MuscleSegError: The output cannot be written to.
    """
    remaining = deque(jobs)
    do = do or _work_with_kept_networks
    while remaining:
        suspects = yield from _pooled(remaining, workers, do)
        for suspect in suspects:
            alone = deque([suspect])
            died = yield from _pooled(alone, 1, do)
            if died:
                yield record_failure(suspect, ENDED)


def _work_with_kept_networks(job: Job) -> Outcome:
    keep_networks()
    return work_on(job)


def _pooled(remaining: deque[Job], workers: int, do: Callable[[Job], Outcome]) -> Generator[Outcome, None, list[Job]]:
    """Yield outcomes of jobs that are taken from a queue; return those in work when a process died."""
    running: dict[Future[Outcome], Job] = {}
    with one_thread_each():
        pool = pool_of(min(workers, len(remaining)))
        try:
            while remaining or running:
                while remaining and len(running) < _WAITING * workers:
                    job = remaining[0]
                    running[pool.submit(do, job)] = job
                    remaining.popleft()  # now that the pool, which may have died, has taken it
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    outcome = future.result()
                    del running[future]
                    yield outcome
        except BrokenProcessPool:
            # Outcomes that came at the same moment are recorded: such a job is only looked up again.
            return list(running.values())
        finally:
            pool.shutdown(cancel_futures=True)
    return []
