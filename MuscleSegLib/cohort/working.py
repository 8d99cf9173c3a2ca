"""Work on a scan in any process: it is claimed, done unless it is done already, and recorded; failures too."""

import contextlib
import errno
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from MuscleSegLib.cohort.claims import claimed
from MuscleSegLib.cohort.fingerprints import content_of, stamp_of
from MuscleSegLib.cohort.measuring import segment_and_measure
from MuscleSegLib.cohort.outputs import ScanFiles
from MuscleSegLib.cohort.records import DONE, FAILED, Record, kept_record
from MuscleSegLib.cohort.scans import Scan
from MuscleSegLib.cohort.settings import Settings
from MuscleSegLib.errors import Canceled, MuscleSegError

KEPT, ELSEWHERE = "kept", "elsewhere"
"""Done before, and claimed by another run."""

_FULL = {errno.ENOSPC, errno.EDQUOT}

Work = Callable[[Scan, ScanFiles, Settings, Record], Record]


@dataclass(frozen=True)
class Job:
    """A scan to be worked on.

    Attributes:
        scan: The scan.
        output: Folder of the output.
        settings: Settings of the run.
        retry_failed: Whether a scan that has failed is tried again.
    """

    scan: Scan
    output: Path
    settings: Settings
    retry_failed: bool = False


@dataclass(frozen=True)
class Outcome:
    """Outcome of a job.

    Attributes:
        name: Name of the scan.
        status: ``DONE``, ``FAILED``, ``KEPT`` or ``ELSEWHERE``.
        reason: Sentence why it failed.
        seconds: Duration of the work.
        peak_bytes: Largest memory of the process so far, 0 if unknown.
        confidence: Least expected DSC of its muscles; None if unknown.
    """

    name: str
    status: str
    reason: str = ""
    seconds: float = 0.0
    peak_bytes: int = 0
    confidence: float | None = None


def work_on(job: Job, work: Work = segment_and_measure) -> Outcome:
    """Work on a scan unless its outcome is recorded, or another process works on it.

    Args:
        job: The scan.
        work: Does it and returns the completed record.

    Returns:
        The outcome; that of an outcome recorded before is ``KEPT``.

    Raises:
        MuscleSegError: The output cannot be written to, as where the disk is full: no other scan could be recorded.
    """
    scan = job.scan
    with _output_errors(job.output), claimed(job.output, scan.name) as is_ours:
        if not is_ours:
            return Outcome(scan.name, ELSEWHERE)
        record = is_settled(job)
        if record is not None:
            return Outcome(scan.name, KEPT, record.reason)
        files = ScanFiles.of(job.output, scan)
        files.scan_folder.mkdir(parents=True, exist_ok=True)
        files.record.unlink(missing_ok=True)  # the results that it stands for are replaced one by one
        record = _recorded(job, files, work)
        record.write(files.record)
        lowest = min(record.confidence.values(), default=None)
        return Outcome(scan.name, record.status, record.reason, record.seconds, _peak_bytes(), lowest)


def is_settled(job: Job) -> Record | None:
    """Return the record of a scan that needs no work, None for one that does."""
    record = kept_record(job.scan, job.output, job.settings.digest, stamp=stamp_of(job.scan))
    return None if record is None or (record.status == FAILED and job.retry_failed) else record


def state_before(scan: Scan, output: Path, settings: Settings) -> str:
    """Return the state of a scan before a run in words: "to do", "done before", or "failed before" with the reason."""
    record = is_settled(Job(scan, output, settings))
    if record is None:
        return "to do"
    return "done before" if record.status == DONE else f"failed before: {record.reason}"


def record_failure(job: Job, reason: str) -> Outcome:
    """Record that a scan failed, with a reason that its own process could not give.

    Raises:
        MuscleSegError: The output cannot be written to.
    """
    files = ScanFiles.of(job.output, job.scan)
    with _output_errors(job.output):
        files.scan_folder.mkdir(parents=True, exist_ok=True)
        _remove_results(files)
        replace(_empty_record(job), reason=reason).write(files.record)
    return Outcome(job.scan.name, FAILED, reason)


def _recorded(job: Job, files: ScanFiles, work: Work) -> Record:
    record = _empty_record(job)
    try:
        return work(job.scan, files, job.settings, record)
    except Canceled:
        raise
    except MemoryError:
        reason = "Its process ran out of memory: use fewer processes, or a computer with more memory."
    except Exception as error:
        if _is_full(error):
            raise
        reason = str(error)
        if not isinstance(error, MuscleSegError):
            reason = f"Unexpected failure ({type(error).__name__}: {error}): report it."
    _remove_results(files)
    return replace(record, reason=" ".join(reason.split()))


def _remove_results(files: ScanFiles) -> None:
    """Remove results of a former outcome, or of the part that was done."""
    for path in files.results:
        path.unlink(missing_ok=True)


def _empty_record(job: Job) -> Record:
    scan = job.scan
    return Record(
        name=scan.name,
        subject=scan.subject,
        session=scan.session,
        status=FAILED,
        settings=job.settings.digest,
        stamp=stamp_of(scan),
        content=content_of(scan),
        sources={role: str(source) for role, source in scan.sources},
    )


def _is_full(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, OSError) and error.errno in _FULL:
            return True
        error = error.__cause__
    return False


@contextlib.contextmanager
def _output_errors(output: Path) -> Iterator[None]:
    """Turn errors of the system while the output is written into sentences."""
    try:
        yield
    except (OSError, MuscleSegError) as error:
        if _is_full(error):
            message = f"The disk of {output} is full: make room and run the command again; what is done is kept."
            raise MuscleSegError(message) from error
        if isinstance(error, MuscleSegError):
            raise
        message = f"{error.filename or output} cannot be written ({error.strerror}): check its permissions."
        raise MuscleSegError(message) from error


def _peak_bytes() -> int:
    try:
        import resource
    except ImportError:  # Windows
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(peak) * (1 if os.uname().sysname == "Darwin" else 1024)
