import os
import sys
from dataclasses import dataclass

import pytest

from MuscleSegLib.cohort.memory_watch import MemoryWatch
from MuscleSegLib.memory import private_bytes, total_bytes

GB = 10**9


@dataclass
class FakeProcess:
    """A process of so many bytes, its number."""

    pid: int
    killed: bool = False

    def kill(self) -> None:
        self.killed = True


@pytest.mark.parametrize(
    ("sizes", "limit", "ended"),
    [
        ([3, 5, 4], None, []),  # 12 of 16 GB
        ([3, 6, 6], None, [6]),  # 15 of 16 GB: the first of the largest
        ([14], None, []),
        ([15], None, [15]),
        ([3, 5, 4], 4, [5]),
        ([3, 3, 4], 4, []),
        ([0, 0], 4, []),  # as where the system does not tell
        ([], 4, []),
    ],
)
def test_the_largest_process_is_ended_where_it_or_all_have_too_much(sizes, limit, ended, monkeypatch):
    monkeypatch.setattr("MuscleSegLib.cohort.memory_watch.total_bytes", lambda: 16 * GB)
    monkeypatch.setattr("MuscleSegLib.cohort.memory_watch.private_bytes", lambda pid: pid * GB or None)
    processes = [FakeProcess(size) for size in sizes]
    watch = MemoryWatch(limit and limit * GB)

    watch.check(processes)

    assert [process.pid for process in processes if process.killed] == ended
    assert bool(watch.reason) == bool(ended)


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone tells the memory of processes")
def test_memory_of_a_process_is_what_it_has_filled():
    before = private_bytes(os.getpid())
    filled = bytearray(b"x" * 100_000_000)

    assert private_bytes(os.getpid()) - before == pytest.approx(len(filled), rel=0.1)
    assert before < total_bytes() <= os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    assert private_bytes(2**22 + 1) is None
