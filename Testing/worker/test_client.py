"""The client with a process that only pretends, and a clock that a test moves."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from MuscleSegLib.worker import Client, RegionJob

READY = {"type": "ready", "pid": 42, "has_gpu": True}
JOB = RegionJob(Path("scan.nii.gz"))


class PretendedProcess:
    """What a test tells it to be."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        self.killed: list[int | None] = []
        self.was_started = False

    def start(self, *, on_output: Callable[[bytes], None], on_log: Callable[[bytes], None], on_end: Any) -> None:
        self.was_started = True
        self.print, self.log, self.end = on_output, on_log, on_end

    def write(self, data: bytes) -> None:
        self.told.append(json.loads(data))

    def kill(self, pid: int | None) -> None:
        self.killed.append(pid)

    def say(self, **answer: Any) -> None:
        self.print(json.dumps(answer).encode() + b"\n")


@pytest.fixture
def world():
    """A client, the processes that it has started, its clock and its log."""
    here = SimpleNamespace(processes=[], now=0.0, log=[])

    def make() -> PretendedProcess:
        here.processes.append(PretendedProcess())
        return here.processes[-1]

    here.client = Client(make, clock=lambda: here.now, log=here.log.append)

    def wait(seconds: float) -> None:
        """Let the time go by as a program with a timer sees it."""
        for _ in range(round(seconds / 0.25)):
            here.now += 0.25
            here.client.check()

    here.wait = wait
    return here


@pytest.fixture
def process(world) -> PretendedProcess:
    """A worker that is ready."""
    world.client.start()
    world.processes[0].say(**READY)
    return world.processes[0]


def test_starting_twice_starts_one_process(world):
    world.client.start()
    world.client.start()

    assert len(world.processes) == 1
    assert world.client.is_running


def test_a_job_is_sent_when_the_worker_is_ready(world, outcome):
    job_id = world.client.submit(JOB, outcome.handlers)
    process = world.processes[0]
    assert process.told == []
    assert world.client.has_gpu is None

    process.say(**READY)

    assert process.told == [{"id": job_id, "job": "find_region", "image": "scan.nii.gz"}]
    assert world.client.has_gpu is True


def test_jobs_are_sent_one_after_the_other(world, process, new_outcome):
    outcomes = [new_outcome() for _ in range(2)]
    first, second = (world.client.submit(JOB, one.handlers) for one in outcomes)
    assert [told["id"] for told in process.told] == [first]

    process.say(type="result", id=first, region="calf")

    assert [told["id"] for told in process.told] == [first, second]
    assert outcomes[0].result == {"region": "calf"}
    assert world.client.is_busy
    process.say(type="result", id=second, region="calf")
    assert not world.client.is_busy


def test_messages_may_come_in_pieces_and_several_at_once(world, process, outcome):
    job_id = world.client.submit(JOB, outcome.handlers)
    lines = b"".join(
        json.dumps({"type": "progress", "id": job_id, "fraction": part, "message": "größer"}).encode() + b"\n"
        for part in (0.25, 0.5)
    )

    for start in range(0, len(lines), 7):
        process.print(lines[start : start + 7])

    assert outcome.seen == [(0.25, "größer"), (0.5, "größer")]


@pytest.mark.parametrize(
    "noise", [b"Loading...\n", b"\xff\xfe\n", b"[1, 2]\n", b'{"type": "advertisement"}\n', b"\n", b"{" * 5000 + b"\n"]
)
def test_what_is_no_message_goes_to_the_log(world, process, outcome, noise):
    job_id = world.client.submit(JOB, outcome.handlers)

    process.print(noise)
    process.say(type="result", id=job_id, region="calf")

    assert outcome.result == {"region": "calf"}


@pytest.mark.parametrize(
    "broken", [{"type": "progress", "id": "1"}, {"type": "result"}, {"type": "cancelled", "id": 3, "more": 4}]
)
def test_a_broken_message_ends_the_worker_and_the_job_in_one_sentence(world, process, outcome, broken):
    world.client.submit(JOB, outcome.handlers)

    process.say(**broken)

    assert "cannot be understood" in outcome.sentence
    assert process.killed == [42]
    assert not world.client.is_running


def test_noise_without_end_ends_the_worker(world, process, outcome):
    world.client.submit(JOB, outcome.handlers)

    for _ in range(11):
        process.print(b"x" * 1_000_000)

    assert "cannot be understood" in outcome.sentence
    assert process.killed == [42]


def test_a_result_whose_file_is_missing_is_a_failure(world, process, outcome, segment_job, tmp_path):
    job_id = world.client.submit(segment_job(Path("scan.nrrd")), outcome.handlers)

    process.say(type="result", id=job_id, output=str(tmp_path / "labels.seg.nrrd"))

    assert "labels.seg.nrrd is not there" in outcome.sentence


def test_an_error_is_one_sentence_and_its_traceback_goes_to_the_log(world, process, outcome):
    job_id = world.client.submit(JOB, outcome.handlers)

    process.say(type="error", id=job_id, message="The scan is blank.", details="Traceback: line 7")

    assert outcome.sentence == "The scan is blank."
    assert "Traceback: line 7" in world.log
    assert process.killed == []


def test_an_error_without_a_name_is_that_of_the_job(world, process, outcome):
    world.client.submit(JOB, outcome.handlers)

    process.say(type="error", id="", message="The worker knows no such job.", details="")

    assert outcome.sentence == "The worker knows no such job."


def test_a_crash_fails_the_job_and_the_next_one_gets_a_new_process(world, process, new_outcome):
    lost, waiting = new_outcome(), new_outcome()
    world.client.submit(JOB, lost.handlers)
    job_id = world.client.submit(JOB, waiting.handlers)

    process.end("it crashed, signal 11")

    assert "it crashed, signal 11" in lost.sentence
    assert len(world.processes) == 2
    world.processes[1].say(**READY)
    world.processes[1].say(type="result", id=job_id, region="calf")
    assert waiting.result == {"region": "calf"}


def test_a_worker_that_cannot_start_fails_all_that_wait_and_is_tried_again_on_request_only(world, new_outcome):
    outcomes = [new_outcome() for _ in range(2)]
    for one in outcomes:
        world.client.submit(JOB, one.handlers)

    world.processes[0].say(type="error", id="", message="The Python package torch is missing.", details="")
    world.processes[0].end("it ended with code 1")

    assert [one.sentence for one in outcomes] == ["The Python package torch is missing."] * 2
    assert len(world.processes) == 1
    world.client.submit(JOB, new_outcome().handlers)
    assert len(world.processes) == 2


def test_an_idle_worker_that_ends_is_replaced_at_the_next_job(world, process, outcome):
    process.end("it ended with code 0")
    assert not world.client.is_running

    world.client.submit(JOB, outcome.handlers)

    assert world.processes[1].was_started


def test_a_handler_may_submit_the_next_job(world, process, outcome, new_outcome):
    again = new_outcome()
    handlers = replace(outcome.handlers, failed=lambda sentence: world.client.submit(JOB, again.handlers))
    world.client.submit(JOB, handlers)

    process.end("it crashed, signal 6")
    world.processes[1].say(**READY)
    world.processes[1].say(type="result", id="2", region="thigh")

    assert again.result == {"region": "thigh"}


def test_a_handler_that_raises_does_not_stop_the_jobs_that_wait(world, process, outcome, new_outcome):
    def fail(values: Any) -> None:
        raise ZeroDivisionError

    handlers, second = outcome.handlers, new_outcome()
    first_id = world.client.submit(
        JOB, handlers.__class__(handlers.progress, fail, handlers.failed, handlers.cancelled)
    )
    second_id = world.client.submit(JOB, second.handlers)

    with pytest.raises(ZeroDivisionError):
        process.say(type="result", id=first_id, region="calf")

    assert process.told[-1]["id"] == second_id


def test_cancelling_asks_and_waits_for_the_answer(world, process, outcome):
    job_id = world.client.submit(JOB, outcome.handlers)

    world.client.cancel(job_id)
    assert process.told[-1] == {"cancel": job_id}
    assert outcome.ended == []
    process.say(type="cancelled", id=job_id)

    assert outcome.how == "cancelled"
    assert process.killed == []
    assert world.client.is_running


def test_a_worker_that_does_not_stop_is_killed_after_one_and_a_half_seconds(world, process, outcome):
    job_id = world.client.submit(JOB, outcome.handlers)
    world.client.cancel(job_id)

    world.wait(1.5)
    assert process.killed == []
    world.wait(0.25)

    assert process.killed == [42]
    assert outcome.how == "cancelled"
    process.end("it was ended from outside")
    process.say(type="result", id=job_id)
    assert outcome.how == "cancelled"


def test_a_job_that_waits_is_cancelled_at_once(world, process, new_outcome):
    running, waiting = new_outcome(), new_outcome()
    world.client.submit(JOB, running.handlers)

    world.client.cancel(world.client.submit(JOB, waiting.handlers))

    assert waiting.how == "cancelled"
    assert running.ended == []
    assert len(process.told) == 1


def test_cancelling_what_has_ended_does_nothing(world, process, outcome):
    job_id = world.client.submit(JOB, outcome.handlers)
    process.say(type="result", id=job_id, region="calf")

    world.client.cancel(job_id)
    world.wait(3)

    assert outcome.how == "result"
    assert process.killed == []


def test_cancelling_twice_is_told_once(world, process, outcome):
    job_id = world.client.submit(JOB, outcome.handlers)

    world.client.cancel(job_id)
    world.client.cancel(job_id)
    process.say(type="cancelled", id=job_id)

    assert outcome.how == "cancelled"
    assert process.told.count({"cancel": job_id}) == 1


def test_a_result_that_comes_after_cancelling_is_removed(world, process, outcome, segment_job):
    job = segment_job(Path("scan.nrrd"))
    job_id = world.client.submit(job, outcome.handlers)
    world.client.cancel(job_id)
    job.output.write_bytes(b"labels")

    process.say(type="result", id=job_id, output=str(job.output))

    assert outcome.how == "cancelled"
    assert not job.output.exists()


def test_what_a_killed_worker_was_writing_is_removed_and_what_was_there_before_stays(
    world, process, outcome, segment_job
):
    job = segment_job(Path("scan.nrrd"))
    job.output.write_bytes(b"labels of before")
    world.client.submit(job, outcome.handlers)
    unfinished = job.output.parent / f".muscleseg-{job.output.name}-x7"
    unfinished.mkdir()
    (unfinished / job.output.name).write_bytes(b"half")

    process.end("it was ended from outside")

    assert outcome.how == "failed"
    assert list(job.output.parent.iterdir()) == [job.output]
    assert job.output.read_bytes() == b"labels of before"


def test_a_worker_that_is_not_ready_after_two_minutes_is_given_up(world, outcome):
    world.client.submit(JOB, outcome.handlers)

    world.wait(120)
    assert outcome.ended == []
    world.wait(0.25)

    assert "not ready after 120 s" in outcome.sentence
    assert world.processes[0].killed == [None]


def test_a_worker_that_shows_no_life_is_given_up(world, process, outcome):
    world.client.submit(JOB, outcome.handlers)

    world.wait(290)
    process.say(type="alive")
    world.wait(290)
    assert outcome.ended == []
    world.wait(20)

    assert "nothing was heard of it for 300 s" in outcome.sentence
    assert process.killed == [42]


def test_an_idle_worker_may_be_silent(world, process):
    world.wait(1000)

    assert process.killed == []


def test_a_program_that_slept_blames_no_worker(world, process, outcome):
    world.client.submit(JOB, outcome.handlers)

    world.now += 3600
    world.client.check()

    assert outcome.ended == []


def test_stopping_ends_the_process_and_every_job(world, process, new_outcome):
    outcomes = [new_outcome() for _ in range(2)]
    for one in outcomes:
        world.client.submit(JOB, one.handlers)

    world.client.stop()

    assert process.killed == [42]
    assert [one.how for one in outcomes] == ["cancelled", "cancelled"]
    assert not world.client.is_busy
    assert not world.client.is_running


def test_stopping_keeps_the_file_that_a_waiting_job_would_have_replaced(
    world, process, outcome, new_outcome, segment_job
):
    job = segment_job(Path("scan.nrrd"))
    job.output.write_bytes(b"labels of before")
    world.client.submit(JOB, outcome.handlers)
    world.client.submit(job, new_outcome().handlers)

    world.client.stop()

    assert job.output.read_bytes() == b"labels of before"


def test_what_the_worker_prints_goes_to_the_log(world, process):
    process.log(b"UserWarning: old driver\n")

    assert world.log == ["UserWarning: old driver"]
