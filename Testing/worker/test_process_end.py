"""Ends of a job and of the worker's process: canceling, killing, stopping, and a parent that goes."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from MuscleSegLib.worker import ARGUMENTS, environment
from MuscleSegLib.worker.messages import Request, encode

HAS_PROC = Path("/proc/self/task").is_dir()


def children_of(pid: int) -> set[int]:
    """The processes that a process has started and that are still there, zombies among them."""
    children: set[int] = set()
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(FileNotFoundError):  # a thread that has ended meanwhile
            children |= {int(child) for child in (task / "children").read_text().split()}
    return children


@pytest.mark.slow
@pytest.mark.parametrize("moment", np.random.default_rng(7).uniform(0, 0.7, 4).round(2))
def test_a_job_is_canceled_within_two_seconds_at_any_moment(worker, large_scan, segment_job, moment):
    job = segment_job(large_scan)
    job_id, outcome = worker.begin(job)
    outcome.wait(worker.client, until=lambda: outcome.has_reached(moment))

    start = time.monotonic()
    worker.client.cancel(job_id)
    outcome.wait(worker.client)

    assert time.monotonic() - start < 2.0
    assert outcome.how == "canceled"
    assert list(job.output.parent.iterdir()) == []


def test_after_canceling_the_next_job_works(worker, large_scan, small_scan, segment_job):
    job_id, _ = worker.begin(segment_job(large_scan))
    worker.client.cancel(job_id)

    assert worker.do(segment_job(small_scan)).result["sides"] == ["right", "left"]


@pytest.mark.skipif(not HAS_PROC, reason="processes are counted in /proc, which this system has not")
@pytest.mark.slow
def test_a_worker_that_is_killed_is_told_in_one_sentence_and_replaced(worker, large_scan, small_scan, segment_job):
    job = segment_job(large_scan)
    _, outcome = worker.begin(job)
    outcome.wait(worker.client, until=lambda: outcome.has_reached(0.3))
    killed = worker.pid

    os.kill(killed, signal.SIGKILL)
    outcome.wait(worker.client)

    assert "ended from outside" in outcome.sentence
    assert list(job.output.parent.iterdir()) == []
    assert worker.do(segment_job(small_scan)).result
    assert killed not in children_of(os.getpid())
    assert children_of(worker.pid) == set()


@pytest.mark.skipif(not HAS_PROC, reason="processes are counted in /proc, which this system has not")
@pytest.mark.slow
def test_stopping_in_the_middle_of_a_job_leaves_no_process(worker, large_scan, segment_job):
    job = segment_job(large_scan)
    _, outcome = worker.begin(job)
    outcome.wait(worker.client, until=lambda: outcome.has_reached(0.3))
    stopped = worker.pid

    worker.client.stop()

    assert outcome.how == "canceled"
    assert not worker.client.is_running
    assert stopped not in children_of(os.getpid())
    assert list(job.output.parent.iterdir()) == []


@pytest.mark.slow
def test_the_process_ends_at_once_when_its_parent_goes_in_the_middle_of_a_job(large_scan, segment_job):
    job = segment_job(large_scan)
    process = subprocess.Popen(
        [sys.executable, *ARGUMENTS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(os.environ)
    )
    process.stdin.write(encode(Request("1", job)))
    process.stdin.flush()
    while b"segmenting the" not in process.stdout.readline():
        pass

    process.stdin.close()

    assert process.wait(timeout=2.0) == 0
    process.stdout.close()
    assert list(job.output.parent.iterdir()) == []
