"""Real workers and what became of their jobs, and transports that only pretend."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from MuscleSegLib.phantom import digital_legs
from MuscleSegLib.volume import Geometry, Volume, read_volume, write_volume
from MuscleSegLib.worker import Client, Handlers, Job, SegmentJob, SubprocessTransport

PATIENCE_S = 120.0  # the machine may be busy


@dataclass
class Outcome:
    """Course of a job."""

    seen: list[tuple[float, str]] = field(default_factory=list)
    ended: list[tuple[str, Any]] = field(default_factory=list)
    _is_over: threading.Event = field(default_factory=threading.Event)

    @property
    def handlers(self) -> Handlers:
        return Handlers(
            progress=lambda fraction, message: self.seen.append((fraction, message)),
            result=lambda values: self._end("result", values),
            failed=lambda sentence: self._end("failed", sentence),
            canceled=lambda: self._end("canceled", None),
        )

    def _end(self, how: str, value: Any) -> None:
        self.ended.append((how, value))
        self._is_over.set()

    @property
    def how(self) -> str:
        assert len(self.ended) == 1, self.ended
        return self.ended[0][0]

    @property
    def result(self) -> Any:
        assert self.how == "result", self.ended
        return self.ended[0][1]

    @property
    def sentence(self) -> str:
        assert self.how == "failed", self.ended
        return str(self.ended[0][1])

    def wait(self, client: Client, until: Callable[[], bool] | None = None) -> None:
        """Wait for the end, or for something before it, as a program with a timer does."""
        end = time.monotonic() + PATIENCE_S
        while not self._is_over.wait(0.02) and not (until and until()):
            client.check()
            assert time.monotonic() < end, f"nothing happened: {self.seen[-1:]}"

    def has_reached(self, fraction: float) -> bool:
        return bool(self.seen) and self.seen[-1][0] >= fraction


class Worker:
    """A client with a real process."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.transports: list[SubprocessTransport] = []
        self.client = Client(self._make_transport, log=self.log.append)

    def _make_transport(self) -> SubprocessTransport:
        self.transports.append(SubprocessTransport())
        return self.transports[-1]

    @property
    def pid(self) -> int:
        pid = self.transports[-1].pid
        assert pid is not None
        return pid

    def begin(self, job: Job) -> tuple[str, Outcome]:
        outcome = Outcome()
        return self.client.submit(job, outcome.handlers), outcome

    def do(self, job: Job) -> Outcome:
        _, outcome = self.begin(job)
        outcome.wait(self.client)
        return outcome


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    """Worker of a file's tests: one may end its process, and the next job starts another. Other rooms count theirs."""
    shared = Worker()
    yield shared
    shared.client.stop()


@pytest.fixture(scope="session")
def small_scan(tmp_path_factory, plain_scan) -> Path:
    """Three slices of two thighs."""
    affine = np.array([[-3.0, 0, 0, 216], [0, -3, 0, 140], [0, 0, 30, -30], [0, 0, 0, 1]])
    path = tmp_path_factory.mktemp("scan") / "small.nrrd"
    write_volume(plain_scan(digital_legs("thigh", seed=1, fat_fraction=5), Geometry((3, 94, 144), affine))[0], path)
    return path


@pytest.fixture(scope="session")
def large_scan(small_scan) -> Path:
    """Path of the same slices many times over, for something to happen meanwhile."""
    small = read_volume(small_scan)
    affine = small.geometry.affine @ np.diag([1.0, 1.0, 0.05, 1.0])
    array = np.repeat(small.array, 20, axis=0)
    path = small_scan.with_name("large.nrrd")
    write_volume(Volume(array, Geometry(array.shape, affine)), path)
    return path


@pytest.fixture
def outcome() -> Outcome:
    """Outcome of a job that is still to be submitted."""
    return Outcome()


@pytest.fixture
def new_outcome() -> type[Outcome]:
    """Outcome's class, for tests with several jobs."""
    return Outcome


@pytest.fixture
def segment_job(tmp_path) -> Callable[..., SegmentJob]:
    def job(image: Path, **settings: Any) -> SegmentJob:
        return SegmentJob(**{"image": image, "region": "thigh", "output": tmp_path / "labels.seg.nrrd", **settings})

    return job


class PretendedProcess:
    """Stand-in for the worker's process: a test says what it prints."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.killed: list[int | None] = []
        self.was_started = False

    def start(self, *, on_output: Callable[[bytes], None], on_log: Callable[[bytes], None], on_end: Any) -> None:
        self.was_started = True
        self.print, self.log, self.end = on_output, on_log, on_end

    def write(self, data: bytes) -> None:
        self.messages.append(json.loads(data))

    def kill(self, pid: int | None) -> None:
        self.killed.append(pid)

    def say(self, **answer: Any) -> None:
        self.print(json.dumps(answer).encode() + b"\n")


@pytest.fixture
def world():
    """A client, the processes that it has started, its clock and its log."""
    desk = SimpleNamespace(processes=[], now=0.0, log=[])

    def make() -> PretendedProcess:
        desk.processes.append(PretendedProcess())
        return desk.processes[-1]

    desk.client = Client(make, clock=lambda: desk.now, log=desk.log.append)

    def wait(seconds: float) -> None:
        """Let the time go by as a program with a timer sees it."""
        for _ in range(round(seconds / 0.25)):
            desk.now += 0.25
            desk.client.check()

    desk.wait = wait
    return desk


@pytest.fixture
def process(world) -> PretendedProcess:
    """A worker that is ready."""
    world.client.start()
    world.processes[0].say(type="ready", pid=42, has_gpu=True)
    return world.processes[0]
