"""The participant step: every scan is segmented and measured, unless that is done."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from MuscleSegLib.child_processes import usable_cores
from MuscleSegLib.cohort.claims import remove_claims
from MuscleSegLib.cohort.processes import gpus_of, in_processes
from MuscleSegLib.cohort.records import DONE, FAILED
from MuscleSegLib.cohort.scans import Scan
from MuscleSegLib.cohort.settings import Settings
from MuscleSegLib.cohort.working import ELSEWHERE, KEPT, Job, Outcome, is_settled

Engine = Callable[[Sequence[Job]], Iterator[Outcome]]
"""Does jobs in any order, and yields the outcome of each."""


@dataclass(frozen=True)
class State:
    """State of a run after a scan.

    Attributes:
        outcome: Outcome of that scan.
        finished: Number of scans that are finished, those kept from before too.
        total: Number of scans.
        scans_per_hour: Rate of this run.
        seconds_left: Time for the rest at that rate.
    """

    outcome: Outcome
    finished: int
    total: int
    scans_per_hour: float
    seconds_left: float


@dataclass(frozen=True)
class Totals:
    """Numbers of scans by their outcome.

    Attributes:
        done: Done in this run.
        failed: Failed in this run.
        kept: Done before.
        failed_before: Failed before, and not tried again.
        elsewhere: In work in another run.
    """

    done: int = 0
    failed: int = 0
    kept: int = 0
    failed_before: int = 0
    elsewhere: int = 0


def shard_of(scans: Sequence[Scan], index: int, count: int) -> list[Scan]:
    """Return a share of the scans: every ``count``-th one from the ``index``-th on, counted from 1."""
    return list(scans)[index - 1 :: count]


def run_participants(
    scans: Sequence[Scan],
    output: Path,
    settings: Settings,
    *,
    workers: int | None = None,
    memory_limit: int | None = None,
    retry_failed: bool = False,
    engine: Engine | None = None,
    report: Callable[[State], None] = lambda state: None,
) -> Totals:
    """Segment and measure scans; what is done, by digests of files, options, networks and code, is kept.

    Args:
        scans: Scans; those with a problem are recorded as failures.
        output: Folder that ``outputs.prepare_output`` has prepared.
        settings: Settings of the run.
        workers: Number of processes; where None, one a GPU or, without any, one a core.
        memory_limit: Most bytes of a process; None where only the computer's memory limits all together.
        retry_failed: Whether scans that have failed are tried again.
        engine: Does the work; processes of this computer where None.
        report: Called after each scan of this run.

    Raises:
        MuscleSegError: A network cannot be used, or the output cannot be written to. What is done stays done.
    """
    jobs = [Job(scan, output, settings, retry_failed) for scan in scans]
    settled = {job.scan.name: record for job in jobs if (record := is_settled(job)) is not None}
    remaining = [job for job in jobs if job.scan.name not in settled]
    failed_before = sum(record.status == FAILED for record in settled.values())
    counts = {DONE: 0, FAILED: 0, KEPT: len(settled) - failed_before, ELSEWHERE: 0}
    start = time.monotonic()
    try:
        work = engine or _processes(settings, workers, memory_limit)
        for number, outcome in enumerate(work(remaining), 1):
            counts[outcome.status] += 1
            report(_state(outcome, number, len(settled), len(jobs), time.monotonic() - start))
    finally:
        remove_claims(output)
    return Totals(counts[DONE], counts[FAILED], counts[KEPT], failed_before, counts[ELSEWHERE])


def _processes(settings: Settings, workers: int | None, memory_limit: int | None) -> Engine:
    gpus = gpus_of(settings.device)
    return partial(in_processes, workers=workers or len(gpus) or usable_cores(), gpus=gpus, memory_limit=memory_limit)


def _state(outcome: Outcome, number: int, settled: int, total: int, seconds: float) -> State:
    rate = number / max(seconds, 1e-6)
    left = (total - settled - number) / rate
    return State(outcome, settled + number, total, 3600 * rate, left)
