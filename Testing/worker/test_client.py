"""The client with a process that only pretends: jobs, messages, crashes."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from MuscleSegLib.worker import CostJob, RegionJob

READY = {"type": "ready", "pid": 42, "has_gpu": True}
JOB = RegionJob(Path("scan.nii.gz"))
COST = CostJob("thigh", "thigh-unet3d")


def test_starting_twice_starts_one_process(world):
    world.client.start()
    world.client.start()

    assert len(world.processes) == 1
    assert world.client.is_running


def test_a_job_is_sent_when_the_worker_is_ready(world, outcome):
    job_id = world.client.submit(JOB, outcome.handlers)
    process = world.processes[0]
    assert process.messages == []
    assert world.client.has_gpu is None

    process.say(**READY)

    assert process.messages == [{"id": job_id, "job": "find_region", "image": "scan.nii.gz"}]
    assert world.client.has_gpu is True


def test_jobs_are_sent_one_after_the_other(world, process, new_outcome):
    outcomes = [new_outcome() for _ in range(2)]
    first, second = (world.client.submit(JOB, outcome.handlers) for outcome in outcomes)
    assert [message["id"] for message in process.messages] == [first]

    process.say(type="result", id=first, region="calf")

    assert [message["id"] for message in process.messages] == [first, second]
    assert outcomes[0].result == {"region": "calf"}
    assert world.client.is_busy
    process.say(type="result", id=second, region="calf")
    assert not world.client.is_busy


def test_a_cost_that_is_being_estimated_stops_for_another_job_and_is_estimated_after_it(world, process, new_outcome):
    estimate, region = new_outcome(), new_outcome()
    cost_id = world.client.submit(COST, estimate.handlers)
    job_id = world.client.submit(JOB, region.handlers)
    assert process.messages[-1] == {"cancel": cost_id}

    process.say(type="canceled", id=cost_id)
    assert process.messages[-1]["id"] == job_id
    process.say(type="result", id=job_id, region="calf")
    assert process.messages[-1]["id"] == cost_id
    process.say(type="result", id=cost_id, seconds=1.0)

    assert region.result == {"region": "calf"}
    assert estimate.result == {"seconds": 1.0}


def test_a_cost_that_ends_before_it_can_stop_is_told(world, process, new_outcome):
    estimate, region = new_outcome(), new_outcome()
    cost_id = world.client.submit(COST, estimate.handlers)
    job_id = world.client.submit(JOB, region.handlers)

    process.say(type="result", id=cost_id, seconds=1.0)

    assert estimate.result == {"seconds": 1.0}
    assert process.messages[-1]["id"] == job_id


def test_costs_wait_for_all_other_jobs(world, process, new_outcome):
    jobs = (JOB, COST, COST, JOB)
    first, cost, other_cost, second = (world.client.submit(job, new_outcome().handlers) for job in jobs)

    for job_id in (first, second, cost):
        process.say(type="result", id=job_id)

    assert [message["id"] for message in process.messages] == [first, second, cost, other_cost]


def test_a_long_forward_pass_of_a_postponed_cost_does_not_end_the_worker(world, process, new_outcome):
    world.client.submit(COST, new_outcome().handlers)
    world.client.submit(JOB, new_outcome().handlers)

    for _ in range(5):
        world.now += 2.0
        world.client.check()

    assert process.killed == []


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
    "broken", [{"type": "progress", "id": "1"}, {"type": "result"}, {"type": "canceled", "id": 3, "more": 4}]
)
def test_a_broken_message_ends_the_worker_and_the_job_in_one_sentence(world, process, outcome, broken):
    world.client.submit(JOB, outcome.handlers)

    process.say(**broken)

    assert "cannot be read" in outcome.sentence
    assert process.killed == [42]
    assert not world.client.is_running


def test_noise_without_end_ends_the_worker(world, process, outcome):
    world.client.submit(JOB, outcome.handlers)

    for _ in range(11):
        process.print(b"x" * 1_000_000)

    assert "cannot be read" in outcome.sentence
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
    for outcome in outcomes:
        world.client.submit(JOB, outcome.handlers)

    world.processes[0].say(type="error", id="", message="The Python package torch is missing.", details="")
    world.processes[0].end("it ended with code 1")

    assert [outcome.sentence for outcome in outcomes] == ["The Python package torch is missing."] * 2
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
    first_id = world.client.submit(JOB, handlers.__class__(handlers.progress, fail, handlers.failed, handlers.canceled))
    second_id = world.client.submit(JOB, second.handlers)

    with pytest.raises(ZeroDivisionError):
        process.say(type="result", id=first_id, region="calf")

    assert process.messages[-1]["id"] == second_id


def test_what_the_worker_prints_goes_to_the_log(world, process):
    process.log(b"UserWarning: old driver\n")

    assert world.log == ["UserWarning: old driver"]
