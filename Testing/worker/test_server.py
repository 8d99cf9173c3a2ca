"""The server in this process: what it answers, without a network."""

import io
from pathlib import Path

import pytest

from MuscleSegLib.errors import Canceled, MuscleSegError
from MuscleSegLib.worker import RegionJob
from MuscleSegLib.worker import server as server_module
from MuscleSegLib.worker.messages import (
    Cancel,
    Failed,
    Finished,
    Progressed,
    Request,
    Started,
    Stopped,
    decode_answer,
    encode,
)
from MuscleSegLib.worker.server import Server
from MuscleSegLib.worker.transport import how_it_ended

REQUEST = Request("1", RegionJob(Path("scan.nrrd")))


@pytest.fixture
def answers():
    """What a server answers while a function does the job."""

    def of(run):
        sink = io.BytesIO()
        Server(sink).do(REQUEST, run)
        return [decode_answer(line) for line in sink.getvalue().splitlines()]

    return of


def test_a_job_is_started_and_finished(answers):
    assert answers(lambda job, progress: {"region": "calf"}) == [Started("1"), Finished("1", {"region": "calf"})]


def test_progress_never_falls(answers):
    def run(job, progress):
        for number, fraction in enumerate((0.1, 0.5, 0.3, 0.7)):
            progress(fraction, f"part {number}")
        return {}

    assert [answer.fraction for answer in answers(run) if isinstance(answer, Progressed)] == [0.1, 0.5, 0.5, 0.7]


def test_thousands_of_reports_are_few_messages(answers):
    def run(job, progress):
        for number in range(5000):
            progress(number / 5000, "the same")
        return {}

    assert len([answer for answer in answers(run) if isinstance(answer, Progressed)]) < 500


def test_a_job_that_was_stopped_says_so(answers):
    def run(job, progress):
        raise Canceled

    assert answers(run) == [Started("1"), Stopped("1")]


def test_a_request_to_stop_reaches_the_job_at_its_next_report():
    sink = io.BytesIO()
    server = Server(sink)

    def run(job, progress):
        progress(0.1, "half of it")
        server.take(encode(Cancel("1")))
        progress(0.2, "the other half")
        return {}

    assert server.do(REQUEST, run) is False
    assert decode_answer(sink.getvalue().splitlines()[-1]) == Stopped("1")


def test_after_a_while_without_jobs_memory_is_given_back(monkeypatch):
    server, released = Server(io.BytesIO()), []
    monkeypatch.setattr(server_module, "IDLE_S", 0.01)

    def release() -> None:
        released.append("memory")
        server.take(encode(REQUEST))

    assert server.next_request(release) == REQUEST
    assert released == ["memory"]


def test_a_request_that_cannot_be_read_is_answered():
    sink = io.BytesIO()

    Server(sink).take(b"hello\n")

    assert "no request: hello" in decode_answer(sink.getvalue()).message


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (MuscleSegError("The scan\nis blank."), "The scan is blank."),
        (MemoryError(), "The memory does not suffice: close other programs"),
        (RuntimeError("CUDA out of memory. Tried to allocate 2 GiB"), "The memory does not suffice"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory"), "The memory does not suffice"),
        (ZeroDivisionError("division by zero"), "Something unexpected happened (ZeroDivisionError: division by zero)"),
    ],
)
def test_any_failure_is_one_sentence_with_the_traceback_beside_it(answers, error, sentence):
    def run(job, progress):
        raise error

    _, failed = answers(run)

    assert isinstance(failed, Failed)
    assert failed.message.startswith(sentence)
    assert "\n" not in failed.message
    assert type(error).__name__ in failed.details


@pytest.mark.parametrize(
    ("code", "by_signal", "words"),
    [
        (9, True, "ended from outside, as the system does when the memory is full"),
        (11, True, "crashed, signal 11"),
        (1, False, "ended with code 1"),
        (0xC0000005, False, "crashed, 0xc0000005"),
    ],
)
def test_how_a_process_ended_is_said_in_words(code, by_signal, words):
    assert words in how_it_ended(code, by_signal=by_signal)
