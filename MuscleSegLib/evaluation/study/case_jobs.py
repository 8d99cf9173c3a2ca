"""Jobs of a study: cases side by side, no failure stopping others, results on disk for a study that is continued."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from MuscleSegLib.child_processes import one_thread_each, pool_of
from MuscleSegLib.digests import digest_of
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.evaluation.study.case import Case, CaseRow
from MuscleSegLib.files import written_whole
from MuscleSegLib.progress import Progress

ENDED = "Its process was ended by the operating system, most likely for want of memory: close other programs."


@dataclass(frozen=True)
class CaseJob:
    """A case to be compared.

    Attributes:
        case: Name of the case.
        method: Source of the segmentation.
        digest: Digest of all that the result depends on: a result that is kept with another digest is made again.
        work: A function of a module, which another process can find.
        argument: Argument of ``work``, which can be sent to another process.
    """

    case: str
    method: str
    digest: str
    work: Callable[[Any], Case]
    argument: Any

    @property
    def name(self) -> str:
        """Name of the job in messages."""
        return f"{self.case}, {self.method}"

    def file(self, folder: Path) -> Path:
        """Return the path of its result in a folder."""
        readable = re.sub(r"[^A-Za-z0-9._-]+", "_", f"{self.case}-{self.method}")[:80]
        unique = hashlib.sha256(f"{self.case}\0{self.method}".encode("utf-8", "surrogateescape")).hexdigest()[:8]
        return folder / f"{readable}-{unique}.json"


@dataclass(frozen=True)
class Outcome:
    """Outcome of a job: a case, or the reason why there is none."""

    job: CaseJob
    case: Case | None
    reason: str = ""


def run_jobs(jobs: Sequence[CaseJob], folder: Path, *, workers: int, progress: Progress) -> list[Outcome]:
    """Do all jobs whose results are not kept already, and return the outcomes of all, in their order.

    Args:
        jobs: Each with a case and a method of its own.
        folder: An existing folder for the results; a job that failed is tried again the next time.
        workers: Processes of one thread each; 1 works in this process.
        progress: Called after each case.
    """
    outcomes = {job: Outcome(job, case) for job in jobs if (case := _kept(job, folder)) is not None}
    remaining = [job for job in jobs if job not in outcomes]
    progress(len(outcomes) / max(1, len(jobs)), f"{len(outcomes)} of {len(jobs)} were done before")
    alone = (_done(job, folder) for job in remaining)
    for outcome in alone if workers == 1 else _side_by_side(remaining, folder, workers):
        outcomes[outcome.job] = outcome
        progress(len(outcomes) / len(jobs), f"{len(outcomes)} of {len(jobs)}: {outcome.job.name}")
    return [outcomes[job] for job in jobs]


def _side_by_side(jobs: Sequence[CaseJob], folder: Path, workers: int) -> Iterator[Outcome]:
    """Yield outcomes as they come. A process that dies takes its pool with it: suspects are tried alone then."""
    remaining = list(jobs)
    while remaining:
        yielded = set()
        for outcome in _pooled(remaining, folder, workers):
            yielded.add(outcome.job)
            yield outcome
        remaining = [job for job in remaining if job not in yielded]
        for suspect in remaining[:workers]:
            outcomes = list(_pooled([suspect], folder, 1))
            yield outcomes[0] if outcomes else Outcome(suspect, None, ENDED)
        remaining = remaining[workers:]


def _pooled(jobs: Sequence[CaseJob], folder: Path, workers: int) -> Iterator[Outcome]:
    """Yield outcomes until all are there or a process has died."""
    with one_thread_each(), pool_of(min(workers, len(jobs))) as pool:
        futures: list[Future[Outcome]] = [pool.submit(_done, job, folder) for job in jobs]
        try:
            for future in as_completed(futures):
                yield future.result()
        except BrokenProcessPool:
            return
        finally:
            pool.shutdown(cancel_futures=True)


def _done(job: CaseJob, folder: Path) -> Outcome:
    try:
        case = job.work(job.argument)
    except MuscleSegError as error:
        return Outcome(job, None, " ".join(str(error).split()))
    except Exception as error:  # one case, whatever is wrong with it, does not end a study
        return Outcome(job, None, f"unexpected failure ({type(error).__name__}: {' '.join(str(error).split())})")
    try:
        _keep(job, case, folder)
    except MuscleSegError as error:  # the result is not lost because it cannot be kept
        note = f"This result could not be kept, and is made again the next time: {' '.join(str(error).split())}"
        case = replace(case, notes=(*case.notes, note))
    return Outcome(job, case)


def _keep(job: CaseJob, case: Case, folder: Path) -> None:
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


def _kept(job: CaseJob, folder: Path) -> Case | None:
    try:
        content = json.loads(job.file(folder).read_text(encoding="utf-8"))
        rows, notes, seconds = content["rows"], content["notes"], content["seconds"]
        if content["digest"] != job.digest or content["checksum"] != digest_of([rows, notes, seconds]):
            return None  # of other inputs, or damaged
        return Case(tuple(CaseRow(**row) for row in rows), tuple(notes), seconds)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):  # none, or not one of ours: it is made anew
        return None
