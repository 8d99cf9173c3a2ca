"""The client with a process that only pretends: canceling, deadlines, stopping."""

from pathlib import Path

import pytest

from MuscleSegLib.files import written_whole
from MuscleSegLib.worker import RegionJob

READY = {"type": "ready", "pid": 42, "has_gpu": True}
JOB = RegionJob(Path("scan.nii.gz"))


def test_canceling_asks_and_waits_for_the_answer(world, process, outcome):
    job_id = world.client.submit(JOB, outcome.handlers)

    world.client.cancel(job_id)
    assert process.messages[-1] == {"cancel": job_id}
    assert outcome.ended == []
    process.say(type="canceled", id=job_id)

    assert outcome.how == "canceled"
    assert process.killed == []
    assert world.client.is_running


def test_a_worker_that_does_not_stop_is_killed_after_one_and_a_half_seconds(world, process, outcome):
    job_id = world.client.submit(JOB, outcome.handlers)
    world.client.cancel(job_id)

    world.wait(1.5)
    assert process.killed == []
    world.wait(0.25)

    assert process.killed == [42]
    assert outcome.how == "canceled"
    process.end("it was ended from outside")
    process.say(type="result", id=job_id)
    assert outcome.how == "canceled"


def test_what_a_process_says_after_it_was_given_up_is_nobody_s(world, process, outcome, new_outcome):
    world.client.cancel(world.client.submit(JOB, outcome.handlers))
    world.wait(2)
    again = new_outcome()
    job_id = world.client.submit(JOB, again.handlers)
    world.processes[1].say(**READY)

    process.say(type="result", id=job_id, region="calf")
    process.end("it ended with code 0")

    assert again.ended == []
    assert world.client.is_running


def test_a_job_that_waits_is_canceled_at_once(world, process, new_outcome):
    running, waiting = new_outcome(), new_outcome()
    world.client.submit(JOB, running.handlers)

    world.client.cancel(world.client.submit(JOB, waiting.handlers))

    assert waiting.how == "canceled"
    assert running.ended == []
    assert len(process.messages) == 1


def test_canceling_what_has_ended_does_nothing(world, process, outcome):
    job_id = world.client.submit(JOB, outcome.handlers)
    process.say(type="result", id=job_id, region="calf")

    world.client.cancel(job_id)
    world.wait(3)

    assert outcome.how == "result"
    assert process.killed == []


def test_canceling_twice_is_told_once(world, process, outcome):
    job_id = world.client.submit(JOB, outcome.handlers)

    world.client.cancel(job_id)
    world.client.cancel(job_id)
    process.say(type="canceled", id=job_id)

    assert outcome.how == "canceled"
    assert process.messages.count({"cancel": job_id}) == 1


@pytest.mark.parametrize("before", [b"labels of before", None])
def test_a_result_that_comes_after_canceling_replaces_nothing(world, process, outcome, segment_job, before):
    job = segment_job(Path("scan.nrrd"))
    if before is not None:
        job.output.write_bytes(before)
    job_id = world.client.submit(job, outcome.handlers)
    written = Path(process.messages[-1]["output"])
    world.client.cancel(job_id)
    written.write_bytes(b"labels")

    process.say(type="result", id=job_id, output=str(written))

    assert outcome.how == "canceled"
    assert (job.output.read_bytes() if job.output.exists() else None) == before
    assert list(job.output.parent.iterdir()) == [job.output] * (before is not None)


def test_the_file_is_there_when_the_result_is_told(world, process, outcome, segment_job):
    job = segment_job(Path("scan.nrrd"))
    job_id = world.client.submit(job, outcome.handlers)
    written = Path(process.messages[-1]["output"])
    written.write_bytes(b"labels")
    assert not job.output.exists()

    process.say(type="result", id=job_id, output=str(written))

    assert outcome.result["output"] == str(job.output)
    assert job.output.read_bytes() == b"labels"
    assert list(job.output.parent.iterdir()) == [job.output]


ENDS = {
    "crash": lambda process, job_id: process.end("it was ended from outside"),
    "failure": lambda process, job_id: process.say(type="error", id=job_id, message="The scan is blank."),
    "stop": lambda process, job_id: process.say(type="canceled", id=job_id),
}


@pytest.mark.parametrize("end", ENDS)
def test_however_a_job_ends_others_files_stay(world, process, outcome, segment_job, end):
    job = segment_job(Path("scan.nrrd"), output=segment_job(Path()).output.with_name("a" * 40 + "1.seg.nrrd"))
    alike = job.output.with_name("a" * 40 + "2.seg.nrrd")
    job.output.write_bytes(b"labels of before")
    with written_whole(alike) as other:
        other.write_bytes(b"half")
        job_id = world.client.submit(job, outcome.handlers)
        Path(process.messages[-1]["output"]).write_bytes(b"half")

        ENDS[end](process, job_id)

        assert outcome.how in ("failed", "canceled")
        assert other.read_bytes() == b"half"
    assert sorted(job.output.parent.iterdir()) == [job.output, alike]
    assert job.output.read_bytes() == b"labels of before"


@pytest.mark.parametrize("end", ENDS)
def test_a_file_that_somebody_else_writes_meanwhile_stays(world, process, outcome, segment_job, end):
    job = segment_job(Path("scan.nrrd"))
    job_id = world.client.submit(job, outcome.handlers)
    job.output.write_bytes(b"somebody else's")

    ENDS[end](process, job_id)

    assert job.output.read_bytes() == b"somebody else's"


def test_two_jobs_with_one_output_harm_each_other_not(world, process, new_outcome, segment_job):
    job, outcomes = segment_job(Path("scan.nrrd")), [new_outcome() for _ in range(2)]
    first, second = (world.client.submit(job, outcome.handlers) for outcome in outcomes)
    Path(process.messages[-1]["output"]).write_bytes(b"first")
    process.say(type="result", id=first)

    process.say(type="error", id=second, message="The scan is blank.")

    assert [outcome.how for outcome in outcomes] == ["result", "failed"]
    assert job.output.read_bytes() == b"first"
    assert list(job.output.parent.iterdir()) == [job.output]


def test_a_failure_names_the_place_that_was_asked_for(world, process, outcome, segment_job):
    job = segment_job(Path("scan.nrrd"))
    job_id = world.client.submit(job, outcome.handlers)

    process.say(
        type="error", id=job_id, message=f"{process.messages[-1]['output']} could not be written: check the disk."
    )

    assert outcome.sentence == f"{job.output} could not be written: check the disk."


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
    for outcome in outcomes:
        world.client.submit(JOB, outcome.handlers)

    world.client.stop()

    assert process.killed == [42]
    assert [outcome.how for outcome in outcomes] == ["canceled", "canceled"]
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
