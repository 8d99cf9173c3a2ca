"""The client with a process that only pretends: cancelling, deadlines, stopping."""

from pathlib import Path

from MuscleSegLib.worker import RegionJob

READY = {"type": "ready", "pid": 42, "has_gpu": True}
JOB = RegionJob(Path("scan.nii.gz"))


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
