"""Start of the worker's process: what is missing is named, and noise harms nothing."""

import os
import shlex
import subprocess
import sys

import pytest

from MuscleSegLib.worker import Client, CostJob, SubprocessTransport, environment


@pytest.fixture
def sentence_of(outcome):
    """What becomes of a job where the worker is started otherwise and cannot do it."""

    def run(*command: str) -> str:
        client = Client(lambda: SubprocessTransport(command))
        client.submit(CostJob("thigh", "unet2d-small"), outcome.handlers)
        outcome.wait(client)
        client.stop()
        return outcome.sentence

    return run


def test_a_missing_package_is_named(sentence_of):
    without_torch = (
        "import runpy, sys; sys.modules['torch'] = None; runpy.run_module('MuscleSegLib.worker', run_name='__main__')"
    )

    sentence = sentence_of(sys.executable, "-c", without_torch)

    assert sentence == "The Python package torch is missing: install what MuscleSeg needs and try again."


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited with Linux's ulimit")
def test_too_little_memory_for_torch_is_told_in_one_sentence(sentence_of):
    limited = f"ulimit -v 700000; exec {shlex.quote(sys.executable)} -m MuscleSegLib.worker"

    assert "of memory for PyTorch alone" in sentence_of("bash", "-c", limited)


def test_a_program_that_is_not_there_is_told_in_one_sentence(sentence_of):
    assert "could not be started" in sentence_of("no-such-program")


@pytest.mark.slow
def test_noise_before_the_first_message_harms_nothing(small_scan, segment_job, outcome):
    """Launchers and start-up scripts print, and not always whole lines."""
    noisy = f"printf 'noise'; exec {shlex.quote(sys.executable)} -m MuscleSegLib.worker"
    client = Client(lambda: SubprocessTransport(("bash", "-c", noisy)))

    client.submit(segment_job(small_scan), outcome.handlers)
    outcome.wait(client)
    client.stop()

    assert outcome.result


def test_libraries_neither_read_the_requests_nor_print_among_the_answers():
    program = (
        "import os; from MuscleSegLib.worker import server; source, sink = server._take_pipes(); "
        "print('noise', os.read(0, 9), flush=True); os.system('echo more noise'); "
        "sink.write(b'answer ' + source.readline())"
    )

    ended = subprocess.run(
        [sys.executable, "-c", program], input=b"question\n", capture_output=True, env=environment(os.environ)
    )

    assert ended.stdout == b"answer question\n"
    assert ended.stderr.split() == [b"noise", b"b''", b"more", b"noise"]
