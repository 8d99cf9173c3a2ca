"""In which order the panel asks its worker, with a client that only takes note."""

import pytest

from MuscleSegLib.worker import CostJob, SegmentJob


class Client:
    """Takes jobs, and does none."""

    def __init__(self):
        self.jobs, self.is_stopped = [], False

    def submit(self, job, handlers):
        self.jobs.append((job, handlers))
        return str(len(self.jobs))

    def stop(self):
        self.is_stopped = True

    def answer(self, number, **values):
        self.jobs[number][1].result(values)


@pytest.fixture
def jobs(at_desk, monkeypatch):
    """The panel's jobs, with costs of two networks asked for and none told."""
    jobs = at_desk.panel.jobs
    monkeypatch.setattr(jobs, "_client", Client())
    jobs.costs = []
    jobs.ask_costs([CostJob("thigh", "one"), CostJob("thigh", "other")], jobs.costs.append)
    return jobs


@pytest.fixture
def segment(jobs, at_desk):
    """Start a segmentation."""
    order = at_desk.panel._order()
    jobs.segment(
        order,
        progress=lambda *_: None,
        done=lambda _: None,
        failed=lambda _: None,
        canceled=lambda: None,
    )
    return jobs._client


def networks_asked(client):
    return [job.network for job, _ in client.jobs if isinstance(job, CostJob)]


@pytest.mark.slow
def test_prices_are_asked_for_one_after_the_other(jobs):
    assert networks_asked(jobs._client) == ["one"]

    jobs._client.answer(0, network="one", seconds=1.0)

    assert networks_asked(jobs._client) == ["one", "other"]
    assert jobs.costs == [{"network": "one", "seconds": 1.0}]


@pytest.mark.slow
def test_a_network_without_a_price_is_told_by_its_name_alone(jobs):
    jobs._client.jobs[0][1].failed("It cannot be built.")

    assert jobs.costs == [{"network": "one"}]
    assert networks_asked(jobs._client) == ["one", "other"]


@pytest.mark.slow
def test_prices_wait_until_nothing_is_segmented(jobs, segment):
    segment.answer(0, network="one")
    assert networks_asked(segment) == ["one"]
    assert isinstance(segment.jobs[1][0], SegmentJob)

    segment.answer(1)

    assert networks_asked(segment) == ["one", "other"]


@pytest.mark.slow
def test_what_is_canceled_ends_the_worker_and_asks_for_nothing(jobs, segment):
    segment.jobs[1][1].canceled()

    assert segment.is_stopped
    assert networks_asked(segment) == ["one"]
