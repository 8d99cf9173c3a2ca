"""Adaptation as a job of a real process: what is wrong is told in one sentence before anything is learned."""

from pathlib import Path

import pytest

from MuscleSegLib.worker import AdaptJob, ConcludeJob

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({}, "holds no corrected scan"),
        ({"cases": Path("nowhere")}, "There is no folder nowhere"),
        ({"network": "nobody-s"}, "There is no network 'nobody-s'"),
    ],
)
def test_a_mistake_is_told_in_one_sentence(worker, tmp_path, settings, sentence):
    job = AdaptJob(**{"region": "thigh", "cases": tmp_path, "name": "ours", **settings})
    message = worker.do(job).sentence

    assert sentence in message
    assert "\n" not in message


def test_nothing_that_waits_cannot_be_used(worker):
    assert "No better network called nobody-s waits" in worker.do(ConcludeJob("nobody-s", is_used=True)).sentence
