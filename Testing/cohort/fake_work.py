"""Work on scans that takes no time, for tests in this and in other processes."""

import functools
import os
import signal
import time
from dataclasses import replace
from pathlib import Path

from MuscleSegLib.anatomy import THIGH
from MuscleSegLib.biomarkers import Row
from MuscleSegLib.cohort.measuring import write_rows
from MuscleSegLib.cohort.outputs import ScanFiles
from MuscleSegLib.cohort.records import DONE, Record
from MuscleSegLib.cohort.scans import Scan
from MuscleSegLib.cohort.settings import Settings
from MuscleSegLib.cohort.working import Job, Outcome, work_on
from MuscleSegLib.errors import MuscleSegError


def rows_of(subject: str, *, volume_cm3: float | None = None) -> list[Row]:
    """Return rows of one leg, whose volumes are the subject's number and the muscle's code."""
    number = float(subject) if volume_cm3 is None else volume_cm3
    return [
        Row("thigh", None, muscle.name, muscle.abbreviation, muscle.code, number + muscle.code / 100, confidence=0.9)
        for muscle in THIGH.muscles
    ]


def write_results(scan: Scan, files: ScanFiles, settings: Settings, record: Record) -> Record:
    """Write the files of a scan; a scan whose image says so fails, takes memory without end, or ends its process."""
    if scan.problem:
        raise MuscleSegError(scan.problem)
    text = scan.roles["image"].path.read_bytes().decode(errors="replace")
    if "fail" in text:
        raise MuscleSegError("The image is bad: give another one.")
    if "bug" in text:
        raise ZeroDivisionError("division by zero")
    if "hog" in text:
        files.labels.write_bytes(b"a part")
        kept = []
        while True:
            kept.append(bytearray(b"x" * 20_000_000))
            time.sleep(0.01)
    if "die" in text:
        os.kill(os.getpid(), signal.SIGKILL)
    for path in files.results:
        path.write_bytes(b"content")
    write_rows(scan, rows_of(scan.subject), files)
    return replace(record, status=DONE, region="thigh", network="net 1", confidence={"1": 0.9}, seconds=0.01)


def do(job: Job) -> Outcome:
    """Do a job in any process."""
    return work_on(job, write_results)


def tell_gpu(job: Job) -> Outcome:
    """Do a job, and log beside the output which GPUs its process sees."""
    time.sleep(0.2)  # or one process does all
    with Path(f"{job.output}.log").open("a") as log:
        log.write(f"{os.getpid()} {os.environ.get('CUDA_VISIBLE_DEVICES')}\n")
    return work_on(job, write_results)


def do_slowly(job: Job) -> Outcome:
    """Do a job in a tenth of a second, and log it beside the output."""
    time.sleep(0.1)
    with Path(f"{job.output}.log").open("a") as log:
        log.write(f"{job.scan.name}\n")
    return work_on(job, write_results)


serial = functools.partial(map, do)
"""Engine that does jobs in this process."""
