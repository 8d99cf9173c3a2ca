"""A job in the background rests while muscles are drawn, and goes on afterwards."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from MuscleSegLib.worker import AdaptJob, Client, Handlers
from MuscleSegPanel.background import Background
from MuscleSegPanel.jobs import Jobs
from Testing.worker.conftest import PretendedProcess

JOB = AdaptJob("thigh", Path("corrected"), "mine")


@pytest.fixture
def at_job():
    """A job that was begun in the background, what it told, and its processes."""
    desk = SimpleNamespace(processes=[], seen=[], ended=[], now=0.0)

    def make():
        desk.processes.append(PretendedProcess())
        return desk.processes[-1]

    desk.client = Client(make, clock=lambda: desk.now)
    desk.background = Background(desk.client)
    handlers = Handlers(
        progress=lambda fraction, doing: desk.seen.append((fraction, doing)),
        result=lambda answer: desk.ended.append(("result", dict(answer))),
        failed=lambda sentence: desk.ended.append(("failed", sentence)),
        canceled=lambda: desk.ended.append(("canceled", None)),
    )
    desk.begin = lambda: desk.background.begin(JOB, handlers)
    desk.ready = lambda: desk.processes[-1].say(type="ready", pid=7, has_gpu=False)
    return desk


def job_of(process):
    return next(message for message in reversed(process.messages) if "job" in message)


def begun(desk):
    desk.begin()
    desk.ready()
    return desk.processes[-1]


def test_it_rests_without_a_process_and_goes_on_with_the_same_job(at_job):
    first = begun(at_job)
    first.say(type="progress", id=job_of(first)["id"], fraction=0.4, message="learning")
    at_job.background.rest()
    assert {"cancel": job_of(first)["id"]} in first.messages
    first.say(type="canceled", id=job_of(first)["id"])
    assert (len(at_job.processes), at_job.client.is_running, at_job.ended) == (1, False, [])
    assert at_job.background.is_busy

    at_job.background.go_on()
    at_job.ready()
    second = at_job.processes[-1]
    same = [{name: value for name, value in job_of(one).items() if name != "id"} for one in (first, second)]
    assert second is not first
    assert same[0] == same[1]
    second.say(type="progress", id=job_of(second)["id"], fraction=0.1, message="looking")
    assert {fraction for fraction, _doing in at_job.seen} == {0.4}, "it never falls"
    second.say(type="result", id=job_of(second)["id"], name="mine")
    assert [how for how, _value in at_job.ended] == ["result"]
    assert not at_job.client.is_running, "its memory is given back"


def test_one_that_does_not_stop_is_ended_in_time_and_goes_on(at_job):
    first = begun(at_job)
    at_job.background.rest()
    for _ in range(20):
        at_job.now += 0.2
        at_job.client.check()
    assert first.killed == [7]
    assert at_job.ended == []
    at_job.background.go_on()
    at_job.ready()
    assert job_of(at_job.processes[-1])["name"] == "mine"


def test_a_rest_that_ends_before_the_job_has_stopped_is_followed_by_the_same_job(at_job):
    first = begun(at_job)
    at_job.background.rest()
    at_job.background.go_on()
    first.say(type="canceled", id=job_of(first)["id"])
    at_job.ready()

    assert len(at_job.processes) == 2
    assert job_of(at_job.processes[-1])["name"] == "mine"


def test_what_begins_while_muscles_are_drawn_waits_and_says_so(at_job):
    at_job.background.rest()
    at_job.begin()
    assert at_job.processes == []
    assert at_job.seen[-1][1] == "waiting while muscles are drawn"
    at_job.background.go_on()
    assert len(at_job.processes) == 1


@pytest.mark.parametrize("is_resting", [False, True])
def test_canceled_by_a_person_it_does_not_go_on(at_job, is_resting):
    process = begun(at_job)
    if is_resting:
        at_job.background.rest()
        process.say(type="canceled", id=job_of(process)["id"])
    at_job.background.cancel()
    if not is_resting:
        process.say(type="canceled", id=job_of(process)["id"])
    at_job.background.go_on()

    assert at_job.ended == [("canceled", None)]
    assert len(at_job.processes) == 1
    assert not at_job.background.is_busy


def test_a_failure_is_told_and_a_stop_is_not(at_job):
    process = begun(at_job)
    process.say(type="error", id=job_of(process)["id"], message="The sides are exchanged.", details="")
    assert at_job.ended == [("failed", "The sides are exchanged.")]
    begun(at_job)
    at_job.background.stop()
    at_job.background.go_on()

    assert len(at_job.ended) == 1
    assert (len(at_job.processes), at_job.client.is_running) == (2, False)


def test_while_muscles_are_drawn_it_rests_whatever_becomes_of_them(at_scan):
    calls = []
    background = SimpleNamespace(rest=lambda: calls.append("rest"), go_on=lambda: calls.append("go on"))
    at_scan.jobs = at_scan.presenter.segmenting._jobs = Jobs(at_scan.client, at_scan.scene, background)
    at_scan.presenter.segment()
    assert calls == ["rest"]
    at_scan.segmented()
    assert calls == ["rest", "go on"]

    at_scan.presenter.segment()
    at_scan.worker.say(type="error", id=at_scan.job["id"], message="The scan is blank.", details="")
    assert calls == ["rest", "go on"] * 2

    at_scan.presenter.segment()
    at_scan.presenter.segment()
    at_scan.worker.say(type="canceled", id=at_scan.job["id"])
    assert calls == ["rest", "go on"] * 3
