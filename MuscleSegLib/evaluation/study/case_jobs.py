"""Many cases: side by side, one failure stopping no other, kept on disk so that a study goes on where it stopped."""

import contextlib
import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from MuscleSegLib.child_processes import pool_of
from MuscleSegLib.digests import digest_of
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.evaluation.study.case import Case, CaseRow
from MuscleSegLib.files import written_whole
from MuscleSegLib.progress import Progress

ENDED = "Its process was ended by the operating system, most likely for want of memory: close other programs."

ONE_THREAD = {
    **{f"{name}_NUM_THREADS": "1" for name in ("OMP", "MKL", "OPENBLAS")},
    "ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS": "1",
}
"""Each process has one core: threads of all of them would only wait for one another."""


@dataclass(frozen=True)
class Job:
    """One case that is to be done.

    Attributes:
        case: Whom it is of.
        method: What makes the segmentation.
        digest: Of all that the result depends on: a result that is kept with another one is made again.
        work: A function of a module, which another process can find; it is given ``given``.
        given: What can be sent to another process.

    """

    case: str
    method: str
    digest: str
    work: Callable[[Any], Case]
    given: Any

    @property
    def name(self) -> str:
        """What a person calls it."""
        return f"{self.case}, {self.method}"

    def file(self, folder: Path) -> Path:
        """Return where its result is kept."""
        readable = re.sub(r"[^A-Za-z0-9._-]+", "_", f"{self.case}-{self.method}")[:80]
        unique = hashlib.sha256(f"{self.case}\0{self.method}".encode("utf-8", "surrogateescape")).hexdigest()[:8]
        return folder / f"{readable}-{unique}.json"


@dataclass(frozen=True)
class Outcome:
    """What became of a job: a case, or the reason why there is none."""

    job: Job
    case: Case | None
    reason: str = ""


def run_jobs(jobs: Sequence[Job], folder: Path, *, workers: int, progress: Progress) -> list[Outcome]:
    """Do all jobs whose results are not kept already, and return what became of all, in their order.

    Args:
        jobs: Each with a case and a method of its own.
        folder: Is there; results are kept in it, and what failed is tried again the next time.
        workers: Processes of one thread each; 1 works in this process.
        progress: Told after each case.

    """
    outcomes = {job: Outcome(job, case) for job in jobs if (case := _kept(job, folder)) is not None}
    left = [job for job in jobs if job not in outcomes]
    progress(len(outcomes) / max(1, len(jobs)), f"{len(outcomes)} of {len(jobs)} were done before")
    for outcome in _alone(left, folder) if workers == 1 else _side_by_side(left, folder, workers):
        outcomes[outcome.job] = outcome
        progress(len(outcomes) / len(jobs), f"{len(outcomes)} of {len(jobs)}: {outcome.job.name}")
    return [outcomes[job] for job in jobs]


def usable_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _alone(jobs: Sequence[Job], folder: Path) -> Iterator[Outcome]:
    for job in jobs:
        yield _done(job, folder)


def _side_by_side(jobs: Sequence[Job], folder: Path, workers: int) -> Iterator[Outcome]:
    """Yield outcomes as they come. A process that dies takes its pool with it: suspects are tried alone then."""
    left = list(jobs)
    while left:
        yielded = set()
        for outcome in _pooled(left, folder, workers):
            yielded.add(outcome.job)
            yield outcome
        left = [job for job in left if job not in yielded]
        for suspect in left[:workers]:
            found = list(_pooled([suspect], folder, 1))
            yield found[0] if found else Outcome(suspect, None, ENDED)
        left = left[workers:]


def _pooled(jobs: Sequence[Job], folder: Path, workers: int) -> Iterator[Outcome]:
    """Yield outcomes until all are there or a process has died."""
    with _environment(ONE_THREAD), pool_of(min(workers, len(jobs))) as pool:
        futures: list[Future[Outcome]] = [pool.submit(_done, job, folder) for job in jobs]
        try:
            for future in as_completed(futures):
                yield future.result()
        except BrokenProcessPool:
            return
        finally:
            pool.shutdown(cancel_futures=True)


@contextlib.contextmanager
def _environment(variables: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _done(job: Job, folder: Path) -> Outcome:
    try:
        case = job.work(job.given)
    except MuscleSegError as error:
        return Outcome(job, None, " ".join(str(error).split()))
    except Exception as error:  # one case, whatever is wrong with it, does not end a study
        return Outcome(job, None, f"unexpected failure ({type(error).__name__}: {' '.join(str(error).split())})")
    try:
        _keep(job, case, folder)
    except MuscleSegError as error:  # what was found is not lost because it cannot be kept
        note = f"This result could not be kept, and is made again the next time: {' '.join(str(error).split())}"
        case = replace(case, notes=(*case.notes, note))
    return Outcome(job, case)


def _keep(job: Job, case: Case, folder: Path) -> None:
    rows, notes = [asdict(row) for row in case.rows], list(case.notes)
    content = {
        "digest": job.digest,
        "rows": rows,
        "notes": notes,
        "seconds": case.seconds,
        "checksum": digest_of([rows, notes, case.seconds]),
    }
    with written_whole(job.file(folder)) as temporary:
        temporary.write_text(json.dumps(content), encoding="utf-8")


def _kept(job: Job, folder: Path) -> Case | None:
    try:
        content = json.loads(job.file(folder).read_text(encoding="utf-8"))
        rows, notes, seconds = content["rows"], content["notes"], content["seconds"]
        if content["digest"] != job.digest or content["checksum"] != digest_of([rows, notes, seconds]):
            return None  # of other inputs, or damaged
        return Case(tuple(CaseRow(**row) for row in rows), tuple(notes), seconds)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):  # none, or not one of ours: it is made anew
        return None
