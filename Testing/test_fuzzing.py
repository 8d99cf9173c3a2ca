"""Damaged files of every kind: each ends in a result or in one sentence, and no file is lost."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from Testing.fuzzed_kinds import kinds
from Testing.fuzzed_runs import Tally, tally

COUNT = 40
LIMIT_S = 1.0  # of a kind; Testing/benchmarks/fuzzing.py takes longer
MOST_MB = 2000
NAMES = [kind.name for kind in kinds()]


@pytest.fixture(scope="module")
def tallies():
    """Each kind's, all of one process, whose memory is that of reading damaged files alone."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        jobs = [pool.submit(tally, number, COUNT, 0, LIMIT_S) for number in range(len(NAMES))]
        return {done.name: done for done in (job.result() for job in jobs)}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.slow
def test_a_damaged_file_ends_in_a_result_or_in_one_sentence(tallies, name):
    done: Tally = tallies[name]
    assert done.outcomes.total() >= 3
    assert done.failures == []
    assert done.outcomes["failed"] == 0


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.slow
def test_reading_a_damaged_file_leaves_every_file_as_it_was(tallies, name):
    assert tallies[name].lost == []


@pytest.mark.slow
def test_damaged_files_take_less_than_2_gb(tallies):
    assert max(done.peak_mb for done in tallies.values()) < MOST_MB
